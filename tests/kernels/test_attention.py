"""Attention and its relatives against PyTorch, dense formulas and closed forms."""

import math
import tracemalloc

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from textbook.attention import (
    attention,
    chunked_attention,
    linear_attention,
    local_attention,
    low_rank_attention,
    multi_head_attention,
    random_feature_attention,
    sinusoidal_positions,
    softmax,
    transformer_block,
)
from textbook.attention.chunked import chunked_attention_gradient

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

few = st.integers(1, 7)


@st.composite
def inputs(draw, equal_lengths=False):
    """Draw queries, keys and values with none, one or two leading axes."""
    seed, lead = draw(seeds), draw(st.lists(st.integers(1, 2), max_size=2))
    n, m, d, p = (draw(few) for _ in range(4))
    m = n if equal_lengths else m
    return (
        normal(seed, *lead, n, d) * 2,
        normal(seed + 1, *lead, m, d),
        normal(seed + 2, *lead, m, p),
    )


def dense(weights, v):
    """Average v by weights given in full."""
    return weights / weights.sum(-1, keepdims=True) @ v


@every_library
@briefly
@given(seed=seeds, shape=st.lists(few, min_size=1, max_size=3), axis=st.integers(-3, 2))
def test_softmax_equals_pytorchs(to, seed, shape, axis):
    axis = axis % len(shape)
    x = normal(seed, *shape) * 5
    assert_close(softmax(to(x), axis), torch.softmax(torch.tensor(x), axis))
    assert_close(softmax(to(x)), torch.softmax(torch.tensor(x), -1))


@every_library
def test_softmax_of_huge_logits_is_what_the_mathematics_says(to):
    inf = math.inf
    x = np.array(
        [
            [1e4, -1e4, 0],
            [-1e4, -1e4, -1e4],
            [1e4, 1e4, -inf],
            [0, -inf, -inf],
            [-inf] * 3,
        ]
    )
    expected = [[1, 0, 0], [1 / 3] * 3, [0.5, 0.5, 0], [1, 0, 0], [0, 0, 0]]
    assert_close(softmax(to(x)), np.array(expected))


@every_library
def test_nan_goes_through_softmax_and_attention_to_its_row_only(to):
    x = np.zeros((2, 3))
    x[1, 2] = np.nan
    for y in (
        softmax(to(x)),
        attention(to(x), to(np.ones((4, 3))), to(np.ones((4, 3)))),
    ):
        np.testing.assert_array_equal(np.isnan(to_numpy(y)), [[False] * 3, [True] * 3])


@every_library
@settings(briefly, max_examples=4)
@given(qkv=inputs(), seed=seeds)
def test_attention_equals_pytorchs_with_and_without_mask(to, qkv, seed):
    q, k, _ = qkv
    mask = normal(seed, q.shape[-2], k.shape[-2]) > 0
    mask[:, 0] = True
    tensors = list(map(torch.tensor, qkv))
    expected = F.scaled_dot_product_attention(*tensors)
    assert_close(attention(*map(to, qkv)), expected)
    expected = F.scaled_dot_product_attention(*tensors, attn_mask=torch.tensor(mask))
    assert_close(attention(*map(to, qkv), to(mask)), expected)


@reproducible
@given(qkv=inputs(), block=st.integers(1, 9))
def test_gradients_of_attention_whole_and_chunked_equal_pytorchs(qkv, block):
    expected = with_gradients(F.scaled_dot_product_attention, *qkv)
    for f in (attention, lambda q, k, v: chunked_attention(q, k, v, block)):
        for result, right in zip(with_gradients(f, *qkv), expected, strict=True):
            assert_close(result, right)


@reproducible
@given(qkv=inputs(equal_lengths=True), block=st.integers(1, 9))
def test_gradients_of_causal_chunked_attention_equal_pytorchs(qkv, block):
    def torchs(q, k, v):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)

    results = with_gradients(
        lambda q, k, v: chunked_attention(q, k, v, block, True), *qkv
    )
    for result, right in zip(results, with_gradients(torchs, *qkv), strict=True):
        assert_close(result, right)


