"""operations.js: each operation, and each kernel, in Node against PyTorch.

What only moves, compares, or rounds once is held to the last bit. exp, log, log1p, sin,
cos, pow and sqrt may differ by 4 units in the last place of float32: PyTorch's vectors
don't round them exactly. Sums may by 1e-6 of the sum of the absolute terms: the page
adds in float64. Not held: the sign of a zero of maximum and its like, which differs
within PyTorch; integers beyond 2**53 (2**31 in bitwise_and), which JavaScript can't
keep; index out of range, and integers divided by 0, at which PyTorch stops.
"""

import base64
from collections.abc import Callable, Iterator
from typing import Any, get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from textbook import conv
from textbook.conv.padding import PaddingMode
from textbook.lesson.graphs import OPERATIONS, graph
from textbook.lesson.live import LABS

from tests.kernels.drawn import normal
from tests.kernels.every_kernel import CALLS, arrays_for
from tests.lesson.graphs_in_torch import apply, meant, run
from tests.script.node import STORED, Node, packed

EPS = torch.finfo(torch.float32).eps
FLOAT, INT, BOOL = torch.float32, torch.int64, torch.bool
ODD = [np.nan, np.inf, -np.inf, -0.0, 0.0, 1.0, -1.0, 0.1, 1e-6, -1e4, 16777217, 1e-42]
NONE_ODD: list[float] = []
draws = settings(derandomize=True, deadline=None, max_examples=15, database=None)


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """Start Node once."""
    process = Node()
    yield process
    process.close()


class Draft:
    """A list of operations in the making; PyTorch runs each as it is added."""

    def __init__(self, data: st.DataObject) -> None:
        self.data, self.constants, self.nodes, self.values = data, {}, [], {}

    def pick(self, *choices: Any) -> Any:
        return self.data.draw(st.sampled_from(choices))

    def whole(self, least: int, most: int) -> int:
        return self.data.draw(st.integers(least, most))

    def shape(self, least=0, most=4, smallest=0) -> list[int]:
        return [self.whole(smallest, 4) for _ in range(self.whole(least, most))]

    def array(self, shape, kind=None, odd=ODD) -> str:
        """Add an array of random numbers, some of them odd."""
        rng = np.random.default_rng(self.whole(0, 2**32 - 1))
        kind = kind or self.pick(FLOAT, FLOAT, INT, BOOL)
        numbers = torch.tensor(rng.normal(size=shape) * 3, dtype=FLOAT)
        if odd and kind == FLOAT and self.pick(True, False):
            some = torch.tensor(rng.choice(odd, size=shape), dtype=FLOAT)
            numbers = torch.where(torch.tensor(rng.random(shape) < 0.4), some, numbers)
        return self.hold(numbers > 0 if kind == BOOL else numbers.to(kind))

    def hold(self, array: torch.Tensor) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name], self.values[name] = packed(array), array
        return name

    def add(self, operation: str, *arguments, kind: torch.dtype | None = None) -> str:
        name = f"{operation}_{len(self.nodes)}"
        result = apply(operation, [meant(a, self.values) for a in arguments], kind)
        texts = {np.inf: "Infinity", -np.inf: "-Infinity"}
        told = [texts.get(a, a) if isinstance(a, float) else a for a in arguments]
        self.nodes.append([name, operation, told, STORED[result.dtype]])
        self.values[name] = result
        return name

    def read_otherwise(self, name: str, most=3) -> str:
        """Turn, cut, repeat an array: views of views."""
        for _ in range(self.whole(0, most)):
            name = VIEWS[self.pick(*sorted(VIEWS))](self, name) or name
        return name

    def any_array(self, kind=None, odd=ODD) -> str:
        return self.read_otherwise(self.array(self.shape(), kind, odd))

    def matching(self, name: str, kind=None, odd=ODD) -> str:
        """Add an array whose shape fits that of another one."""
        shape = [self.pick(size, size, 1) for size in self.values[name].shape]
        return self.array(shape[self.pick(0, self.whole(0, len(shape))) :], kind, odd)

    def axis(self, name: str, more=0) -> int:
        length = max(self.values[name].ndim, 1) + more
        return self.whole(-length, length - 1)

    def axes(self, name: str) -> list[int]:
        length = self.values[name].ndim
        chosen = self.data.draw(st.sets(st.integers(0, max(length - 1, 0))))
        return [
            axis - length * self.pick(0, 1) if length else axis
            for axis in sorted(chosen)
        ]


