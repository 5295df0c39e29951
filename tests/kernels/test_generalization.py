"""The bounds against published figures, exact integers and a simulation."""

import math
import time
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from textbook.generalization import (
    bad_data_bound,
    gap_bound,
    growth_function_bound,
    hoeffding,
    sample_size,
)

from tests.kernels.support import assert_close, every_library, reproducible


@pytest.mark.parametrize(
    ("n", "bound"), [(100, "2.71e+03"), (500, "0.908"), (1000, "4.12e-05")]
)
def test_ten_thousand_hypotheses_have_the_bounds_worked_by_hand(n, bound):
    assert f"{bad_data_bound(10_000, n, 0.1):.3g}" == bound


def test_the_bound_at_100_examples_is_2707():
    assert round(bad_data_bound(10_000, 100, 0.1)) == 2707


def test_611_examples_are_needed_and_610_are_too_few():
    assert sample_size(10_000, 0.1, 0.1) == 611
    assert bad_data_bound(10_000, 611, 0.1) <= 0.1 < bad_data_bound(10_000, 610, 0.1)


def test_a_thousand_to_the_tenth_candidates_need_only_3604_examples():
    assert sample_size(1000**10, 0.1, 0.1) == 3604


def test_a_number_of_hypotheses_beyond_every_float_still_counts():
    assert sample_size(10**1000, 0.1, 0.1) == math.ceil(
        (math.log(20) + 1000 * math.log(10)) * 50
    )


@reproducible
@given(
    hypotheses=st.integers(1, 10**40),
    eps=st.floats(0.01, 0.9),
    delta=st.floats(0.001, 0.999),
)
def test_sample_size_is_the_smallest_that_keeps_the_promise(hypotheses, eps, delta):
    n = sample_size(hypotheses, eps, delta)
    assert isinstance(n, int)
    rounding = 1 + 1e-9
    assert bad_data_bound(hypotheses, n, eps) <= delta * rounding
    assert bad_data_bound(hypotheses, n - 1, eps) * rounding > delta


@reproducible
@given(
    hypotheses=st.integers(1, 10**400),
    n=st.integers(1, 10**6),
    delta=st.floats(0.001, 0.999),
)
def test_at_the_gap_that_is_promised_the_bound_is_the_accepted_risk(
    hypotheses, n, delta
):
    gap = gap_bound(hypotheses, n, delta)
    log_bound = math.log(2) + math.log(hypotheses) - 2 * n * gap * gap
    assert log_bound == pytest.approx(math.log(delta), abs=1e-9)


@reproducible
@given(
    n=st.integers(0, 5000), eps=st.floats(0.001, 1.0), hypotheses=st.integers(1, 10**6)
)
def test_the_union_bound_is_the_number_of_hypotheses_times_hoeffdings(
    n, eps, hypotheses
):
    assert hoeffding(n, eps) == pytest.approx(
        2 * math.exp(-2 * n * eps * eps), rel=1e-12
    )
    product = hypotheses * 2 * math.exp(-2 * n * eps * eps)
    assert bad_data_bound(hypotheses, n, eps) == pytest.approx(product, rel=1e-10)


def test_hoeffdings_bound_holds_for_exact_binomial_tails():
    for n in (1, 5, 30):
        for p in (Fraction(1, 2), Fraction(1, 10)):
            for gap in (Fraction(1, 20), Fraction(1, 5), Fraction(1, 2)):
                tail = sum(
                    math.comb(n, k) * p**k * (1 - p) ** (n - k)
                    for k in range(n + 1)
                    if abs(Fraction(k, n) - p) > gap
                )
                assert float(tail) <= hoeffding(n, float(gap))


@reproducible
@given(n=st.integers(0, 60), d=st.integers(0, 70))
def test_the_growth_function_bound_is_the_sum_of_binomial_coefficients(n, d):
    exact = sum(math.comb(n, i) for i in range(d + 1))
    bound = growth_function_bound(n, d)
    assert bound == exact if exact < 2**50 else bound == pytest.approx(exact, rel=1e-14)


def test_the_growth_function_bound_is_exact_as_far_as_it_says():
    # Up to n choose 8, what is multiplied on the way stays below 2^53, and so exact;
    # n choose 9 is below 2^50 for the n that are tried here, and no others.
    assert math.comb(209, 9) > 2**50
    for n in range(9, 210):
        exact = 0
        for d in range(n + 1):
            exact += math.comb(n, d)
            if exact >= 2**50:
                break
            assert growth_function_bound(n, d) == exact


def test_thresholds_label_n_points_in_n_plus_1_ways():
    labelings = {tuple(x > t for x in range(6)) for t in np.arange(-1, 7) - 0.5}
    assert growth_function_bound(6, 1) == len(labelings) == 7


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_too_many_labelings_for_a_float_are_infinite_and_spoil_no_neighbor():
    bounds = growth_function_bound(np.array([1500, 3, 3000]), np.array([1500, 3, 3000]))
    np.testing.assert_array_equal(bounds, [np.inf, 8, np.inf])


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_million_examples_and_dimensions_are_infinite_at_once():
    start = time.process_time()
    assert growth_function_bound(10**6, 10**6) == math.inf
    assert time.process_time() - start < 1
    assert growth_function_bound(1000, 10**6) == pytest.approx(2.0**1000, rel=1e-13)