@every_library
@settings(briefly, max_examples=4)
@given(qkv=inputs(equal_lengths=True), block=st.integers(1, 9))
def test_chunked_attention_equals_pytorchs(to, qkv, block):
    tensors = list(map(torch.tensor, qkv))
    for causal in (False, True):
        expected = F.scaled_dot_product_attention(*tensors, is_causal=causal)
        assert_close(chunked_attention(*map(to, qkv), block, causal), expected)


def test_the_derived_gradient_of_chunked_attention_is_pytorchs_on_numpy_arrays():
    qkv = [normal(i, 2, 5, 3) for i in range(3)]
    expected = with_gradients(F.scaled_dot_product_attention, *qkv)[1:]
    results = chunked_attention_gradient(normal(99, 2, 5, 3), *qkv, 2)
    for result, right in zip(results, expected, strict=True):
        assert_close(result, right)


@every_library
def test_chunked_attention_of_huge_scores_does_not_overflow(to):
    q, k, v = (
        np.array([[1e4], [-1e4]]),
        np.array([[1.0], [-1.0], [0.5]]),
        np.array([[1.0], [2], [3]]),
    )
    assert_close(chunked_attention(to(q), to(k), to(v), 1), np.array([[1.0], [2.0]]))


@every_library
def test_attention_in_float32_is_exact_to_a_few_units_in_the_last_place(to):
    qkv = [normal(i, 2, 40, 16).astype("float32") for i in range(3)]
    exact = F.scaled_dot_product_attention(
        *(torch.tensor(a).double() for a in qkv)
    ).float()
    for y in (attention(*map(to, qkv)), chunked_attention(*map(to, qkv), 16)):
        assert_close(y, exact, 8 * np.finfo("float32").eps)


def test_attention_and_its_relatives_pass_gradcheck():
    qkv = [torch.tensor(normal(i, 2, 5, 3), requires_grad=True) for i in range(3)]
    mask = torch.tensor(normal(9, 5, 5) > 0)
    w = torch.tensor(normal(10, 6, 3))
    for f in (
        lambda q, k, v: attention(q, k, v, mask),
        lambda q, k, v: chunked_attention(q, k, v, 2),
        lambda q, k, v: chunked_attention(q, k, v, 2, True),
        lambda q, k, v: local_attention(q, k, v, 1),
        lambda q, k, v: linear_attention(q, k, v, True),
        lambda q, k, v: random_feature_attention(q, k, v, w),
    ):
        assert torch.autograd.gradcheck(f, qkv)
    assert torch.autograd.gradgradcheck(
        lambda q, k, v: chunked_attention(q, k, v, 2, True), qkv
    )


@every_library
def test_a_query_that_may_look_nowhere_gets_zeros(to):
    mask = np.array([[True, False], [False, False]])
    q, k, v = normal(0, 2, 3), normal(1, 2, 3), normal(2, 2, 3)
    y = to_numpy(attention(to(q), to(k), to(v), to(mask)))
    np.testing.assert_array_equal(y, [v[0], np.zeros(3)])


def test_a_query_that_may_look_nowhere_has_a_zero_gradient():
    q, k, v = (torch.tensor(normal(i, 2, 3), requires_grad=True) for i in range(3))
    mask = torch.tensor([[True, True], [False, False]])
    dq, dk, dv = torch.autograd.grad(attention(q, k, v, mask).sum(), (q, k, v))
    np.testing.assert_array_equal(dq[1], np.zeros(3))
    assert dk.isfinite().all()
    assert dv.isfinite().all()


