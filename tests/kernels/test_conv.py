"""Convolution and pooling against PyTorch, loops and published figures."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view
from textbook import slabs
from textbook.conv import (
    avg_pool2d,
    conv2d,
    conv2d_loop,
    max_pool2d,
    output_size,
    pad2d,
    receptive_field,
    windows,
)
from textbook.conv.pooling import avg_pool2d_gradient, max_pool2d_gradient
from textbook.conv.windows import windows_gradient

from tests.kernels.support import (
    assert_close,
    briefly,
    every_library,
    normal,
    reproducible,
    seeds,
    to_numpy,
    with_gradients,
)

pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def layers(draw):
    """Draw (seed, shape of x, shape of w, options) of a convolution that fits."""
    kernel, stride, dilation = draw(pairs), draw(pairs), draw(pairs)
    padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    size = [
        max(1, s - 2 * p) + draw(st.integers(0, 4))
        for s, p in zip(spans, padding, strict=True)
    ]
    groups, c, o = (
        draw(st.integers(1, 3)),
        draw(st.integers(1, 2)),
        draw(st.integers(1, 3)),
    )
    n = draw(st.integers(0, 3))
    options = dict(stride=stride, padding=padding, dilation=dilation, groups=groups)
    return draw(seeds), (n, c * groups, *size), (o * groups, c, *kernel), options


@reproducible
@given(layers())
def test_convolution_and_its_gradients_equal_pytorchs(layer):
    seed, x_shape, w_shape, options = layer
    inputs = (
        normal(seed, *x_shape),
        normal(seed + 1, *w_shape),
        normal(seed + 2, w_shape[0]),
    )
    results = with_gradients(lambda *a: conv2d(*a, **options), *inputs)
    expected = with_gradients(lambda *a: F.conv2d(*a, **options), *inputs)
    for result, right in zip(results, expected, strict=True):
        assert_close(result, right)


@every_library
@settings(briefly, max_examples=5)
@given(layer=layers())
def test_convolution_is_the_same_in_every_library(to, layer):
    seed, x_shape, w_shape, options = layer
    x, w, b = (
        normal(seed, *x_shape),
        normal(seed + 1, *w_shape),
        normal(seed + 2, w_shape[0]),
    )
    expected = F.conv2d(*map(torch.tensor, (x, w, b)), **options)
    assert_close(conv2d(to(x), to(w), to(b), **options), expected)


@every_library
def test_convolution_in_float32_is_exact_to_a_few_units_in_the_last_place(to):
    x, w = (
        normal(0, 4, 8, 9, 9).astype("float32"),
        normal(1, 4, 8, 3, 3).astype("float32"),
    )
    result = conv2d(to(x), to(w), padding=1)
    expected = F.conv2d(
        torch.tensor(x).double(), torch.tensor(w).double(), padding=1
    ).float()
    assert_close(result, expected, 4 * np.finfo("float32").eps)


@every_library
def test_a_batch_in_slabs_is_convolved_as_in_one_piece(to, monkeypatch):
    x, w, b = normal(0, 7, 2, 5, 5), normal(1, 3, 2, 3, 3), normal(2, 3)
    monkeypatch.setattr(slabs, "SLAB", 2 * 2 * 9 * 9)  # two images: 7 images in 4 slabs
    assert_close(conv2d(to(x), to(w), to(b)), F.conv2d(*map(torch.tensor, (x, w, b))))


def test_gradients_of_a_batch_in_slabs_are_those_of_one_piece(monkeypatch):
    inputs = normal(0, 7, 2, 5, 5), normal(1, 3, 2, 3, 3)
    monkeypatch.setattr(slabs, "SLAB", 2 * 2 * 9 * 9)
    for result, right in zip(
        with_gradients(conv2d, *inputs), with_gradients(F.conv2d, *inputs), strict=True
    ):
        assert_close(result, right)


@pytest.mark.parametrize("mode", ["zeros", "mean", "reflect", "replicate", "circular"])
def test_convolution_passes_gradcheck_and_gradgradcheck_with_every_padding(mode):
    x, w, b = (
        torch.tensor(a, requires_grad=True)
        for a in (normal(0, 1, 2, 3, 4), normal(1, 2, 1, 2, 2), normal(2, 2))
    )

    def f(x, w, b):
        return conv2d(x, w, b, 1, (1, 2), (1, 2), 2, mode)

    assert torch.autograd.gradcheck(f, (x, w, b))
    assert torch.autograd.gradgradcheck(f, (x, w, b))


@every_library
@pytest.mark.parametrize(
    ("mode", "torchs"),
    [
        ("zeros", "constant"),
        ("reflect", "reflect"),
        ("replicate", "replicate"),
        ("circular", "circular"),
    ],
)
def test_padding_equals_pytorchs(to, mode, torchs):
    x = normal(0, 2, 3, 4, 5)
    for p, q in [(0, 0), (1, 0), (0, 2), (3, 4), (2, 3)]:
        expected = F.pad(torch.tensor(x), (q, q, p, p), mode=torchs)
        assert_close(pad2d(to(x), (p, q), mode), expected)


@every_library
def test_mean_padding_puts_each_maps_own_mean_around_it(to):
    x = normal(0, 2, 3, 4, 5)
    expected = np.empty((2, 3, 6, 9))
    for n in range(2):
        for c in range(3):
            expected[n, c] = x[n, c].sum() / 20
            expected[n, c, 1:5, 2:7] = x[n, c]
    assert_close(pad2d(to(x), (1, 2), "mean"), expected)


@every_library
@briefly
@given(layer=layers())
def test_window_i_j_holds_the_pixels_that_its_stride_and_dilation_say(to, layer):
    seed, shape, (_, _, kh, kw), options = layer
    x, (s, t), (d, e) = normal(seed, *shape), options["stride"], options["dilation"]
    x = np.pad(x, [(0, 0), (0, 0), (4, 4), (4, 4)])
    result = to_numpy(windows(to(x), (kh, kw), (s, t), (d, e)))
    oh, ow = output_size(x.shape[2:], (kh, kw), (s, t), 0, (d, e))
    assert result.shape == (*shape[:2], oh, ow, kh, kw)
    for i in range(oh):
        for j in range(ow):
            rows, columns = (
                [i * s + u * d for u in range(kh)],
                [j * t + v * e for v in range(kw)],
            )
            np.testing.assert_array_equal(
                result[:, :, i, j], x[:, :, rows][:, :, :, columns]
            )


@reproducible
@given(layers())
def test_output_size_counts_the_starts_from_which_a_window_fits(layer):
    _, (_, _, height, _), (_, _, k, _), options = layer
    s, p, d = (options[name][0] for name in ("stride", "padding", "dilation"))
    last = d * (k - 1)
    starts = [i for i in range(0, height + 2 * p, s) if i + last < height + 2 * p]
    assert output_size(height, k, s, p, d) == len(starts)


def test_output_size_is_a_pair_if_any_argument_is():
    assert output_size(7, 3, stride=(1, 2)) == (5, 3)


def test_receptive_field_of_vgg16_at_pool5_is_the_published_212():
    conv, pool = (3, 1, 1, 1), (2, 2, 1)
    blocks = [2, 2, 3, 3, 3]
    layers = [layer for count in blocks for layer in [conv] * count + [pool]]
    assert receptive_field(layers) == (212, 32, -90)


@reproducible
@given(
    st.lists(
        st.tuples(*[st.integers(1, 3)] * 3, st.integers(0, 2)), min_size=1, max_size=3
    )
)
def test_receptive_field_covers_exactly_the_inputs_with_a_gradient(layers):
    size, jump, start = receptive_field(layers)
    x = torch.zeros(1, 1, 1, 80, dtype=torch.float64, requires_grad=True)
    y = x
    for k, s, d, p in layers:
        w = torch.ones(1, 1, 1, k, dtype=torch.float64)
        y = F.conv2d(y, w, stride=(1, s), padding=(0, p), dilation=(1, d))
    unit = y.shape[-1] // 2
    y[0, 0, 0, unit].backward()
    seen = x.grad.flatten().nonzero().flatten()
    expected = range(start + unit * jump, start + unit * jump + size)
    assert (seen[0].item(), seen[-1].item()) == (expected[0], expected[-1])


@every_library
def test_the_loop_computes_what_pytorchs_convolution_computes(to):
    x, w = normal(0, 2, 2, 6, 5), normal(1, 3, 2, 2, 3)
    if to is not to_jax():
        expected = F.conv2d(torch.tensor(x), torch.tensor(w), stride=2)
        assert_close(conv2d_loop(to(x), to(w), 2), expected)
    else:  # it assigns to its result, and JAX's arrays never change
        with pytest.raises(TypeError, match="immutable"):
            conv2d_loop(to(x), to(w), 2)


def to_jax():
    """Return the one library whose arrays cannot be assigned to."""
    import jax.numpy

    return jax.numpy.asarray


poolings = [(max_pool2d, F.max_pool2d), (avg_pool2d, F.avg_pool2d)]


@every_library
@pytest.mark.parametrize(("ours", "torchs"), poolings)
@briefly
@given(layer=layers())
def test_pooling_equals_pytorchs(to, ours, torchs, layer):
    seed, shape, (_, _, kh, kw), options = layer
    shape, x = (*shape[:2], shape[2] + kh, shape[3] + kw), None
    x = normal(seed, *shape)
    pads = tuple(
        min(p, k // 2) for p, k in zip(options["padding"], (kh, kw), strict=True)
    )
    arguments = (kh, kw), options["stride"], pads
    assert_close(ours(to(x), *arguments), torchs(torch.tensor(x), *arguments))


@pytest.mark.parametrize(("ours", "torchs"), poolings)
@reproducible
@given(layer=layers())
def test_gradients_of_pooling_equal_pytorchs(ours, torchs, layer):
    seed, shape, (_, _, kh, kw), options = layer
    x = normal(seed, *shape[:2], shape[2] + kh, shape[3] + kw)
    arguments = (kh, kw), options["stride"], (kh // 2, kw // 2)
    results = with_gradients(lambda x: ours(x, *arguments), x)
    expected = with_gradients(lambda x: torchs(x, *arguments), x)
    assert_close(results[1], expected[1])


@pytest.mark.parametrize(("ours", "torchs"), poolings)
def test_gradients_of_pooling_in_slabs_equal_pytorchs(ours, torchs, monkeypatch):
    monkeypatch.setattr(slabs, "SLAB", 300)
    x = normal(0, 7, 2, 7, 6)
    results = with_gradients(lambda x: ours(x, 3, 2), x)
    for result, right in zip(
        results, with_gradients(lambda x: torchs(x, 3, 2), x), strict=True
    ):
        assert_close(result, right)


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
def test_pooling_passes_gradgradcheck(pool):
    x = torch.tensor(normal(0, 1, 1, 4, 5), requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda x: pool(x, 3, 1, 1), x)


@pytest.mark.parametrize(
    ("pool", "gradient"),
    [(F.max_pool2d, max_pool2d_gradient), (F.avg_pool2d, avg_pool2d_gradient)],
)
def test_the_derived_gradients_of_pooling_are_pytorchs_on_numpy_arrays(pool, gradient):
    x = normal(0, 2, 3, 7, 6)
    y, expected = with_gradients(lambda x: pool(x, 3, 2, 1), x)
    assert_close(gradient(normal(99, *y.shape), x, 3, 2, 1)[0], expected)


def test_the_derived_gradient_of_windows_is_pytorchs_on_numpy_arrays():
    x = normal(0, 2, 3, 7, 6)
    y, expected = with_gradients(lambda x: x.unfold(2, 3, 2).unfold(3, 2, 1), x)
    assert_close(windows_gradient(normal(99, *y.shape), x, (3, 2), (2, 1))[0], expected)


def test_equal_largest_values_share_the_gradient():
    x = torch.tensor([[[[2.0, 1.0, 2.0, 2.0]]]], requires_grad=True)
    max_pool2d(x, (1, 4)).sum().backward()
    np.testing.assert_allclose(x.grad[0, 0, 0], [1 / 3, 0, 1 / 3, 1 / 3], rtol=1e-6)


@every_library
@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
def test_a_pooling_window_moves_by_its_own_size_if_no_stride_is_given(to, pool):
    x = normal(0, 1, 1, 4, 6)
    assert_close(pool(to(x), (2, 3)), pool(to(x), (2, 3), (2, 3)))
    assert pool(to(x), (2, 3)).shape == (1, 1, 2, 2)


@every_library
def test_nan_in_an_image_gives_nan_where_a_window_sees_it_and_nowhere_else(to):
    x = np.zeros((1, 1, 5, 5))
    x[0, 0, 0, 0] = np.nan
    expected = np.zeros((3, 3), dtype=bool)
    expected[0, 0] = True
    w = to(np.ones((1, 1, 3, 3)))
    for y in (conv2d(to(x), w), max_pool2d(to(x), 3, 1), avg_pool2d(to(x), 3, 1)):
        np.testing.assert_array_equal(np.isnan(to_numpy(y))[0, 0], expected)


def images(to, *shape, dtype="float64"):
    """Make an array of zeros."""
    return to(np.zeros(shape, dtype=dtype))


bad = {
    "kernel larger than the padded input": (
        r"window of 7 .* does not fit into 6",
        lambda to: conv2d(images(to, 1, 1, 4, 4), images(to, 1, 1, 7, 7), padding=1),
    ),
    "dilated kernel larger than the input": (
        r"window of 5 \(kernel_size 3, dilation 2\) does not fit into 4",
        lambda to: conv2d(images(to, 1, 1, 4, 4), images(to, 1, 1, 3, 3), dilation=2),
    ),
    "stride 0": (
        "stride must be an integer >= 1, got 0",
        lambda to: conv2d(images(to, 1, 1, 4, 4), images(to, 1, 1, 3, 3), stride=0),
    ),
    "stride True": (
        "stride must be an integer >= 1, got True",
        lambda to: conv2d(images(to, 1, 1, 4, 4), images(to, 1, 1, 3, 3), stride=True),
    ),
    "stride a float": (
        "stride must be an integer >= 1, got 1.5",
        lambda to: conv2d(images(to, 1, 1, 4, 4), images(to, 1, 1, 3, 3), stride=1.5),
    ),
    "three strides": (
        "stride must be an integer or a pair",
        lambda to: conv2d(
            images(to, 1, 1, 4, 4), images(to, 1, 1, 3, 3), stride=(1, 1, 1)
        ),
    ),
    "a negative padding to count places with": (
        "padding must be an integer >= 0, got -1",
        lambda to: output_size(7, 3, padding=-1),
    ),
    "padding negative": (
        "padding must be an integer >= 0, got -1",
        lambda to: conv2d(images(to, 1, 1, 4, 4), images(to, 1, 1, 3, 3), padding=-1),
    ),
    "dilation 0": (
        "dilation must be an integer >= 1, got 0",
        lambda to: conv2d(images(to, 1, 1, 4, 4), images(to, 1, 1, 3, 3), dilation=0),
    ),
    "channels not divisible by groups": (
        "groups must divide 3 channels and 2 filters, got 2",
        lambda to: conv2d(images(to, 1, 3, 4, 4), images(to, 2, 1, 3, 3), groups=2),
    ),
    "filters not divisible by groups": (
        "groups must divide 4 channels and 3 filters, got 2",
        lambda to: conv2d(images(to, 1, 4, 4, 4), images(to, 3, 2, 3, 3), groups=2),
    ),
    "groups 0": (
        "groups must be an integer >= 1, got 0",
        lambda to: conv2d(images(to, 1, 4, 4, 4), images(to, 4, 4, 3, 3), groups=0),
    ),
    "filters for other channels": (
        r"expected w of shape \(2, 3, 3, 3\), got shape \(2, 4, 3, 3\)",
        lambda to: conv2d(images(to, 1, 3, 4, 4), images(to, 2, 4, 3, 3)),
    ),
    "one bias too few": (
        r"expected b of shape \(2,\), got shape \(1,\)",
        lambda to: conv2d(
            images(to, 1, 1, 4, 4), images(to, 2, 1, 3, 3), images(to, 1)
        ),
    ),
    "image without batch axis": (
        r"expected x of shape \(N, C, H, W\), got shape \(3, 4, 4\)",
        lambda to: conv2d(images(to, 3, 4, 4), images(to, 1, 3, 3, 3)),
    ),
    "filters of a wrong rank": (
        r"expected w of shape \(O, C // groups, kh, kw\), got shape \(\)",
        lambda to: conv2d(images(to, 1, 1, 4, 4), images(to)),
    ),
    "mixed dtypes": (
        r"expected floating-point arrays of one dtype, got x: .*float32, w: .*float64",
        lambda to: conv2d(
            images(to, 1, 1, 4, 4, dtype="float32"), images(to, 1, 1, 3, 3)
        ),
    ),
    "bias of another dtype": (
        "expected floating-point arrays of one dtype",
        lambda to: conv2d(
            images(to, 1, 1, 4, 4),
            images(to, 1, 1, 3, 3),
            images(to, 1, dtype="float32"),
        ),
    ),
    "integer arrays": (
        r"expected floating-point arrays of one dtype, got x: .*int64",
        lambda to: conv2d(
            images(to, 1, 1, 4, 4, dtype="int64"), images(to, 1, 1, 3, 3, dtype="int64")
        ),
    ),
    "not an array": (
        "expected arrays of one library, NumPy or torch, got x: list",
        lambda to: conv2d([[1.0]], images(to, 1, 1, 3, 3)),
    ),
    "reflect padding wider than the image": (
        "mode 'reflect' pads 4 pixels by at most 3, got 4",
        lambda to: pad2d(images(to, 1, 1, 9, 4), (0, 4), "reflect"),
    ),
    "circular padding wider than the image": (
        "mode 'circular' pads 4 pixels by at most 4, got 5",
        lambda to: pad2d(images(to, 1, 1, 4, 9), (5, 0), "circular"),
    ),
    "nothing to wrap": (
        r"mode 'circular' needs a pixel, got shape \(1, 1, 0, 4\)",
        lambda to: pad2d(images(to, 1, 1, 0, 4), 1, "circular"),
    ),
    "no nearest pixel": (
        r"mode 'replicate' needs a pixel, got shape \(1, 1, 4, 0\)",
        lambda to: pad2d(images(to, 1, 1, 4, 0), 1, "replicate"),
    ),
    "the mean of no pixels": (
        r"mode 'mean' needs a pixel, got shape \(1, 1, 0, 4\)",
        lambda to: pad2d(images(to, 1, 1, 0, 4), 0, "mean"),
    ),
    "negative padding of an image": (
        "padding must be an integer >= 0, got -1",
        lambda to: pad2d(images(to, 1, 1, 4, 4), -1),
    ),
    "unknown padding": (
        "must be zeros, mean, reflect, replicate or circular, got 'mirror'",
        lambda to: pad2d(images(to, 1, 1, 4, 4), 1, "mirror"),
    ),
    "padding of an array of a wrong rank": (
        r"expected x of shape \(N, C, H, W\)",
        lambda to: pad2d(images(to, 4, 4), 1),
    ),
    "windows of an array of a wrong rank": (
        r"expected x of shape \(N, C, H, W\)",
        lambda to: windows(images(to, 4, 4), 1),
    ),
    "pooling an array of a wrong rank": (
        r"expected x of shape \(N, C, H, W\)",
        lambda to: max_pool2d(images(to, 4, 4), 2),
    ),
    "pooling integers": (
        "expected floating-point arrays",
        lambda to: avg_pool2d(images(to, 1, 1, 4, 4, dtype="int64"), 2),
    ),
    "pooling window too large": (
        "window of 5 .* does not fit into 4",
        lambda to: max_pool2d(images(to, 1, 1, 4, 4), 5),
    ),
    "pooling stride 0": (
        "stride must be an integer >= 1, got 0",
        lambda to: max_pool2d(images(to, 1, 1, 4, 4), 2, 0),
    ),
    "pooling padding over half the window": (
        r"padding must be at most half of kernel_size \(2, 2\), got \(2, 0\)",
        lambda to: max_pool2d(images(to, 1, 1, 4, 4), 2, padding=(2, 0)),
    ),
    "gradient of windows of another shape": (
        r"expected dy of shape \(1, 1, 3, 3, 2, 2\), got shape \(1, 1, 3, 3, 1, 2\)",
        lambda to: windows_gradient(
            images(to, 1, 1, 3, 3, 1, 2), images(to, 1, 1, 4, 4), 2
        ),
    ),
    "gradient of windows of another dtype": (
        "expected floating-point arrays of one dtype",
        lambda to: windows_gradient(
            images(to, 1, 1, 3, 3, 2, 2, dtype="float32"), images(to, 1, 1, 4, 4), 2
        ),
    ),
    "gradient of a maximum of another shape": (
        r"expected dy of shape \(1, 1, 2, 2\), got shape \(1, 1, 4, 4\)",
        lambda to: max_pool2d_gradient(
            images(to, 1, 1, 4, 4), images(to, 1, 1, 4, 4), 2
        ),
    ),
    "gradient of a mean of another shape": (
        r"expected dy of shape \(1, 1, 2, 2\), got shape \(1, 2, 2\)",
        lambda to: avg_pool2d_gradient(images(to, 1, 2, 2), images(to, 1, 1, 4, 4), 2),
    ),
    "a pair of strides for the loop": (
        r"stride must be an integer >= 1, got \(1, 2\)",
        lambda to: conv2d_loop(
            images(to, 1, 1, 4, 4), images(to, 1, 1, 3, 3), stride=(1, 2)
        ),
    ),
    "loop with filters for other channels": (
        "expected w of shape",
        lambda to: conv2d_loop(images(to, 1, 3, 4, 4), images(to, 2, 4, 3, 3)),
    ),
    "empty image": (
        "n must be an integer >= 1, got 0",
        lambda to: conv2d(images(to, 1, 1, 0, 4), images(to, 1, 1, 1, 1)),
    ),
    "layer of two numbers": (
        r"expected layers of .*stride, dilation, padding\), got \(3, 1\)",
        lambda to: receptive_field([(3, 1)]),
    ),
    "receptive field with stride 0": (
        "stride must be an integer >= 1, got 0",
        lambda to: receptive_field([(3, 0, 1)]),
    ),
    "receptive field with kernel size 0": (
        "kernel_size must be an integer >= 1, got 0",
        lambda to: receptive_field([(0, 1, 1)]),
    ),
    "receptive field with dilation 0": (
        "dilation must be an integer >= 1, got 0",
        lambda to: receptive_field([(3, 1, 0)]),
    ),
    "receptive field with negative padding": (
        "padding must be an integer >= 0, got -1",
        lambda to: receptive_field([(3, 1, 1, -1)]),
    ),
}


@every_library
@pytest.mark.parametrize(("message", "call"), bad.values(), ids=bad.keys())
def test_bad_input_gives_one_clear_value_error(to, message, call):
    with pytest.raises(ValueError, match=message):
        call(to)


def test_arrays_of_two_libraries_give_one_clear_value_error():
    with pytest.raises(
        ValueError, match="one library, NumPy or torch, got x: ndarray, w: Tensor"
    ):
        conv2d(np.zeros((1, 1, 4, 4)), torch.zeros(1, 1, 3, 3, dtype=torch.float64))


def test_a_window_view_of_numpy_shares_memory_and_cannot_be_written_to():
    x = np.zeros((1, 1, 4, 4))
    view = windows(x, 2)
    assert np.shares_memory(view, x)
    assert not view.flags.writeable


def test_the_size_without_options_is_that_of_a_plain_window():
    assert output_size(7, 3) == 5
    assert output_size((5, 9), 3) == (3, 7)


def test_windows_without_options_start_at_every_pixel_and_have_no_gaps():
    x = normal(0, 1, 1, 4, 5)
    assert_close(windows(x, 2), sliding_window_view(x, (2, 2), axis=(2, 3)))


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("window of 7 .* does not fit into 6", (4, 7, 1, 1)),
        ("kernel_size must be an integer >= 1, got 0", (4, 0)),
    ],
)
def test_a_size_that_does_not_exist_is_a_value_error(message, arguments):
    with pytest.raises(ValueError, match=message):
        output_size(*arguments)


def test_the_loop_keeps_images_and_channels_apart():
    x, w = normal(0, 3, 2, 5, 6), normal(1, 6, 2, 2, 3)
    expected = F.conv2d(torch.tensor(x), torch.tensor(w))
    assert_close(conv2d_loop(x, w), expected.numpy())