def size_at(draft: Draft, name: str, axis: int) -> int:
    return draft.values[name].shape[axis]


# The same numbers, read otherwise; None where an array has no axis to do it with.


def expand(d: Draft, x: str) -> str:
    shape = [d.pick(-1, s if s != 1 else d.whole(0, 3)) for s in d.values[x].shape]
    return d.add("expand", x, d.shape(0, 2) + shape if len(shape) < 4 else shape)


def permute(d: Draft, x: str) -> str:
    n = d.values[x].ndim
    order = d.data.draw(st.permutations(range(n)))
    return d.add("permute", x, [axis - n * d.pick(0, 1) for axis in order])


def select(d: Draft, x: str) -> str | None:
    axis = d.axis(x)
    size = size_at(d, x, axis) if d.values[x].ndim else 0
    return d.add("select", x, axis, d.whole(-size, size - 1)) if size else None


def slice_(d: Draft, x: str) -> str | None:
    end = d.pick(None, 2**63 - 1, d.whole(-6, 6))
    given = [d.axis(x), d.pick(None, d.whole(-6, 6)), end, d.whole(1, 3)]
    return d.add("slice", x, *given[: d.whole(1, 4)]) if d.values[x].ndim else None


def unfold(d: Draft, x: str) -> str | None:
    axis = d.axis(x)
    if not d.values[x].ndim or d.values[x].ndim > 4:
        return None
    size = d.whole(0, size_at(d, x, axis))
    return d.add("unfold", x, axis, size, d.whole(1, 3))


def unsqueeze(d: Draft, x: str) -> str:
    return d.add("unsqueeze", x, d.axis(x, more=bool(d.values[x].ndim)))


def view(d: Draft, x: str) -> str:
    shape = list(d.values[x].shape)
    if d.pick(True, False):
        shape = [d.values[x].numel()]
    elif len(shape) > 1:
        shape = [shape[0] * shape[1], *shape[2:]]
    if shape and np.prod(shape):
        place = d.whole(0, len(shape) - 1)
        shape[place] = d.pick(-1, shape[place])
    return d.add("view", x, [1, *shape] if d.pick(True, False) else shape)


VIEWS = {
    "expand": expand,
    "permute": permute,
    "select": select,
    "slice": slice_,
    "unfold": unfold,
    "unsqueeze": unsqueeze,
    "view": view,
}

# How each other operation is drawn.


def of_one(operation: str) -> Callable:
    """Numbers each by itself."""
    return lambda d: d.add(operation, d.any_array(FLOAT))


def of_two(operation: str, *kinds: torch.dtype, scalars=(0.1, 2, -1.5)) -> Callable:
    """Two arrays, or an array and a number, where it can be in either place."""
    first = operation not in COMPARED

    def drawn(d: Draft) -> None:
        # The remainder of a subnormal number is NaN in some vectors of PyTorch.
        odd = ODD[:-1] if operation == "remainder" else ODD
        x = d.any_array(d.pick(*kinds), odd)
        if scalars and d.pick(True, False):
            pair = [x, d.pick(*scalars)]
            turned = first and d.pick(True, False)
        else:
            pair, turned = [x, d.matching(x, d.pick(*kinds), odd)], d.pick(True, False)
        d.add(operation, *(pair[::-1] if turned else pair))

    return drawn


def with_powers(operation: str) -> Callable:
    """Integers, by an integer; or floats."""
    plain = of_two(operation, FLOAT, scalars=(0.5, 2, -1.5, 3, 0, 1))

    def drawn(d: Draft) -> None:
        if d.pick(True, True, False):
            return plain(d)
        d.add(operation, d.any_array(INT), d.pick(2, 3))

    return drawn


def with_scale(operation: str) -> Callable:
    """x ± scale·y."""
    kinds = (FLOAT, INT, BOOL)[: 3 if operation == "add" else 2]
    plain = of_two(operation, *kinds)

    def drawn(d: Draft) -> None:
        if d.pick(True, True, False):
            return plain(d)
        x = d.any_array(FLOAT)
        d.add(operation, x, d.matching(x, FLOAT), d.pick(2, -1, 0.5))

    return drawn


