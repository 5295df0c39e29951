"""Normalization: subtract a mean, divide by a standard deviation, then scale and shift.

The layers differ in the axes that they average over: batch normalization over the
images of a batch and their pixels, layer normalization over the features of one vector,
instance and group normalization over the pixels of one or several feature maps. eps
stands inside the square root. Shapes and results are those of torch.nn.functional. The
mean is subtracted before squaring: E[x^2] - m^2 would cancel to nothing, or below,
where the mean is large.
"""

from textbook.normalization.batch import batch_norm, batch_norm_gradient
from textbook.normalization.layers import (
    group_norm,
    instance_norm,
    layer_norm,
    rms_norm,
)
from textbook.normalization.standardization import standardize, standardize_gradient

__all__ = [
    "batch_norm",
    "batch_norm_gradient",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "rms_norm",
    "standardize",
    "standardize_gradient",
]
