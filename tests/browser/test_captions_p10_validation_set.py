"""Captions of the explorers of the validation set, computed in another way."""

from functools import cache
from math import comb, log, sqrt

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import Ridge
from sklearn.neural_network import MLPClassifier
from test_captions import said, states

PAGE = "chapters/p10_validation_set.html"
SEARCHES = states(PAGE, "model-search")


@cache
def log_pmf(n, p):
    """Logarithms of the binomial probabilities, by their ratios."""
    m = np.arange(n)
    steps = np.log(n - m) - np.log(m + 1) + log(p) - log(1 - p)
    return np.concatenate(([0], np.cumsum(steps))) + n * log(1 - p)


def best_of(k, n, p):
    """Mean and standard deviation of the best of k scores, from its distribution."""
    below = np.minimum(np.cumsum(np.exp(log_pmf(n, p))), 1)
    chance = np.diff(np.concatenate(([0], below**k)))
    scores = np.arange(n + 1) / n
    mean = (chance * scores).sum()
    return mean, sqrt(max((chance * scores**2).sum() - mean**2, 0))


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "best-of-many"))
def test_scores_of_the_winner_among_equals(values, caption):
    k, n, p = int(values[0]), int(values[1]), float(values[2])
    seen, fresh, measured, expected, most = said(
        r"scores # on them and # on fresh ones\. Its optimism is # measured and # "
        r"expected; the bound allows an expected #\.",
        caption,
    )
    mean, spread = best_of(k, n, p)
    assert expected == pytest.approx(mean - p, abs=6e-4)
    assert seen == pytest.approx(mean, abs=4.5 * spread / sqrt(400) + 1e-3)
    assert fresh == pytest.approx(p, abs=4.5 * sqrt(p * (1 - p) / n / 400) + 1e-3)
    assert measured == pytest.approx(seen - p, abs=1.1e-3)
    assert most == pytest.approx(sqrt(log(k) / 2 / n), abs=6e-4)


@cache
def climb(n_public, k, runs=30):
    """Public scores of votes on labels that are all 1: by symmetry, any will do."""
    rng = np.random.default_rng([n_public, k, 5])
    scores = []
    for _ in range(runs):
        guesses = rng.random((k, n_public)) < 0.5
        weak = guesses.sum(axis=1) * 2 < n_public
        guesses[weak] = ~guesses[weak]
        scores.append((guesses.sum(axis=0) * 2 > k).mean())
    return np.array(scores)


@cache
def climb_ladder(n_public, k, runs=300):
    """The same, when a score is shown only if it rose by a step."""
    rng = np.random.default_rng([n_public, k, 6])
    step, scores = 1 / sqrt(n_public), []
    for _ in range(runs):
        right = rng.binomial(n_public, 0.5, k) / n_public
        rungs, votes = None, np.zeros(n_public)
        for i, score in enumerate(right):
            if rungs is not None and score <= rungs * step + step:
                continue
            guess = np.zeros(n_public, bool)
            agree = round(score * n_public)
            guess[rng.choice(n_public, agree, replace=False)] = True
            rungs = round(score / step)
            if i == 0 and rungs * step <= 0.5:
                guess = ~guess
            votes += (1.5 if i == 0 else 1) * np.where(guess, 1, -1)
        scores.append((votes > 0).mean())
    return np.array(scores)


