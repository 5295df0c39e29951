"""What the kernels import, and what they take for an array or an integer."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import textbook
import torch
from textbook import attention as att
from textbook import conv, normalization, spatial

from tests.kernels.every_kernel import CALLS
from tests.kernels.support import assert_close, normal

PACKAGE = Path(textbook.__file__).parent
KERNELS = {path.stem for path in PACKAGE.iterdir() if not path.stem.startswith("__")}
KERNELS -= {"lesson"}  # what a chapter calls beside the kernels


@pytest.mark.parametrize("module", sorted(KERNELS))
def test_importing_a_kernel_imports_numpy_and_array_api_compat_only(module):
    code = f"""
import sys
before = set(sys.modules)
import textbook.{module}
found = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(found - set(sys.stdlib_module_names)))
"""
    path = str(PACKAGE.parent)
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": path},
    )
    assert set(result.stdout.split()) <= {"array_api_compat", "numpy", "textbook"}


# batch_norm with its running statistics, which CALLS makes of gamma
takers = CALLS | {"batch_norm": (normalization.batch_norm, [(3, 4), *[(4,)] * 4])}
del takers["batch_norm at evaluation"]


@pytest.mark.parametrize("wrong", [None, 1.5, [[1.0]]], ids=["None", "number", "list"])
@pytest.mark.parametrize("name", takers)
def test_what_is_no_array_is_a_value_error_wherever_it_stands(name, wrong):
    f, shapes = takers[name]
    arrays = [np.ones(shape) for shape in shapes]
    for i in range(len(arrays)):
        if (name, i, wrong) == ("conv2d", 2, None):
            continue  # a convolution without biases
        given = [*arrays[:i], wrong, *arrays[i + 1 :]]
        with pytest.raises(ValueError, match=f"expected .* {type(wrong).__name__}"):
            f(*given)


x, w, q = normal(0, 1, 4, 6, 6), normal(1, 4, 2, 3, 3), normal(2, 1, 6, 4)
one = np.ones(4)
with_sizes = {
    "convolution": lambda i: conv.conv2d(x, w, None, i(2), i(1), i(1), i(2)),
    "pairs": lambda i: conv.conv2d(x, w, None, (i(2), 1), (i(1), i(0)), (1, i(2)), 2),
    "loop": lambda i: conv.conv2d_loop(x[:, :2], w, i(2)),
    "padding": lambda i: conv.pad2d(x, i(2), "reflect"),
    "windows": lambda i: conv.windows(x, i(2), i(3), i(1)),
    "pooling": lambda i: conv.max_pool2d(x, i(2), i(1), i(1)),
    "groups": lambda i: normalization.group_norm(x, i(2), one, one),
    "heads": lambda i: att.multi_head_attention(q, *[np.eye(4)] * 4, i(2)),
    "block": lambda i: att.chunked_attention(q, q, q, i(4)),
    "window": lambda i: att.local_attention(q, q, q, i(1)),
    "positions": lambda i: att.sinusoidal_positions(i(4), i(3)),
    "grid": lambda i: spatial.affine_grid(np.ones((1, 2, 3)), i(2), i(3)),
    "size": lambda i: np.array(conv.output_size(i(9), i(3), i(2), i(1), i(2))),
    "field": lambda i: np.array(conv.receptive_field([(i(3), i(2), i(1), i(1))])),
}


@pytest.mark.parametrize("call", with_sizes.values(), ids=with_sizes.keys())
def test_numpys_integers_are_sizes_and_booleans_are_not(call):
    for kind in (np.int64, np.uint8, np.array):
        assert_close(call(kind), call(int))
    with pytest.raises(ValueError, match=r"must be an integer >= \d, got True"):
        call(bool)
    with pytest.raises(ValueError, match=r"must be an integer >= \d, got np.True_"):
        call(np.bool_)


def test_sizes_of_numpy_do_not_overflow():
    layers = [(np.int8(3), np.int8(100), np.int8(1))] * 3
    assert conv.receptive_field(layers) == (1 + 2 + 200 + 20_000, 10**6, 0)


def test_a_tensors_convolution_takes_numpys_integers():
    i = np.int64
    result = conv.conv2d(torch.tensor(x), torch.tensor(w), None, i(2), i(1), i(2), i(2))
    assert_close(result, conv.conv2d(x, w, None, 2, 1, 2, 2))