@every_library
def test_without_keys_the_result_is_zero_and_without_queries_empty(to):
    w = to(np.ones((4, 3)))
    for n, m in [(2, 0), (0, 2), (0, 0)]:
        q, k, v = to(np.ones((1, n, 3))), to(np.ones((1, m, 3))), to(np.ones((1, m, 2)))
        e = to(np.ones((1, m)))
        for y in (
            attention(q, k, v),
            chunked_attention(q, k, v, 4),
            linear_attention(q, k, v),
            random_feature_attention(q, k, v, w),
            low_rank_attention(q, k, v, e[:0, :], e[:0, :]),
        ):
            assert_close(y, np.ones((1, n, 2)) * (m > 0 and n == 0))
    empty, values = to(np.ones((0, 3))), to(np.ones((0, 2)))
    for causal in (False, True):
        for f in (linear_attention, lambda *a: local_attention(*a[:3], 2, a[3])):
            assert tuple(f(empty, empty, values, causal).shape) == (0, 2)


@every_library
@settings(briefly, max_examples=4)
@given(seed=seeds, heads=st.integers(1, 3), sizes=st.tuples(few, few, few))
def test_multi_head_attention_equals_pytorchs(to, seed, heads, sizes):
    n, length, d = sizes[0], sizes[1], sizes[2] * heads
    x, mask = normal(seed, n, length, d), normal(seed + 1, length, length) > 0
    np.fill_diagonal(mask, True)
    w = [normal(seed + 2 + i, d, d) for i in range(4)]
    expected, _ = F.multi_head_attention_forward(
        *[torch.tensor(x).transpose(0, 1)] * 3,
        d,
        heads,
        torch.tensor(np.concatenate(w[:3], axis=1)).T,
        None,
        None,
        None,
        False,
        0.0,
        torch.tensor(w[3]).T,
        None,
        attn_mask=~torch.tensor(mask),
    )
    result = multi_head_attention(to(x), *map(to, w), heads, to(mask))
    assert_close(result, expected.transpose(0, 1).contiguous())


@every_library
def test_heads_may_be_wider_for_values_than_for_keys(to):
    x, w_q, w_k, w_v, w_o = (
        normal(*a) for a in ((0, 2, 5, 4), (1, 4, 6), (2, 4, 6), (3, 4, 8), (4, 8, 3))
    )
    y = multi_head_attention(*map(to, (x, w_q, w_k, w_v, w_o)), heads=2)
    heads = []
    for h in range(2):
        a, b = slice(3 * h, 3 * h + 3), slice(4 * h, 4 * h + 4)
        scores = (x @ w_q[:, a]) @ (x @ w_k[:, a]).transpose(0, 2, 1) / math.sqrt(3)
        heads.append(dense(np.exp(scores), x @ w_v[:, b]))
    assert_close(y, np.concatenate(heads, axis=-1) @ w_o)


@every_library
def test_heads_and_examples_may_each_have_a_mask_of_their_own(to):
    x, w = normal(0, 2, 5, 4), [normal(i, 4, 4) for i in range(1, 5)]
    mask = normal(9, 2, 2, 5, 5) > 0

    def attend(x, mask):
        return multi_head_attention(to(x), *map(to, w), 2, to(mask))

    by_example = attend(x, mask[:, :1])
    for i in range(2):
        assert_close(by_example[i : i + 1, ...], attend(x[i : i + 1], mask[i, 0]))
    heads = []
    for h in range(2):
        a = slice(2 * h, 2 * h + 2)
        q, k, v = (to(x @ w[i][:, a]) for i in range(3))
        heads.append(to_numpy(attention(q, k, v, to(mask[0, h]))))
    assert_close(attend(x, mask[:1]), np.concatenate(heads, axis=-1) @ w[3])


def block_weights(d, h):
    """Return scales and shifts near 1 and 0, and matrices, for a block."""
    norms = [(1 + normal(i, d) / 4, normal(i + 1, d) / 4) for i in (20, 22)]
    matrices = [normal(i, d, d) for i in range(30, 34)]
    return (*norms[0], *matrices), (*norms[1], normal(40, d, h), normal(41, h, d))


