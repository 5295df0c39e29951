"""The error surface of least squares: its gradient, its curvatures, its level lines.

The loss is the mean of (x·w - y)² / 2 over the examples, a bowl of one shape.
"""

import numpy as np
from matplotlib.axes import Axes

from textbook.lesson.figure import MUTED


def gradient(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the gradient of the mean of (x·w - y)² / 2, of shape (d,).

    w: (d,); X: (N, d), one example in each row; y: (N,).

    >>> gradient(np.array([2.0]), np.array([[1.0], [3.0]]), np.zeros(2))
    array([10.])
    """
    return X.T @ (X @ w - y) / len(y)


def curvatures(X: np.ndarray) -> np.ndarray:
    """Return the eigenvalues of the Hessian XᵀX / N, the smallest first, (d,).

    X: (N, d), with N ≥ d. From the singular values, which lose fewer digits.

    >>> curvatures(np.array([[1.0, 3.0], [1.0, -3.0]])).round(3)
    array([1., 9.])
    """
    return np.linalg.svd(X, compute_uv=False)[::-1] ** 2 / len(X)


def condition(X: np.ndarray) -> float:
    """Return the condition number, the largest curvature over the smallest.

    X: (N, d), with N ≥ d and independent columns.

    >>> round(condition(np.array([[1.0, 3.0], [1.0, -3.0]])), 3)
    9.0
    """
    values = curvatures(X)
    return float(values[-1] / values[0])


def bowl_lines(
    axes: Axes, center: np.ndarray, H: np.ndarray, level: float, count: int
) -> None:
    """Draw lines on which ½ eᵀHe is level, level / 4, level / 16, … around the center.

    center: (2,); H: (2, 2), symmetric and positive definite; count: of the lines.

    >>> from textbook.lesson.panels import panel
    >>> _, axes = panel()
    >>> bowl_lines(axes, np.zeros(2), np.eye(2), level=2, count=3)
    >>> [round(line.get_xdata().max(), 3).item() for line in axes.lines]
    [2.0, 1.0, 0.5]
    """
    values, U = np.linalg.eigh(H)
    angle = np.linspace(0, 2 * np.pi, 73)
    circle = np.stack((np.cos(angle), np.sin(angle))) / np.sqrt(values)[:, None]
    for i in range(count):
        line = center[:, None] + np.sqrt(2 * level / 4**i) * (U @ circle)
        axes.plot(*line, color=MUTED, linewidth=0.6)
