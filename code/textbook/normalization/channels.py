"""The check that a normalization over images and their channels opens with.

Not here: checks of vectors, which layer and RMS normalization share.
"""

from textbook.arrays import Array, check_shape


def check_channels(x: Array, **per_channel: Array) -> None:
    """Raise ValueError unless x is (N, C, ...) and the named arrays are (C,)."""
    if x.ndim < 2:
        raise ValueError(f"expected x of shape (N, C, ...), got shape {tuple(x.shape)}")
    for name, array in per_channel.items():
        check_shape(name, array, (x.shape[1],))