@every_library
def test_arrays_broadcast_and_equal_the_numbers_one_by_one(to):
    n, eps = np.array([[100.0], [500.0]]), np.array([0.05, 0.1, 0.2])
    for result, single in [
        (hoeffding(to(n), to(eps)), hoeffding),
        (
            bad_data_bound(10_000, to(n), to(eps)),
            lambda n, eps: bad_data_bound(10_000, n, eps),
        ),
        (bad_data_bound(to(n), 70, to(eps)), lambda n, eps: bad_data_bound(n, 70, eps)),
        (sample_size(to(n), to(eps), 0.3), lambda n, eps: sample_size(n, eps, 0.3)),
        (gap_bound(to(n), 9, to(eps)), lambda n, eps: gap_bound(n, 9, eps)),
        (
            sample_size(9, 0.1, to(eps)) + to(n),
            lambda n, eps: sample_size(9, 0.1, eps) + n,
        ),
    ]:
        expected = np.array(
            [[float(single(float(a), float(e))) for e in eps] for a in n[:, 0]]
        )
        assert_close(result, expected)


@every_library
def test_integer_arrays_are_numbers_of_examples_or_hypotheses(to):
    n = np.array([3, 10, 500])
    assert_close(hoeffding(to(n), 0.1), np.array([hoeffding(int(i), 0.1) for i in n]))
    assert_close(
        bad_data_bound(to(n), 7, 0.1),
        np.array([bad_data_bound(int(i), 7, 0.1) for i in n]),
    )
    expected = np.array([growth_function_bound(int(i), 2) for i in n])
    assert_close(growth_function_bound(to(n), 2), expected)
    assert_close(growth_function_bound(to(n), to(np.array([2, 2, 2]))), expected)


def test_a_tensor_gives_a_tensor_and_a_number_a_number():
    assert isinstance(hoeffding(torch.tensor([1.0, 2.0]), 0.1), torch.Tensor)
    assert isinstance(hoeffding(np.array([1.0, 2.0]), 0.1), np.ndarray)
    assert type(hoeffding(1, 0.1)) is float
    assert type(sample_size(1, 0.1, 0.1)) is int


bad = {
    "gap of zero": (r"eps must be > 0, got 0", lambda to: hoeffding(10, 0)),
    "gap in an array": (
        r"eps must be > 0",
        lambda to: hoeffding(10, to(np.array([0.1, -0.1]))),
    ),
    "gap that is no number": (
        r"eps must be > 0, got nan",
        lambda to: hoeffding(10, math.nan),
    ),
    "fewer than no examples": (
        r"n must be >= 0, got -1",
        lambda to: hoeffding(-1, 0.1),
    ),
    "half a hypothesis, and the sample that it needs": (
        r"hypotheses must be >= 1, got 0\.5",
        lambda to: sample_size(0.5, 0.1, 0.1),
    ),
    "half a hypothesis": (
        r"hypotheses must be >= 1, got 0\.5",
        lambda to: bad_data_bound(0.5, 10, 0.1),
    ),
    "no hypotheses": (
        r"hypotheses must be >= 1, got 0",
        lambda to: bad_data_bound(0, 10, 0.1),
    ),
    "less than one hypothesis": (
        r"hypotheses must be >= 1",
        lambda to: bad_data_bound(to(np.array([2.0, 0.5])), 10, 0.1),
    ),
    "no hypotheses to sample for": (
        r"hypotheses must be >= 1, got -3",
        lambda to: sample_size(-3, 0.1, 0.1),
    ),
    "more hypotheses than any number, to sample for": (
        r"hypotheses must be finite, got inf",
        lambda to: sample_size(math.inf, 0.1, 0.1),
    ),
    "more hypotheses than any number, in an array": (
        r"hypotheses must be finite",
        lambda to: sample_size(to(np.array([2.0, math.inf])), 0.1, 0.1),
    ),
    "no gap to sample for": (
        r"eps must be > 0, got 0",
        lambda to: sample_size(1, 0, 0.1),
    ),
    "certainty": (
        r"delta must be between 0 and 1, got 0",
        lambda to: sample_size(1, 0.1, 0),
    ),
    "no promise at all": (
        r"delta must be between 0 and 1, got 1",
        lambda to: sample_size(1, 0.1, 1),
    ),
    "a sample beyond every float": (
        r"eps must be > 1e-150, or no float holds the count, got 1e-200",
        lambda to: sample_size(10, 1e-200, 0.1),
    ),
    "a sample beyond every float, in an array": (
        r"eps must be > 1e-150, or no float holds the count",
        lambda to: sample_size(10, to(np.array([0.1, 1e-160])), 0.1),
    ),
    "no hypotheses to have a gap": (
        r"hypotheses must be >= 1, got 0",
        lambda to: gap_bound(0, 10, 0.1),
    ),
    "no examples to have a gap on": (
        r"n must be > 0, got 0",
        lambda to: gap_bound(2, 0, 0.1),
    ),
    "a gap that is certain": (
        r"delta must be between 0 and 1, got 0",
        lambda to: gap_bound(2, 10, 0),
    ),
    "a gap with no promise at all": (
        r"delta must be between 0 and 1, got 1",
        lambda to: gap_bound(2, 10, 1),
    ),
    "no gap": (r"eps must be > 0, got -1", lambda to: bad_data_bound(2, 10, -1)),
    "fewer than no examples for hypotheses": (
        r"n must be >= 0, got -1",
        lambda to: bad_data_bound(2, -1, 0.1),
    ),
    "half an example": (
        r"n must be a whole number >= 0, got 2.5",
        lambda to: growth_function_bound(2.5, 1),
    ),
    "negative examples": (
        r"n must be a whole number >= 0, got -2",
        lambda to: growth_function_bound(-2, 1),
    ),
    "negative dimension": (
        r"vc_dimension must be a whole number >= 0, got -1",
        lambda to: growth_function_bound(2, -1),
    ),
}


@every_library
@pytest.mark.parametrize(("message", "call"), bad.values(), ids=bad.keys())
def test_bad_input_gives_one_clear_value_error(to, message, call):
    with pytest.raises(ValueError, match=message):
        call(to)
