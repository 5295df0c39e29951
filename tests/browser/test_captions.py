"""Captions of the explorers against an independent computation, for every state."""

import re
from functools import cache

import pytest
import torch
from built import explorers, figures


@cache
def states(page, name):
    """Return (values, caption) of every state of an explorer, as the table has them."""
    rows = figures(page).select(f"figure.explorer#{name} tbody tr")
    assert rows
    return [([c.text for c in row("td")][:-1], row("td")[-1].text) for row in rows]


def numbers(pattern, caption):
    """Return the numbers that the groups of the pattern find."""
    return [float(text) for text in re.search(pattern, caption).groups()]


def said(pattern, caption):
    """Return the numbers that stand in the places of # in the pattern."""
    return numbers(pattern.replace("#", r"(-?\d+\.?\d*)"), caption.replace("−", "-"))


def is_named(value, caption):
    """Say whether a slider's value, a number or a word, stands in the caption."""
    if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", value):
        return value in caption
    found = re.findall(r"-?\d[\d,]*\.?\d*", caption.replace("−", "-"))
    return float(value) in [float(number.replace(",", "")) for number in found]


def always_named(explorer):
    """Return the places of the sliders whose values stand in nine captions of ten."""
    rows = states(*explorer)
    counts = [
        sum(is_named(values[i], caption) for values, caption in rows)
        for i in range(len(rows[0][0]))
    ]
    return [i for i, count in enumerate(counts) if count >= 0.9 * len(rows)]


@pytest.mark.parametrize(
    ("named", "values", "caption"),
    [
        (named, *state)
        for explorer in explorers()
        for named in [always_named(explorer)]
        for state in states(*explorer)
    ],
)
def test_a_caption_that_names_settings_names_the_right_ones(named, values, caption):
    assert all(is_named(values[i], caption) for i in named)


LANDING = states("chapters/p11_stride_and_padding.html", "landing")


@pytest.mark.parametrize(("values", "caption"), LANDING)
def test_the_size_in_the_caption_is_pytorchs(values, caption):
    k, s, p = map(int, values)
    size = torch.nn.Conv2d(1, 1, k, s, p)(torch.zeros(1, 1, 6, 6)).shape[-1]
    assert f" = {size}, so a {size}×{size} output" in caption


@pytest.mark.parametrize(("values", "caption"), LANDING)
def test_the_rest_in_the_caption_is_what_no_window_reads_at_the_end(values, caption):
    k, s, p = map(int, values)
    image = torch.zeros(1, 1, 6, 6, requires_grad=True)
    padded = torch.nn.functional.pad(image, (p, p, p, p))
    padded.retain_grad()
    torch.nn.functional.conv2d(
        padded, torch.ones(1, 1, k, k), stride=s
    ).sum().backward()
    read = padded.grad[0, 0].sum(dim=0).nonzero().max().item()
    rest = 6 + 2 * p - 1 - read
    said = re.search(r"output; (\w+)", caption)[1]
    assert said == ("nothing" if rest == 0 else str(rest))


@pytest.mark.parametrize(
    ("values", "caption"), states("chapters/p11_stride_and_padding.html", "photograph")
)
def test_the_size_of_the_filtered_photograph_is_pytorchs(values, caption):
    stride = int(values[1])
    y = torch.nn.Conv2d(1, 1, 3, stride, 1)(torch.zeros(1, 1, 106, 160))
    assert caption.endswith(f"becomes a map of {y.shape[2]}×{y.shape[3]}.")
