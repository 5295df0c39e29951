"""Convolution and pooling over images, and the arithmetic of their output size.

"Convolution" is meant as deep learning means it: the filter is not flipped, so this is
cross-correlation. Images are (N, C, H, W): N images, C channels, H rows, W columns. A
size that may differ by direction is an integer or a pair (vertical, horizontal). Shapes
and options follow torch.nn.functional; the padding mode "mean" is this book's own. Not
here: transposed, 1-D or 3-D convolution.
"""

from textbook.conv.convolution import conv2d, conv2d_loop
from textbook.conv.padding import pad2d
from textbook.conv.pooling import avg_pool2d, max_pool2d
from textbook.conv.sizes import output_size, receptive_field
from textbook.conv.windows import windows

__all__ = [
    "avg_pool2d",
    "conv2d",
    "conv2d_loop",
    "max_pool2d",
    "output_size",
    "pad2d",
    "receptive_field",
    "windows",
]
