"""Captions of the chapter on the error surface against closed forms."""

import math

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from tests.site.captions import each_state

PAGE = "chapters/p10_error_surface.html"
DIABETES = load_diabetes(scaled=False)
RHO = np.corrcoef(DIABETES.data[:, 2], DIABETES.data[:, 3])[0, 1]


@each_state(PAGE, "two-weight-valley")
def test_curvatures_factors_and_steps_follow_from_the_correlation(state):
    ratio, fraction, *start = map(float, state.values.values())
    trace, determinant = 1 + ratio**2, ratio**2 * (1 - RHO**2)
    root = math.sqrt(trace**2 / 4 - determinant)
    low, high = trace / 2 - root, trace / 2 + root
    rate = fraction * 2 / high
    steep, flat = 1 - 2 * fraction, 1 - rate * low
    # Along the axes of the ellipses the error is (1 - rate λ)^t of the first one.
    angle = math.atan2(high - 1, ratio * RHO)
    axis = np.array([math.cos(angle), math.sin(angle)])
    a, b = np.array(start) @ np.array([axis, [-axis[1], axis[0]]]).T
    t = np.arange(3000)
    squared = a**2 * steep ** (2 * t) + b**2 * flat ** (2 * t)
    near = squared <= 1e-4 * (a**2 + b**2)
    assert state.numbers == pytest.approx(
        {
            "scale_ratio": ratio,
            "learning_rate": fraction,
            "start_bmi": start[0],
            "start_pressure": start[1],
            "low": low,
            "high": high,
            "kappa": high / low,
            "rate": rate,
            "steep": steep,
            "flat": flat,
            "steps": near.argmax() if near.any() else 3000,
            "tolerance": 0.01,
        }
    )
    assert ("diverges" in state.caption) == (fraction > 1)
    assert ("zigzagging" in state.caption) == (0.5 < fraction < 1)
    assert ("standardized" in state.caption) == (ratio == 1)