@every_library
def test_a_transformer_block_is_pytorchs_normalized_first(to):
    x, mask = normal(0, 3, 5, 4), np.tril(np.ones((5, 5), bool))
    attend, think = block_weights(4, 6)
    layer = torch.nn.TransformerEncoderLayer(
        4, 2, 6, 0.0, batch_first=True, norm_first=True, bias=False, dtype=torch.float64
    )
    values = {
        "norm1.weight": attend[0],
        "self_attn.in_proj_weight": np.concatenate(attend[2:5], axis=1).T,
        "self_attn.out_proj.weight": attend[5].T,
        "norm2.weight": think[0],
        "linear1.weight": think[2].T,
        "linear2.weight": think[3].T,
    }
    layer.load_state_dict({name: torch.tensor(w) for name, w in values.items()})
    attend, think = (
        (each[0], np.zeros(4), *each[2:]) for each in (attend, think)
    )  # PyTorch's has no shifts where it has no biases
    expected = layer(torch.tensor(x), src_mask=~torch.tensor(mask)).detach()
    weights = map(to, (*attend, *think))
    assert_close(transformer_block(to(x), *weights, 2, to(mask)), expected)


@every_library
def test_a_transformer_block_scales_and_shifts_what_it_normalizes(to):
    x, (attend, think) = normal(0, 3, 5, 4), block_weights(4, 6)
    normed = [
        F.layer_norm(torch.tensor(x), (4,), torch.tensor(g), torch.tensor(b)).numpy()
        for g, b in (attend[:2], think[:2])
    ]
    still = (*think[:3], 0 * think[3])
    looked = multi_head_attention(normed[0], *attend[2:], heads=2)
    weights = map(to, (*attend, *still))
    assert_close(transformer_block(to(x), *weights, 2), x + looked)
    blind = (*attend[:5], 0 * attend[5])
    thought = np.maximum(normed[1] @ think[2], 0) @ think[3]
    weights = map(to, (*blind, *think))
    assert_close(transformer_block(to(x), *weights, 2), x + thought)


@every_library
def test_a_block_without_a_finite_score_counts_for_nothing(to):
    q, k, v = np.array([[1.0, 2.0], [3.0, 1.0]]), normal(1, 6, 2), normal(2, 6, 3)
    for at in (slice(0, 2), slice(2, 4), slice(4, 6)):
        keys, rest = k.copy(), np.delete(np.arange(6), at)
        keys[at] = -np.inf
        expected = attention(q, k[rest], v[rest])
        assert_close(chunked_attention(to(q), to(keys), to(v), 2), expected)
    keys[:] = -np.inf
    assert_close(chunked_attention(to(q), to(keys), to(v), 2), np.zeros((2, 3)))


@every_library
def test_attention_does_not_depend_on_the_order_of_the_keys(to):
    q, k, v = normal(0, 4, 3), normal(1, 6, 3), normal(2, 6, 2)
    order = np.random.default_rng(0).permutation(6)
    assert_close(
        attention(to(q), to(k[order]), to(v[order])), attention(to(q), to(k), to(v))
    )


@every_library
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(
    ("n", "window"),
    # Up to 96 there is one block; 97, 128 and 130 cut at 32, 121 at its window, 40.
    [
        *[(1, 0), (5, 0), (5, 1), (5, 9), (33, 1), (70, 3), (80, 35), (96, 31)],
        *[(97, 0), (97, 32), (121, 40), (128, 5), (130, 3)],
    ],
)
def test_local_attention_is_attention_with_a_band_as_mask(to, causal, n, window):
    qkv = [normal(i, 2, n, 3) for i in range(2)] + [normal(2, 2, n, 4)]
    gap = np.arange(n)[:, None] - np.arange(n)[None, :]
    mask = (abs(gap) <= window) & ((gap >= 0) | (not causal))
    expected = F.scaled_dot_product_attention(
        *map(torch.tensor, qkv), attn_mask=torch.tensor(mask)
    )
    assert_close(local_attention(*map(to, qkv), window, causal), expected)


