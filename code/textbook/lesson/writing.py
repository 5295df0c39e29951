"""Digits as a reader may draw them, and the preparation that a data set gave its own.

The digits of scikit-learn (Alpaydin & Kaynak 1998) are bitmaps of 32×32 pixels, counted
in blocks of 4×4 once they fill their frame. `filled` makes a drawing do so; it is made
of kernels, so that a page can run it (textbook.lesson.graphs). `handwriting` draws
strokes of our own at a random place, size and slant: synthetic, to measure with.
"""

import math
from itertools import pairwise

import numpy as np
import torch

from textbook.spatial import affine_grid, grid_sample

SIDE = 32
PEN = 2.5  # pixels, the radius: strokes as wide as those of the data set

# Each digit as one to three strokes, through points (x, y) of the unit square, y down.
ARC = [(math.cos(t), math.sin(t)) for t in np.linspace(0, 2 * math.pi, 13)]
STROKES = {
    0: [[(0.5 + 0.35 * y, 0.5 - 0.5 * x) for x, y in ARC]],
    1: [[(0.3, 0.2), (0.5, 0.0), (0.5, 1.0)]],
    2: [[(0.1, 0.2), (0.3, 0.0), (0.7, 0.0), (0.85, 0.25), (0.1, 1.0), (0.9, 1.0)]],
    3: [
        [(0.1, 0.1), (0.5, 0.0), (0.8, 0.2), (0.4, 0.45)],
        [(0.4, 0.45), (0.85, 0.7), (0.5, 1.0), (0.1, 0.9)],
    ],
    4: [[(0.6, 0.0), (0.1, 0.65), (0.9, 0.65)], [(0.65, 0.35), (0.65, 1.0)]],
    5: [
        [(0.85, 0.0), (0.2, 0.0), (0.2, 0.45)],
        [(0.2, 0.45), (0.6, 0.4), (0.85, 0.7), (0.5, 1.0), (0.1, 0.95)],
    ],
    6: [
        [(0.7, 0.0), (0.25, 0.5), (0.2, 0.8), (0.5, 1.0)],
        [(0.5, 1.0), (0.8, 0.8), (0.6, 0.55), (0.25, 0.7)],
    ],
    7: [[(0.1, 0.0), (0.9, 0.0), (0.4, 1.0)], [(0.3, 0.5), (0.8, 0.5)]],
    8: [
        [(0.5 + 0.25 * y, 0.24 - 0.24 * x) for x, y in ARC],
        [(0.5 + 0.32 * y, 0.74 - 0.26 * x) for x, y in ARC],
    ],
    9: [[(0.5 + 0.3 * y, 0.3 - 0.3 * x) for x, y in ARC], [(0.8, 0.3), (0.65, 1.0)]],
}


def filled(drawing: torch.Tensor) -> torch.Tensor:
    """Scale what is drawn until it fills the frame, and center it.

    drawing: (1, 1, 32, 32), 0 where there is no ink; so is the result, read between
    the pixels. An empty drawing stays empty.

    >>> square = torch.zeros(1, 1, 32, 32)
    >>> square[..., 3:19, 5:21] = 1
    >>> filled(square)[0, 0, 1:-1, 1:-1].amin().item()
    1.0
    """
    place, ends = torch.arange(SIDE, dtype=drawing.dtype), []
    for axis in (2, 3):
        inked = torch.amax(drawing, dim=5 - axis)[0, 0] > 0
        first = torch.amin(torch.where(inked, place, float(SIDE)), dim=0)
        ends.append((first, torch.amax(torch.where(inked, place, -1.0), dim=0)))
    (top, bottom), (left, right) = ends
    scale = (torch.maximum(bottom - top, right - left) + 1) / SIDE
    x, y = (left + right + 1) / SIDE - 1, (top + bottom + 1) / SIDE - 1
    rows = torch.stack([scale, 0 * scale, x]), torch.stack([0 * scale, scale, y])
    return grid_sample(drawing, affine_grid(torch.stack(rows)[None], SIDE, SIDE))


def ink(strokes: list[np.ndarray]) -> torch.Tensor:
    """Draw strokes with a round pen: the drawing (1, 1, 32, 32), 0 or 1.

    strokes: of each its points (n, 2), row and column, in pixels.

    >>> ink([np.array([[10.0, 4.0], [10.0, 28.0]])]).sum().item()
    141.0
    """
    row, column = np.mgrid[:SIDE, :SIDE]
    drawn = np.zeros((SIDE, SIDE), dtype=bool)
    for points in strokes:
        for start, end in pairwise(points):
            steps = math.ceil(2 * np.abs(end - start).max()) + 1
            for y, x in np.linspace(start, end, steps):
                drawn |= np.hypot(row - y, column - x) < PEN
    return torch.tensor(drawn, dtype=torch.float32)[None, None]


def handwriting(digit: int, rng: np.random.Generator) -> torch.Tensor:
    """Draw a digit as someone might: (1, 1, 32, 32), 0 or 1.

    Its height is 16 to 27 pixels, its width 0.6 to 0.9 of that; it leans by up to a
    quarter of its height, its points are off by 4% of it, and it stands anywhere.

    >>> handwriting(7, np.random.default_rng(0)).shape
    torch.Size([1, 1, 32, 32])
    """
    height = rng.uniform(16, 27)
    width, lean = height * rng.uniform(0.6, 0.9), rng.uniform(-0.25, 0.25)
    strokes = []
    for points in STROKES[digit]:
        x, y = (np.array(points) + rng.normal(scale=0.04, size=(len(points), 2))).T
        strokes.append(np.stack([height * y, width * x + height * lean * (0.5 - y)], 1))
    low, high = (f(np.concatenate(strokes), axis=0) for f in (np.min, np.max))
    room = np.maximum(SIDE - 2 * PEN - (high - low), 0)
    corner = PEN + rng.uniform(size=2) * room - low
    return ink([stroke + corner for stroke in strokes])
