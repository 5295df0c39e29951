"""Captions of the chapter on a whole network against PyTorch's own layers."""

import math
from functools import cache

import numpy as np
import pytest
import torch
from scipy.special import softmax
from sklearn.datasets import load_digits, load_sample_image
from torch.nn import functional as F

from tests.site.captions import said, states

PAGE = "chapters/p11_whole_network.html"
LEARNING, TEMPERATURE = states(PAGE, "learning"), states(PAGE, "temperature")


@cache
def pooling_input(name):
    china = load_sample_image("china.jpg").mean(axis=2) / 255
    china = torch.tensor(china)[None, None]
    small = F.avg_pool2d(china, 4)[:, :, 19:69, 30:80]
    if name == "photograph":
        return small[:, :, 1:-1, 1:-1]
    x = small[0, 0]
    slope = x[:, 2:] - x[:, :-2]  # the Sobel filter, taken apart
    edges = slope[:-2] + 2 * slope[1:-1] + slope[2:]
    return edges.clamp(0, 1)[None, None]


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "pool-window"))
def test_sizes_shares_and_means_of_pooling_are_those_of_pytorch(values, caption):
    name, pool, k, s = values[0], values[1], int(values[2]), int(values[3])
    x = pooling_input(name)
    y = (F.max_pool2d if pool == "max" else F.avg_pool2d)(x, k, s)
    counts = set()
    for i in range(0, 48 - k + 1, s):
        for j in range(0, 48 - k + 1, s):
            window = x[0, 0, i : i + k, j : j + k]
            chosen = window == window.max() if pool == "max" else window > -1
            if pool == "max":
                chosen &= window > 0
            counts |= {(i + u, j + v) for u, v in chosen.nonzero().tolist()}
    start = f"{pool.capitalize()} pooling of the {name}, window {k}×{k}, stride {s}: "
    size = f"48×48 numbers become {y.shape[2]}×{y.shape[3]}, {y.numel() / 2304:.1%} of"
    share = f"{len(counts) / 2304:.1%} of the pixels "
    assert caption.startswith(f"{start}{size} them; {share}")
    means = said("The mean goes from # to #\\.$", caption)
    assert means == pytest.approx([x.mean().item(), y.mean().item()], abs=5.1e-4)


@cache
def trained_by_pytorch():
    """Train the same network with PyTorch's layers; logits of all digits by epoch.

    Rounding changes little here: 64 bits in place of 32, or first weights that are off
    by 1e-7, move the last logits of the five digits by at most 1e-4.
    """
    torch.set_num_threads(1)
    digits = load_digits()
    x = torch.tensor(digits.images[:, None] / 16, dtype=torch.float32)
    t = torch.tensor(digits.target)
    order = np.random.default_rng(0).permutation(1797)
    rows = order[:1000]
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 8, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(8, 16, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(64, 10),
    )
    rng = np.random.default_rng(100)
    for parameter in net.parameters():
        shape = tuple(parameter.shape)
        draw = torch.tensor(rng.standard_normal(shape), dtype=torch.float32)
        fan_in = math.prod(shape[1:])
        parameter.data = draw * math.sqrt(2 / fan_in) if shape[1:] else 0 * draw
    adam = torch.optim.Adam(net.parameters(), lr=0.02)
    history = []
    for epoch in range(21):
        with torch.no_grad():
            history.append(net(x).double().numpy())
        if epoch == 20:
            return history
        permuted = rng.permutation(rows)
        for start in range(0, 1000, 100):
            batch = permuted[start : start + 100]
            adam.zero_grad()
            F.cross_entropy(net(x[batch]), t[batch]).backward()
            adam.step()


def article(digit):
    return f"an {digit}" if digit == 8 else f"a {digit}"


@pytest.mark.parametrize(("values", "caption"), LEARNING)
def test_the_accuracies_are_those_of_the_network_trained_by_pytorch(values, caption):
    order = np.random.default_rng(0).permutation(1797)
    right = trained_by_pytorch()[int(values[1])].argmax(1) == load_digits().target
    accuracies = said("Accuracy # on the training images, # on the val", caption)
    expected = [right[order[:1000]].mean(), right[order[1000:1297]].mean()]
    assert accuracies == pytest.approx(expected, abs=0.0085)  # one image, and rounding
    same = [c.split("Accuracy")[1] for v, c in LEARNING if v[1] == values[1]]
    assert {caption.split("Accuracy")[1]} == set(same)  # whatever the image


@pytest.mark.parametrize(("values", "caption"), LEARNING)
def test_answer_and_verdict_are_those_of_the_network_and_the_label(values, caption):
    image, epoch = map(int, values)
    q, truth = softmax(trained_by_pytorch()[epoch][image]), load_digits().target[image]
    answer, sure = said(f"^Image {image} after epoch {epoch}: “#”, # sure: ", caption)
    assert sure == pytest.approx(q.max(), abs=0.0055)
    assert answer == q.argmax()
    verdict = "right" if answer == truth else f"wrong, it is {article(truth)}"
    assert f" sure: {verdict}. Accuracy " in caption


@pytest.mark.parametrize(("values", "caption"), TEMPERATURE)
def test_the_two_likeliest_digits_are_those_of_the_network(values, caption):
    image, temperature = int(values[0]), float(values[1])
    truth, logits = load_digits().target[image], trained_by_pytorch()[20][image]
    second, first = np.argsort(logits)[-2:]
    start = f"Image {image}, {article(truth)}, at temperature {values[1]}: “{first}”, "
    assert caption.startswith(start)
    *q, z_first, z_second = said(
        f"”, # sure; next is {second} with #. Their logits are # and #.$", caption
    )
    expected = softmax(logits / temperature)[[first, second]]
    assert q == pytest.approx(expected, abs=7e-4)
    assert [z_first, z_second] == pytest.approx(logits[[first, second]], abs=2e-3)


@pytest.mark.parametrize(("values", "caption"), TEMPERATURE)
def test_the_odds_follow_from_logits_that_no_temperature_changes(values, caption):
    end = "Their logits are " + caption.split("Their logits are ")[1]
    assert all(c.endswith(end) for v, c in TEMPERATURE if v[0] == values[0])
    pattern = "# sure; next is . with #. Their logits are # and #.$"
    first, second, z_first, z_second = said(pattern, caption)
    half, temperature = 0.00051, float(values[1])  # half a last digit
    lowest = math.exp((z_first - z_second - 2 * half) / temperature)
    highest = math.exp((z_first - z_second + 2 * half) / temperature)
    assert lowest * (second - half) <= first + half
    assert first - half <= highest * (second + half)
