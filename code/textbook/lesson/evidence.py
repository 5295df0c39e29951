"""Measured figures that a chapter states, and that are checked when it runs."""


def within(measured: float, stated: float, tolerance: float) -> str:
    """Return the stated figure as text, if the measured one agrees with it.

    For what a machine's rounding may change, such as the accuracy of a trained network:
    what is printed is the same everywhere, and a run that disagrees fails with
    AssertionError.

    >>> within(0.9683, stated=0.97, tolerance=0.02)
    '0.97 (± 0.02)'
    """
    if not abs(measured - stated) <= tolerance:  # so written, NaN fails too
        raise AssertionError(
            f"measured {measured:.6g}, stated {stated:g} ± {tolerance:g}"
        )
    return f"{stated:g} (± {tolerance:g})"