def reduced(operation: str, *kinds: torch.dtype) -> Callable:
    """Along some axes, or all."""

    def drawn(d: Draft) -> None:
        kind = d.pick(*kinds)
        some = operation in ("amax", "amin")  # which of no numbers there isn't
        odd = ODD if some else NONE_ODD
        x = d.read_otherwise(d.array(d.shape(smallest=int(some)), kind, odd))
        if some and not d.values[x].numel():
            x = d.array([2, 3], kind, odd)
        d.add(operation, x, d.axes(x), d.pick(True, False))

    return drawn


def norm(d: Draft) -> None:
    x = d.any_array(FLOAT, odd=NONE_ODD)
    order = d.pick(2, 2, 1, 3, 0.5, 0, *([np.inf] if d.values[x].numel() else []))
    rest = [d.pick(None, d.axes(x)), d.pick(True, False)]
    d.add("linalg_vector_norm", x, order, *rest[: d.whole(0, 2)])


def clamp(d: Draft) -> None:
    x = d.any_array(d.pick(FLOAT, INT))
    if d.pick(True, False):
        kind = d.values[x].dtype
        bounds = [d.matching(x, kind, odd=NONE_ODD), d.matching(x, kind, odd=NONE_ODD)]
    else:
        bounds = (
            [d.pick(-2, -1), d.pick(1, 2)] if d.values[x].dtype == INT else [-0.1, 0.1]
        )
    bounds = d.pick(bounds, [bounds[0]], [None, bounds[1]], bounds[::-1])
    d.add("clamp", x, *bounds)


def where(d: Draft) -> None:
    x = d.any_array(BOOL)
    d.add("where", x, d.matching(x, FLOAT), d.matching(x, d.pick(FLOAT, INT)))


def copy(d: Draft) -> None:
    x = d.any_array()
    d.add("copy", x, d.matching(x, odd=NONE_ODD))


def to_copy(d: Draft) -> None:
    kind = d.pick(FLOAT, INT, BOOL)
    d.add("_to_copy", d.any_array(odd=NONE_ODD if kind == INT else ODD), kind=kind)


def cumsum(d: Draft) -> None:
    x = d.any_array(odd=NONE_ODD)
    d.add("cumsum", x, d.axis(x))


def matrices(operation: str) -> Callable:
    def drawn(d: Draft) -> None:
        batch = [d.whole(0, 3)] if operation == "bmm" else []
        n, k, m = (d.whole(0, 4) for _ in range(3))
        a = d.array([*batch, n, k], FLOAT, NONE_ODD)
        b = d.array([*batch, m, k], FLOAT, NONE_ODD)
        d.add(operation, a, d.add("permute", b, [0, 2, 1] if batch else [1, 0]))

    return drawn


def arange(d: Draft) -> None:
    kind = d.pick(FLOAT, INT)
    start, step = d.whole(-3, 3), d.pick(-2, -1, 1, 2, 3)
    end = start + step * d.whole(0, 5) + d.pick(0, 1) * np.sign(step).item()
    d.add(
        "arange",
        *d.pick([start, end, step], [min(start, end), max(start, end)]),
        kind=kind,
    )


def cat(d: Draft) -> None:
    shape, kinds = d.shape(1, 4), d.pick([FLOAT], [INT], [BOOL], [FLOAT, INT])
    axis = d.whole(-len(shape), len(shape) - 1)
    parts = []
    for _ in range(d.whole(1, 3)):
        shape[axis] = d.whole(0, 3)
        parts.append(d.array(shape, d.pick(*kinds)))
        if len(shape) > 1 and d.pick(True, False):
            turned = d.array(shape[::-1], d.pick(*kinds))
            parts[-1] = d.add("permute", turned, list(range(len(shape)))[::-1])
    if d.pick(True, False, False):
        parts.insert(d.whole(0, len(parts)), d.array([0], kinds[0]))
    d.add("cat", parts, axis)


def full(d: Draft) -> None:
    kind, value = d.pick(
        (FLOAT, 0.1), (FLOAT, -np.inf), (INT, -3), (BOOL, True), (BOOL, 2)
    )
    d.add("full", d.shape(), value, kind=kind)