def test_local_attention_keeps_all_leading_axes():
    qkv = [normal(i, 2, 3, 100, 4) for i in range(3)]
    expected = np.stack([local_attention(*(a[i] for a in qkv), 2) for i in range(2)])
    assert_close(local_attention(*qkv, 2), expected)


def test_gradients_of_local_attention_are_those_of_a_band_as_mask():
    qkv = [normal(i, 2, 100, 3) for i in range(3)]
    gap = torch.arange(100)[:, None] - torch.arange(100)[None, :]
    expected = with_gradients(
        lambda q, k, v: F.scaled_dot_product_attention(
            q, k, v, attn_mask=gap.abs() <= 4
        ),
        *qkv,
    )
    results = with_gradients(lambda q, k, v: local_attention(q, k, v, 4), *qkv)
    for result, right in zip(results, expected, strict=True):
        assert_close(result, right)


@every_library
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("n", [1, 5, 64, 130])
def test_linear_attention_weights_by_the_product_of_features(to, causal, n):
    q, k, v = normal(0, 2, 3, n, 4), normal(1, 2, 3, n, 4), normal(2, 2, 3, n, 5)

    def phi(x):
        return to_numpy(F.elu(torch.tensor(x)) + 1)

    weights = phi(q) @ phi(k).transpose(0, 1, 3, 2)
    weights = np.tril(weights) if causal else weights
    assert_close(linear_attention(to(q), to(k), to(v), causal), dense(weights, v))


@every_library
def test_linear_attention_takes_keys_and_queries_of_different_lengths_and_huge_ones(to):
    q, k, v = normal(0, 3, 2) * 1e4, normal(1, 5, 2) * 1e4, normal(2, 5, 2)
    y = to_numpy(linear_attention(to(q), to(k), to(v)))
    assert y.shape == (3, 2)
    assert np.isfinite(y).all()


@every_library
@pytest.mark.parametrize("causal", [False, True])
def test_linear_attention_of_very_negative_keys_and_queries_is_a_mean(to, causal):
    q, k, v = normal(0, 6, 3) - 300, normal(1, 6, 3) - 200, normal(2, 6, 2)
    weights = np.exp(q + 300) @ np.exp(k + 200).T  # the factors cancel
    expected = dense(np.tril(weights) if causal else weights, v).astype("float32")
    result = linear_attention(*(to(a.astype("float32")) for a in (q, k, v)), causal)
    assert_close(result, expected, 1e-4)  # -300 itself is rounded, by up to 1.5e-5


@every_library
@pytest.mark.parametrize("causal", [False, True])
def test_random_feature_attention_weights_by_the_product_of_positive_features(
    to, causal
):
    q, k, v, w = (
        normal(0, 2, 70, 4),
        normal(1, 2, 70, 4),
        normal(2, 2, 70, 3),
        normal(3, 8, 4),
    )

    def phi(x):
        x = x / 4**0.25
        return np.exp(x @ w.T - (x**2).sum(-1, keepdims=True) / 2)

    weights = phi(q) @ phi(k).transpose(0, 2, 1)
    weights = np.tril(weights) if causal else weights
    assert_close(
        random_feature_attention(*map(to, (q, k, v, w)), causal),
        dense(weights, v),
        1e-11,
    )


def test_random_features_of_long_vectors_neither_vanish_nor_overflow():
    q, k, v = 40 * normal(0, 6, 4), 40 * normal(1, 6, 4), np.ones((6, 1))
    assert_close(random_feature_attention(q, k, v, np.eye(4)), v)  # a mean of ones


