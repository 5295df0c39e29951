"""Captions of the explorers against an independent computation, for every state."""

import re

import pytest
import torch
from built import soup


def states(page, name):
    """Return (values, caption) of every state of an explorer, as the table has them."""
    rows = soup(page).select(f"figure.explorer#{name} tbody tr")
    assert rows
    return [([c.text for c in row("td")][:-1], row("td")[-1].text) for row in rows]


def numbers(pattern, caption):
    """Return the numbers that the groups of the pattern find."""
    return [float(text) for text in re.search(pattern, caption).groups()]


def said(pattern, caption):
    """Return the numbers that stand in the places of # in the pattern."""
    return numbers(pattern.replace("#", r"(-?\d+\.?\d*)"), caption.replace("−", "-"))


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