def full_like(d: Draft) -> None:
    kind, value = d.pick((FLOAT, 0.1), (INT, -3), (BOOL, False))
    d.add("full_like", d.any_array(), value, kind=kind)


def scalar_tensor(d: Draft) -> None:
    kind, value = d.pick((FLOAT, 0.1), (FLOAT, np.inf), (INT, 7), (BOOL, True))
    d.add("scalar_tensor", value, kind=kind)


def index(d: Draft) -> None:
    x = d.read_otherwise(d.array(d.shape(1, 4, smallest=1)), 2)
    if not d.values[x].ndim or not d.values[x].numel():
        x = d.array([2, 3, 2])
    shape, places = d.shape(0, 2), []
    for size in d.values[x].shape[: d.whole(1, d.values[x].ndim)]:
        rng = np.random.default_rng(d.whole(0, 99))
        some = [d.pick(s, 1) for s in shape]
        chosen = torch.tensor(rng.integers(-size, size, size=some))
        places.append(d.pick(None, d.hold(chosen)))
    if not any(places):
        places[-1] = d.hold(torch.tensor([0, -1]))
    d.add("index", x, places)


def index_select(d: Draft) -> None:
    x = d.array(d.shape(1, 3, smallest=1))
    axis = d.axis(x)
    size = size_at(d, x, axis)
    places = torch.tensor(
        [d.whole(0, size - 1) for _ in range(d.whole(0, 4))], dtype=INT
    )
    d.add("index_select", x, axis, d.hold(d.pick(places, torch.tensor(size - 1))))


COMPARED = ("eq", "ge", "gt", "le", "lt")
ROUNDED = ("cos", "exp", "log", "log1p", "sin", "sqrt")
CASES: dict[str, Callable] = {
    **{name: of_one(name) for name in ("abs", "floor", "neg", "relu", *ROUNDED)},
    **{name: of_two(name, FLOAT, INT, BOOL) for name in (*COMPARED, "mul")},
    **{name: with_scale(name) for name in ("add", "sub")},
    "div": of_two("div", FLOAT, INT),
    **{name: with_powers(name) for name in ("pow", "remainder")},
    "maximum": of_two("maximum", FLOAT, INT, BOOL, scalars=()),
    "bitwise_and": of_two("bitwise_and", BOOL, INT, scalars=()),
    **{name: reduced(name, FLOAT, INT, BOOL) for name in ("amax", "amin", "sum")},
    "mean": reduced("mean", FLOAT),
    "linalg_vector_norm": norm,
    **{name: matrices(name) for name in ("bmm", "mm")},
    **{"_to_copy": to_copy, "arange": arange, "cat": cat, "clamp": clamp, "copy": copy},
    **{"cumsum": cumsum, "full": full, "full_like": full_like, "index": index},
    **{"index_select": index_select, "scalar_tensor": scalar_tensor, "where": where},
    **{name: (lambda d, f=f: f(d, d.any_array())) for name, f in VIEWS.items()},
}
EITHER_ZERO = ("amax", "amin", "clamp", "maximum", "relu", "remainder", "arange")
SUMS = ("bmm", "cumsum", "linalg_vector_norm", "mean", "mm", "sum")


def assert_same(found: torch.Tensor, expected: torch.Tensor, within=0.0) -> None:
    """Hold kind, shape and numbers equal, or within some distance."""
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    if found.dtype != FLOAT:
        assert torch.equal(found, expected)
        return
    both_nan = found.isnan() & expected.isnan()
    near = (found == expected) | both_nan | ((found - expected).abs() <= within)
    assert near.all(), (found[~near], expected[~near])


def assert_same_zeros(found: torch.Tensor, expected: torch.Tensor) -> None:
    zeros = expected == 0
    assert torch.equal(found[zeros].signbit(), expected[zeros].signbit())


def leeway(draft: Draft, step: list) -> torch.Tensor | float:
    """Return by how much the numbers of a step may differ."""
    name, operation, arguments, _ = step
    if operation in (*ROUNDED, "pow"):
        return 4 * EPS * draft.values[name].abs() + 1e-44
    if operation in SUMS:
        sizes = {n: v.abs() if v.dtype == FLOAT else v for n, v in draft.values.items()}
        return (
            1e-6 * apply(operation, [meant(a, sizes) for a in arguments], None) + 1e-37
        )
    return 0.0