def test_the_error_of_random_features_falls_with_their_number():
    q, k, v = (normal(i, 20, 4) / 2 for i in range(3))
    exact = attention(q, k, v)
    errors = []
    for r in (10, 100_000):
        errors.append(
            abs(random_feature_attention(q, k, v, normal(7, r, 4)) - exact).max()
        )
    assert errors[1] < 0.01 < errors[0]


@every_library
def test_random_features_of_long_queries_do_not_overflow(to):
    q, k, v, w = (
        normal(0, 5, 3) * 50,
        normal(1, 5, 3) * 50,
        normal(2, 5, 2),
        normal(3, 6, 3),
    )
    assert np.isfinite(to_numpy(random_feature_attention(*map(to, (q, k, v, w))))).all()


@every_library
@pytest.mark.parametrize("causal", [False, True])
def test_no_random_features_give_every_key_the_weight_zero(to, causal):
    q, k, v, w = (normal(*a) for a in ((0, 5, 3), (1, 5, 3), (2, 5, 2), (3, 0, 3)))
    y = random_feature_attention(*map(to, (q, k, v, w)), causal)
    assert_close(y, np.zeros((5, 2)))


@every_library
def test_low_rank_attention_attends_to_compressed_keys_and_values(to):
    q, k, v, e, f = (
        normal(*a)
        for a in ((0, 2, 4, 3), (1, 2, 6, 3), (2, 2, 6, 5), (3, 2, 6), (4, 2, 6))
    )
    weights = np.exp(q @ (e @ k).transpose(0, 2, 1) / math.sqrt(3))
    assert_close(low_rank_attention(*map(to, (q, k, v, e, f))), dense(weights, f @ v))


@every_library
def test_low_rank_attention_of_full_rank_is_attention(to):
    q, k, v, e = normal(0, 4, 3), normal(1, 6, 3), normal(2, 6, 5), np.eye(6)
    assert_close(
        low_rank_attention(*map(to, (q, k, v, e, e))), attention(to(q), to(k), to(v))
    )


