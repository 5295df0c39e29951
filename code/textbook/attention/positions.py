"""Where a vector stands in its sequence, as a vector.

Not here: positions that are learned, relative or rotated into queries and keys.
"""

import numpy

from textbook.arrays import integer


def sinusoidal_positions(n: int, d: int) -> numpy.ndarray:
    """Encode positions 0 to n-1 by sines and cosines of falling frequency.

    `Result: (n, d)`, NumPy float64; columns 2i and 2i+1 hold sin and cos of position /
    10000^(2i/d). Source: Vaswani et al. 2017, section 3.5.

    >>> sinusoidal_positions(2, 2).round(3)
    array([[0.   , 1.   ],
           [0.841, 0.54 ]])
    """
    n, d = integer("n", n, least=0), integer("d", d, least=1)
    position, column = numpy.arange(n)[:, None], numpy.arange(d)
    angle = position / 10000.0 ** (2 * (column // 2) / d)
    return numpy.where(column % 2 == 0, numpy.sin(angle), numpy.cos(angle))