def test_the_page_knows_what_python_says_and_all_of_it_is_tried_here(node):
    assert set(node.ask()) == OPERATIONS == set(CASES)


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_an_operation_gives_what_pytorch_gives(node, operation):
    @draws
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        draft = Draft(data)
        CASES[operation](draft)
        names = [name for name, *_ in draft.nodes]
        found = node.run(
            {
                "inputs": [],
                "constants": draft.constants,
                "nodes": draft.nodes,
                "outputs": dict(zip(names, names, strict=True)),
            }
        )
        for step in draft.nodes:
            result, expected = found[step[0]], draft.values[step[0]]
            assert_same(result, expected, leeway(draft, step))
            if step[1] not in (*EITHER_ZERO, *SUMS):
                assert_same_zeros(result, expected)

    holds()


def test_every_number_of_16_bits_is_read(node):
    bits = np.arange(2**16, dtype=np.uint16)
    numbers = base64.b64encode(bits.tobytes()).decode()
    held = {"c0": {"shape": [2**16], "kind": "float16", "numbers": numbers}}
    made = {"inputs": [], "constants": held, "nodes": [], "outputs": {"y": "c0"}}
    expected = torch.tensor(bits.view(np.float16)).float()
    assert_same(node.run(made)["y"], expected)
    assert_same_zeros(node.run(made)["y"], expected)


@pytest.mark.parametrize("half", [False, True])
def test_inputs_constants_and_results_of_each_kind_keep_their_names(node, half):
    table = torch.tensor([[0.5, -torch.inf], [6e-8, 3.0], [-0.0, 1.0]])
    held = {"int": torch.tensor([2**40, -1]), "bool": torch.tensor([True, False])}

    def function(x, places, hidden):
        rows = torch.where(hidden[:, None], table[places], x)
        hidden = hidden & held["bool"]
        return {"z": rows, "a": x, **held, "m": hidden, "k": places + held["int"]}

    x, places = torch.tensor([[1.0, 2.0]]), torch.tensor([2, -3])
    given = [x, places, torch.tensor([True, False])]
    made = graph(function, *given, half=half)
    found, expected = node.run(made, given), function(*given)
    assert list(found) == list(expected)
    for name, result in expected.items():
        assert_same(found[name], result, 1e-7 if half else 0.0)


EXPORTED = {
    name: (function, [torch.tensor(a, dtype=FLOAT) for a in arrays_for(name)])
    for name, (function, _) in CALLS.items()
    # It fills its result in place, number by number: no list of operations on arrays.
    if name != "conv2d_loop"
}


def padded_in_every_mode(x: torch.Tensor) -> torch.Tensor:
    return torch.stack([conv.pad2d(x, (2, 1), mode) for mode in get_args(PaddingMode)])


IMAGE = torch.tensor(normal(0, 1, 2, 5, 4), dtype=FLOAT)
EXPORTED["pad2d in every mode"] = padded_in_every_mode, [IMAGE]


@pytest.mark.parametrize("name", EXPORTED)
def test_a_kernel_gives_in_the_page_what_it_gives_in_pytorch(node, name):
    function, arrays = EXPORTED[name]
    made = graph(lambda *arrays: {"result": function(*arrays)}, *arrays)
    given = {
        "random": arrays,
        "large": [1e4 * a for a in arrays],
        "tiny": [1e-6 * a for a in arrays],
        "constant": [torch.full_like(a, 0.5) for a in arrays],
    }
    for numbers, inputs in given.items():
        expected = function(*inputs)
        found = node.run(made, inputs)["result"]
        within = 1e-5 * max(expected.abs().max().item(), 1e-30)
        assert_same(found, expected, within), numbers
        oracle = run(made, made["constants"], inputs)["result"]
        assert_same(oracle, expected, within), numbers


def test_a_page_can_print_the_script():
    # operations.ipynb does, in a box that must not scroll.
    assert [
        line
        for line in (LABS / "operations.js").read_text().split("\n")
        if len(line) > 88
    ] == []
