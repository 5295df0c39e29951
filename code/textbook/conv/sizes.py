"""How large the output of a window that slides is, and how much one unit sees.

Plain arithmetic of integers. Not here: the windows themselves, and the sizes of
transposed convolutions.
"""

from textbook.arrays import integer

# A size that may differ by direction: one integer, or (vertical, horizontal).
Pair = int | tuple[int, int]


def pair(name: str, value: Pair, least: int) -> tuple[int, int]:
    """Return value as (vertical, horizontal), each an integer of at least `least`.

    >>> pair("stride", 2, least=1)
    (2, 2)
    """
    both = value if isinstance(value, tuple) else (value, value)
    if len(both) != 2:
        raise ValueError(
            f"{name} must be an integer or a pair of integers, got {value!r}"
        )
    return integer(name, both[0], least), integer(name, both[1], least)


def output_size(
    n: Pair, kernel_size: Pair, stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1
) -> int | tuple[int, int]:
    """Count the places where a window lands: floor((n + 2p - d(k-1) - 1) / s) + 1.

    n is the size of the input along one axis, or a pair (height, width). The result is
    an integer if every argument is one, else a pair. Raises ValueError if the window
    does not fit at all. Source: Dumoulin & Visin 2016, relationship 6, with their
    dilation of section 5.1.

    >>> output_size(7, kernel_size=3, stride=2, padding=1)
    4
    """
    sizes = pair("n", n, least=1)
    options = (
        pair("kernel_size", kernel_size, least=1),
        pair("stride", stride, least=1),
        pair("padding", padding, least=0),
        pair("dilation", dilation, least=1),
    )
    result = []
    for size, k, s, p, d in zip(sizes, *options, strict=True):
        span = d * (k - 1) + 1
        if span > size + 2 * p:
            raise ValueError(
                f"a window of {span} (kernel_size {k}, dilation {d}) does not fit into "
                f"{size + 2 * p} (input {size}, padding {p} on both sides)"
            )
        result.append((size + 2 * p - span) // s + 1)
    any_pair = any(
        isinstance(a, tuple) for a in (n, kernel_size, stride, padding, dilation)
    )
    return (result[0], result[1]) if any_pair else result[0]


def receptive_field(layers: list[tuple[int, ...]]) -> tuple[int, int, int]:
    """Find the stretch of input that an output unit sees: (size, jump, start).

    `layers: (kernel_size, stride, dilation)`, then the padding, if there is one, from
    input to output, along one axis. Unit i sees `size` inputs from start + i * jump on;
    a negative start lies in the padding. A layer adds d(k-1) jumps to the size and
    moves the start back by p jumps; its stride multiplies the jump. Source: Araujo,
    Norris & Sim 2019.

    >>> receptive_field([(3, 1, 1), (3, 2, 1), (3, 1, 1)])
    (9, 2, 0)
    """
    size, jump, start = 1, 1, 0
    for layer in layers:
        if len(layer) not in (3, 4):
            raise ValueError(
                "expected layers of (kernel_size, stride, dilation) or (kernel_size, "
                f"stride, dilation, padding), got {layer}"
            )
        k, s, d, p = (*layer, 0)[:4]
        start -= integer("padding", p, 0) * jump
        size += integer("dilation", d, 1) * (integer("kernel_size", k, 1) - 1) * jump
        jump *= integer("stride", s, 1)
    return size, jump, start