@pytest.mark.parametrize(("values", "caption"), states(PAGE, "leaderboard"))
def test_scores_of_the_vote(values, caption):
    k, n = int(values[0]), int(values[1])
    public, private = said(r"scores # in public.* and # in private", caption)
    noise = 0.5 / sqrt((569 - n) * 40)
    assert private == pytest.approx(0.5, abs=4.5 * noise)
    if values[2] == "the ladder":
        again = climb_ladder(n, k)
        error = again.std() * sqrt(1 / 300 + 1 / 40)
        assert public == pytest.approx(again.mean(), abs=4.5 * error + 2e-3)
    else:
        (expected,) = said(r"\(expected: #\)", caption)
        q = 0.5 + comb(n - 1, n // 2) / 2**n
        chances = np.exp(log_pmf(k, q))
        assert expected == pytest.approx(chances[k // 2 + 1 :].sum(), abs=6e-4)
        again = climb(n, k)
        error = again.std() * sqrt(1 / 30 + 1 / 40)
        assert public == pytest.approx(again.mean(), abs=4.5 * error + 2e-3)


@pytest.mark.parametrize(("values", "caption"), SEARCHES)
def test_optimism_of_a_search_and_its_bounds(values, caption):
    k, n = int(values[1]), int(values[2])
    seen, true, mean, low, high, equal, most = said(
        r"scores # on them and # in truth\. Its optimism is # \(# to # over six "
        r"training sets\); independent equals would give #, the bound allows an "
        r"expected #\.",
        caption,
    )
    assert mean == pytest.approx(seen - true, abs=1.6e-3)
    assert low <= mean <= high
    assert most == pytest.approx(sqrt(log(k) / 2 / n), abs=6e-4)
    assert equal == pytest.approx(best_of(k, n, true)[0] - true, abs=2e-3)
    assert mean <= most + 4.5 * 0.5 / sqrt(n * 600)
    if values[0] == "guesses":
        assert mean == pytest.approx(equal, abs=0.01)


@cache
def candidates(kind, seed):
    """Right answers (300, 1697) of scikit-learn's models, with draws of our own."""
    rng = np.random.default_rng([77, seed])
    x, digits = load_digits(return_X_y=True)
    x, y = x / 16, np.where(digits % 2, 1, -1)
    order = rng.permutation(len(y))
    train, rest = order[:100], order[100:]
    x, z, y, truth = x[train], x[rest], y[train], y[rest]
    answers = []
    if kind == "epochs":
        y = y * rng.choice([1, -1], 100, p=[0.8, 0.2])
        options = {"solver": "sgd", "momentum": 0, "learning_rate_init": 0.5}
        net = MLPClassifier(
            32, activation="tanh", alpha=0, batch_size=10, random_state=seed, **options
        )
    for _ in range(300):
        if kind == "guesses":
            answers.append(rng.choice([1, -1], len(truth)))
        elif kind == "epochs":
            net.partial_fit(x - x.mean(axis=0), y, classes=[-1, 1])
            answers.append(net.predict(z - x.mean(axis=0)))
        else:
            some = kind == "pixel subsets"
            columns = rng.choice(64, 8, replace=False) if some else np.arange(64)
            alpha = 0.1 if some else 10 ** rng.uniform(-4, 4)
            fit = Ridge(alpha=alpha).fit(x[:, columns], y)
            answers.append(np.sign(fit.predict(z[:, columns])))
    return np.array(answers) == truth


@cache
def search(kind, k, n):
    """Mean over training sets of the winner's true score and of its optimism."""
    rng = np.random.default_rng([78, k, n])
    results = []
    for seed in range(4):
        right = candidates(kind, seed)[:k]
        truth = right.mean(axis=1)
        for _ in range(60):
            scores = right[:, rng.integers(0, right.shape[1], n)].mean(axis=1)
            winner = scores.argmax()
            results.append((truth[winner], scores[winner] - truth[winner]))
    return np.mean(results, axis=0)


@pytest.mark.parametrize(("values", "caption"), SEARCHES)
def test_a_second_search_with_other_draws_finds_about_the_same(values, caption):
    true, optimism = said(r"them and # in truth\. Its optimism is # ", caption)
    expected = search(values[0], int(values[1]), int(values[2]))
    # Four against six training sets: the spread between sets is what differs.
    assert true == pytest.approx(
        expected[0], abs=0.02 if "guess" in values[0] else 0.09
    )
    assert optimism == pytest.approx(expected[1], abs=0.03)