@pytest.mark.parametrize(("n", "d"), [(1, 1), (4, 2), (7, 5), (50, 8)])
def test_positions_are_the_sines_and_cosines_of_vaswani(n, d):
    expected = np.empty((n, d))
    for position in range(n):
        for i in range(d):
            wave = (math.sin, math.cos)[i % 2]
            expected[position, i] = wave(position / 10000 ** (2 * (i // 2) / d))
    assert_close(sinusoidal_positions(n, d), expected)


def test_chunked_attention_at_16384_needs_less_than_20_megabytes():
    q, k, v = (normal(i, 16384, 64).astype("float32") for i in range(3))
    tracemalloc.start()
    y = chunked_attention(q, k, v, 512)
    peak = tracemalloc.get_traced_memory()[1] - y.nbytes
    tracemalloc.stop()
    assert peak < 20e6


def zeros(to, *shape, dtype="float64"):
    """Make an array of zeros."""
    return to(np.zeros(shape, dtype=dtype))


def qkv(to, q=(4, 3), k=(5, 3), v=(5, 2)):
    """Make queries, keys and values of zeros."""
    return [zeros(to, *shape) for shape in (q, k, v)]


fit = (
    r"expected queries \(..., n, d\), keys \(..., m, d\) and values \(..., m, p\) "
    "with d >= 1, got "
)
same = [(4, 3), (4, 3), (4, 2)]
bad = {
    "keys of another width": (
        fit + r"shapes \(4, 3\), \(5, 2\) and \(5, 2\)",
        lambda to: attention(*qkv(to, k=(5, 2))),
    ),
    "values for other keys": (fit, lambda to: attention(*qkv(to, v=(4, 2)))),
    "another batch": (fit, lambda to: attention(*qkv(to, q=(1, 4, 3)))),
    "a batch of values only": (fit, lambda to: attention(*qkv(to, v=(1, 5, 2)))),
    "a batch of keys only": (fit, lambda to: attention(*qkv(to, k=(1, 5, 3)))),
    "a vector": (fit, lambda to: attention(*qkv(to, (3,), (3,), (3,)))),
    "no features": (fit, lambda to: attention(*qkv(to, (4, 0), (5, 0)))),
    "mixed dtypes": (
        "expected floating-point arrays of one dtype",
        lambda to: attention(zeros(to, 4, 3, dtype="float32"), *qkv(to)[1:]),
    ),
    "integers": (
        "expected floating-point arrays of one dtype",
        lambda to: softmax(zeros(to, 3, dtype="int64")),
    ),
    "no such axis": (
        r"no axis 2 in shape \(3, 4\)",
        lambda to: softmax(zeros(to, 3, 4), 2),
    ),
    "all axes at once": (
        r"no axis None in shape \(3, 4\)",
        lambda to: softmax(zeros(to, 3, 4), None),
    ),
    "no such negative axis": (
        r"no axis -3 in",
        lambda to: softmax(zeros(to, 3, 4), -3),
    ),
    "mask of numbers": (
        r"a boolean mask that broadcasts to \(4, 5\), got .*float64 and shape \(4, 5\)",
        lambda to: attention(*qkv(to), zeros(to, 4, 5)),
    ),
    "mask of a wrong shape": (
        r"a boolean mask that broadcasts to \(4, 5\), got .*bool and shape \(5, 4\)",
        lambda to: attention(*qkv(to), zeros(to, 5, 4, dtype="bool")),
    ),
    "mask that would broadcast the scores": (
        r"expected a boolean mask that broadcasts to \(4, 5\)",
        lambda to: attention(*qkv(to), zeros(to, 2, 4, 5, dtype="bool")),
    ),
    "mask that is a list": (
        r"expected a boolean mask .* got list of None",
        lambda to: attention(*qkv(to), [[True]]),
    ),
    "block 0": (
        "block must be an integer >= 1, got 0",
        lambda to: chunked_attention(*qkv(to), 0),
    ),
    "chunked attention with another batch": (
        fit,
        lambda to: chunked_attention(*qkv(to, q=(1, 4, 3)), 2),
    ),
    "causal chunked attention of unequal lengths": (
        "expected as many queries as keys, got 4 and 5",
        lambda to: chunked_attention(*qkv(to), 2, causal=True),
    ),
    "a gradient of another shape": (
        r"expected dy of shape \(4, 2\), got shape \(4, 3\)",
        lambda to: chunked_attention_gradient(zeros(to, 4, 3), *qkv(to), 2),
    ),
    "a gradient for no block": (
        "block must be an integer >= 1, got 0",
        lambda to: chunked_attention_gradient(zeros(to, 4, 2), *qkv(to), 0),
    ),
    "causal linear attention of unequal lengths": (
        "expected as many queries as keys, got 4 and 5",
        lambda to: linear_attention(*qkv(to), causal=True),
    ),
    "causal random features of unequal lengths": (
        "expected as many queries as keys, got 4 and 5",
        lambda to: random_feature_attention(*qkv(to), zeros(to, 6, 3), causal=True),
    ),
    "local attention of unequal lengths": (
        "expected as many queries as keys, got 4 and 5",
        lambda to: local_attention(*qkv(to), 2),
    ),
    "negative window": (
        "window must be an integer >= 0, got -1",
        lambda to: local_attention(*qkv(to, *same), -1),
    ),
    "random features of another width": (
        r"expected w of shape \(r, 3\), got shape \(6, 4\)",
        lambda to: random_feature_attention(*qkv(to), zeros(to, 6, 4)),
    ),
    "random features of another dtype": (
        "expected floating-point arrays of one dtype, got q: .*float64, w: .*float32",
        lambda to: random_feature_attention(*qkv(to), zeros(to, 6, 3, dtype="float32")),
    ),
    "compression of other keys": (
        r"expected e of shape \(r, 5\), got shape \(2, 4\)",
        lambda to: low_rank_attention(*qkv(to), zeros(to, 2, 4), zeros(to, 2, 5)),
    ),
    "compression of other values": (
        r"expected f of shape \(2, 5\), got shape \(3, 5\)",
        lambda to: low_rank_attention(*qkv(to), zeros(to, 2, 5), zeros(to, 3, 5)),
    ),
    "compression of another dtype": (
        "expected floating-point arrays of one dtype",
        lambda to: low_rank_attention(
            *qkv(to), zeros(to, 2, 5), zeros(to, 2, 5, dtype="float32")
        ),
    ),
    "no positions": (
        "n must be an integer >= 0, got -1",
        lambda to: sinusoidal_positions(-1, 2),
    ),
    "no columns": (
        "d must be an integer >= 1, got 0",
        lambda to: sinusoidal_positions(3, 0),
    ),
}


def heads_of(to, x=(1, 5, 4), q=(4, 6), k=(4, 6), v=(4, 8), o=(8, 3), heads=2):
    """Call multi_head_attention with zeros of these shapes."""
    return multi_head_attention(
        *(zeros(to, *shape) for shape in (x, q, k, v, o)), heads
    )


def block_of(to, w_1=(4, 6), w_2=(6, 4), x=(1, 3, 4)):
    """Call transformer_block with zeros, three of them of these shapes."""
    norm = [zeros(to, 4)] * 2
    attend = (*norm, *[zeros(to, 4, 4)] * 4)
    think = (*norm, zeros(to, *w_1), zeros(to, *w_2))
    return transformer_block(zeros(to, *x), *attend, *think, 2)


bad |= {
    "heads that do not divide the keys": (
        "heads must divide the width of w_q, 6, got 4",
        lambda to: heads_of(to, heads=4),
    ),
    "heads that do not divide the values": (
        "heads must divide the width of w_v, 8, got 3",
        lambda to: heads_of(to, heads=3),
    ),
    "a mask of three axes": (
        r"expected a mask of shape \(n, n\), .* got shape \(2, 5, 5\): examples, or",
        lambda to: multi_head_attention(
            zeros(to, 2, 5, 4),
            *[zeros(to, 4, 4)] * 4,
            2,
            zeros(to, 2, 5, 5, dtype="bool"),
        ),
    ),
    "no heads": (
        "heads must be an integer >= 1, got 0",
        lambda to: heads_of(to, heads=0),
    ),
    "x without a batch": (
        r"expected x of shape \(N, n, d\), got shape \(5, 4\)",
        lambda to: heads_of(to, x=(5, 4)),
    ),
    "w_q of another height": (
        r"expected w_q of shape \(4, width\), got shape \(5, 6\)",
        lambda to: heads_of(to, q=(5, 6)),
    ),
    "w_k of another width": (
        r"expected w_k of shape \(4, 6\), got shape \(4, 8\)",
        lambda to: heads_of(to, k=(4, 8)),
    ),
    "a block that is given one number": (
        r"expected x of shape \(N, n, d\), got shape \(\)",
        lambda to: block_of(to, x=()),
    ),
    "w_1 of another height": (
        r"expected w_1 of shape \(4, h\), got shape \(5, 6\)",
        lambda to: block_of(to, w_1=(5, 6)),
    ),
    "w_2 of another width": (
        r"expected w_2 of shape \(6, 4\), got shape \(6, 5\)",
        lambda to: block_of(to, w_2=(6, 5)),
    ),
    "w_o of another height": (
        r"expected w_o of shape \(8, d'\), got shape \(6, 3\)",
        lambda to: heads_of(to, o=(6, 3)),
    ),
}


@every_library
@pytest.mark.parametrize(("message", "call"), bad.values(), ids=bad.keys())
def test_bad_input_gives_one_clear_value_error(to, message, call):
    with pytest.raises(ValueError, match=message):
        call(to)
