"""Captions of the explorers of shift, scale and rotation, computed independently."""

import math
import re
from functools import cache

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

from tests.site.captions import pictures, said, states

PAGE = "chapters/p11_shift_scale_rotation.html"
TILTED = states(PAGE, "tilted-digit")
WHERE_FROM = states(PAGE, "where-from")


@pytest.mark.parametrize(("values", "caption"), TILTED)
def test_answer_and_probabilities_are_those_of_the_bars(values, caption):
    angle, scale, kind = values
    setting = f"A 7 turned by {angle}°, scale {scale}, shown to a network trained on "
    assert caption.startswith(f"{setting.replace('-', '−')}{kind}: it says ")
    pattern = "says # with probability #, and gives 7 a probability of #. It"
    best, share, seven = said(pattern, caption)
    bar = r'd="M ([\d.]+) ([\d.]+) L ([\d.]+) \2 [^"]*" clip-path'
    ends = np.array(re.findall(bar, pictures(PAGE, "tilted-digit")[*values]), float)
    assert len(ends) == 10
    drawn = (ends[:, 2] - ends[:, 0]) / (ends[:, 2] - ends[:, 0]).sum()
    assert drawn[int(best)] == drawn.max()
    assert [share, seven] == pytest.approx([drawn.max(), drawn[7]], abs=0.0056)
    assert caption.endswith("It is right." if best == 7 else "It is wrong.")


def test_an_upright_seven_of_its_own_size_is_read_by_both_networks():
    upright = [caption for values, caption in TILTED if values[:2] == ["0", "1"]]
    assert len(upright) == 2
    assert all("It is right." in caption for caption in upright)


def inverse(angle, scale, *shift):
    """Invert the forward map of points, as 3×3 matrices, by np.linalg."""
    turn = np.exp(1j * np.deg2rad(angle))  # clockwise, since y points down
    forward = np.eye(3)
    forward[:2, :2] = scale * np.array(
        [[turn.real, -turn.imag], [turn.imag, turn.real]]
    )
    forward[:2, 2] = shift or (0, 0)
    return np.linalg.inv(forward)


def read(x, thetas):
    """Read images where PyTorch's own two functions say."""
    theta = torch.tensor(np.array(thetas)[:, :2], dtype=torch.float32)
    grid = F.affine_grid(theta, x.shape, align_corners=False)
    return F.grid_sample(x, grid, align_corners=False)


@cache
def digits():
    """Return the framed digits and their labels; the first 1,200 are for training."""
    pixels, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(1797)
    x = torch.tensor(pixels[order].reshape(-1, 1, 8, 8) / 16, dtype=torch.float32)
    return F.pad(x, (2, 2, 2, 2)), torch.tensor(labels[order])


def seven():
    x, labels = digits()
    return x[1200:][labels[1200:] == 7][:1]


def trained_by_pytorch(kind):
    """Train the first network of a kind anew, with PyTorch's layers and samplers."""
    torch.set_num_threads(1)
    net = nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(12, 18, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(162, 10),
    )
    start = torch.Generator().manual_seed(0)
    for p in net.parameters():
        if p.ndim > 1:
            draw = torch.randn(p.shape, generator=start)
            p.data = draw * math.sqrt(2 / math.prod(p.shape[1:]))
        else:
            p.data = torch.zeros(p.shape)
    steps = 250 if kind == "distorted digits" else 125
    rng, n = torch.Generator().manual_seed(100), 64 * steps
    rounds = math.ceil(n / 1200)
    order = torch.cat([torch.randperm(1200, generator=rng) for _ in range(rounds)])
    x, labels = (array[order[:n]] for array in digits())
    if kind == "distorted digits":
        angles = 120 * torch.rand(n, generator=rng) - 60
        scales = 2 ** (torch.rand(n, generator=rng) - 0.5)
        turns = zip(angles.tolist(), scales.tolist(), strict=True)
        x = read(x, [inverse(*turn) for turn in turns])
    adam = torch.optim.Adam(net.parameters(), lr=0.02)
    rates = torch.optim.lr_scheduler.OneCycleLR(adam, 0.02, total_steps=steps)
    for batch, right in zip(x.split(64), labels.split(64), strict=True):
        adam.zero_grad()
        F.cross_entropy(net(batch), right).backward()
        adam.step()
        rates.step()
    return net


@pytest.mark.parametrize("kind", ["upright digits", "distorted digits"])
def test_most_answers_are_those_of_a_network_trained_by_pytorch(kind):
    """Most, since rounding alone can lead the training elsewhere: in one of six runs
    from weights changed by 1e-7, the middle state was off by 0.03, the worst by 0.36.
    """
    net = trained_by_pytorch(kind)
    asked = [state for state in TILTED if state[0][2] == kind]
    off, agree = [], 0
    for (angle, scale, _), caption in asked:
        digit = read(seven(), [inverse(float(angle), float(scale))])
        ours = net(digit)[0].softmax(dim=0).detach()
        best, share = said("says # with probability #,", caption)
        off.append(abs(ours[int(best)].item() - share))
        agree += ours.argmax() == best
    assert np.median(off) < 0.1
    assert agree >= 0.75 * len(asked)


@pytest.mark.parametrize(("values", "caption"), WHERE_FROM)
def test_theta_undoes_the_turn_the_scale_and_the_shift(values, caption):
    setting = list(map(float, values))
    assert said(r"^Angle #°, scale #, shift \(#, #\): θ", caption) == setting
    rows = said(r"rows \(# # #\) and \(# # #\)\.", caption)
    assert rows == pytest.approx(inverse(*setting)[:2].ravel(), abs=0.0051)


@pytest.mark.parametrize(("values", "caption"), WHERE_FROM)
def test_the_middle_of_the_output_comes_from_where_the_caption_says(values, caption):
    x, y, _ = inverse(*map(float, values)) @ [0, 0, 1]
    place = said("row #, column #;", caption)
    assert place == pytest.approx([5.5 + 6 * y, 5.5 + 6 * x], abs=0.0051)


@pytest.mark.parametrize(("values", "caption"), WHERE_FROM)
def test_the_places_outside_are_counted_and_read_as_zero(values, caption):
    theta = inverse(*map(float, values))
    outside = np.zeros((12, 12), dtype=bool)
    for i, j in np.ndindex(12, 12):
        x, y, _ = theta @ [(2 * j + 1) / 12 - 1, (2 * i + 1) / 12 - 1, 1]
        outside[i, j] = max(abs(x), abs(y)) > 1
    count = outside.sum()
    assert f"; {count} of the 144 places lie outside the image and give 0." in caption
    output = read(read(seven(), [inverse(30, 1)]), [theta])[0, 0]
    assert not output.numpy()[outside].any()
