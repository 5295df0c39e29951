"""Captions of the explorers of the validation set, computed in another way.

What the chapter simulates is drawn here from the same seeds, so that the numbers can be
compared as they are; models are fitted by other formulas or by PyTorch, scores counted
otherwise. What does not depend on the draws is compared with exact values.
"""

from functools import cache
from itertools import product
from math import comb, log, sqrt

import numpy as np
import pytest
import torch
from sklearn.datasets import load_breast_cancer, load_digits

from tests.site.captions import each_state

PAGE = "chapters/p10_validation_set.html"


@cache
def log_pmf(n, p):
    """Logarithms of the binomial probabilities, by their ratios."""
    m = np.arange(n)
    steps = np.log(n - m) - np.log(m + 1) + log(p) - log(1 - p)
    return np.concatenate(([0], np.cumsum(steps))) + n * log(1 - p)


def best_of(k, n, p):
    """Mean and standard deviation of the best of k scores, from its distribution."""
    at_least = np.cumsum(np.exp(log_pmf(n, p))[::-1])[::-1]
    above = np.minimum(np.append(at_least[1:], 0), 1 - 1e-15)
    none_above = np.exp(k * np.log1p(-above))
    chance = np.diff(np.concatenate(([0], none_above)))
    scores = np.arange(n + 1) / n
    mean = (chance * scores).sum()
    return mean, sqrt(max((chance * scores**2).sum() - mean**2, 0))


@cache
def played(n, p):
    """Mean scores of the winner, first of the best so far, and on fresh examples."""
    rng = np.random.default_rng([n, round(100 * p)])
    best = np.maximum.accumulate(rng.binomial(n, p, (400, 10_000)), axis=1)
    tried = [10**power * k for power in range(4) for k in (1, 2, 3, 5)] + [10_000]
    fresh = rng.binomial(n, p, (len(tried), 400))
    return {
        k: (best[:, k - 1].sum() / n / 400, fresh[i].sum() / n / 400)
        for i, k in enumerate(tried)
    }


@each_state(PAGE, "best-of-many")
def test_scores_of_the_winner_among_equals(state):
    k, n = int(state.values["candidates"]), int(state.values["validation_examples"])
    p = float(state.values["accuracy"])
    (seen, fresh), (mean, spread) = played(n, p)[k], best_of(k, n, p)
    numbers = dict(state.numbers)
    assert numbers.pop("noun") == ("candidate" if k == 1 else "candidates")
    assert numbers == pytest.approx(
        {
            "candidates": k,
            "validation_examples": n,
            "accuracy": p,
            "validation": seen,
            "fresh": fresh,
            "optimism": seen - p,
            "expected": mean - p,
            "bound": sqrt(log(k) / 2 / n),
        },
        abs=1e-9,
    )
    assert numbers["validation"] == pytest.approx(mean, abs=4.5 * spread / 20 + 1e-9)
    assert numbers["fresh"] == pytest.approx(p, abs=4.5 * sqrt(p * (1 - p) / n / 400))


@each_state(PAGE, "answer-tree")
def test_the_vote_of_guesses_whose_answers_are_known(state):
    labels, k = state.values["labels"], int(state.values["submissions"])
    truth, sign = {}, {"M": 1, "B": -1}
    guesses = np.array([[1, 1, -1], [1, -1, 1], [-1, 1, 1]])[:k]
    for row in product("MB", repeat=3):
        t = np.array([sign[letter] for letter in row])
        overlap = guesses @ t  # agreements minus disagreements
        vote = np.sign(np.sign(overlap) @ guesses)
        truth["".join(row)] = (overlap + 3) // 2, vote, (vote @ t + 3) // 2
    agree, vote, right = truth[labels]
    assert len({tuple(vote) for _, vote, _ in truth.values()}) == 2**k
    assert state.numbers == {
        "labels": labels,
        "submissions": k,
        "noun": "submission" if k == 1 else "submissions",
        "agree": agree.tolist(),
        "tumors": 3,
        "leaves": 2**k,
        "vote": "".join("B M"[v + 1] for v in vote),
        "right": right,
        "rows": 8,
        "optimism": pytest.approx(sum(r for *_, r in truth.values()) / 24 - 0.5),
        "candidates": k + 1,
        "fixed": pytest.approx(sqrt(log(k + 1) / 6)),
        "tree": pytest.approx(sqrt(log(2**k) / 6)),
    }


@cache
def climbs(n_public, feedback):
    """Mean public and private scores after each number of submissions."""
    truth = load_breast_cancer().target == 1
    runs, step = [], 1 / sqrt(n_public)
    for seed in range(40):
        rng = np.random.default_rng([n_public, seed])
        public = np.isin(np.arange(569), rng.permutation(569)[:n_public])
        right = (rng.integers(0, 2, (1001, 569), np.int8) == 1) == truth
        scores = right[:, public].mean(axis=1)
        if feedback == "the ladder":
            weight, rungs = np.zeros(1001, int), round(scores[0] / step)
            first_is_weak = rungs * step <= 0.5
            weight[0] = 3  # like one and a half votes, if all others count 2
            for i in range(1, 1001):
                if scores[i] > (rungs + 1) * step:
                    weight[i], rungs = 2, round(scores[i] / step)
            right[0] ^= first_is_weak
        else:
            weight = np.full(1001, 2)
            right ^= (scores < 0.5)[:, None]
        lead = np.cumsum(weight[:, None] * np.where(right, 1, -1), axis=0) > 0
        runs.append([lead[:, public].mean(axis=1), lead[:, ~public].mean(axis=1)])
    return np.mean(runs, axis=0)


@each_state(PAGE, "leaderboard")
def test_scores_of_the_vote(state):
    k, n = int(state.values["submissions"]), int(state.values["public_labels"])
    feedback, numbers = state.values["feedback"], dict(state.numbers)
    public, private = climbs(n, feedback)[:, k - 1]
    if feedback == "every score":
        q = 0.5 + comb(n - 1, n // 2) / 2**n
        expected = np.exp(log_pmf(k, q))[k // 2 + 1 :].sum()
        assert numbers.pop("expected") == pytest.approx(expected)
        noise = sqrt(0.25 / n / 40)  # of coins; that of votes is smaller
        assert public == pytest.approx(expected, abs=4.5 * noise)
    for name, said in (("public", public), ("private", private)):
        assert numbers.pop(name) == pytest.approx(said)
    assert numbers == {
        "submissions": k,
        "noun": "submission" if k == 1 else "submissions",
        "public_labels": n,
        "private_labels": 569 - n,
        "feedback": feedback,
        "runs": 40,
    }
    assert private == pytest.approx(0.5, abs=4.5 * 0.5 / sqrt((569 - n) * 40))


IMAGES, NAMES = load_digits(return_X_y=True)
IMAGES, ODD = IMAGES / 16, np.where(NAMES % 2, 1.0, -1.0)


def trained(runs):
    """Answers (runs, 300, 1697) of networks after each epoch, by autograd."""
    weights, batches, data = [], [], []
    for train, rest, rng in runs:
        x, mean = IMAGES[train], IMAGES[train].mean(axis=0)
        y = ODD[train] * np.where(rng.random(100) < 0.2, -1, 1)
        weights.append(
            (rng.normal(size=(64, 32)) / 8, rng.normal(size=(32, 1)) / sqrt(32))
        )
        batches.append([rng.permutation(100) for _ in range(300)])
        data.append((x - mean, y[:, None], IMAGES[rest] - mean))
    x, y, z = (torch.tensor(np.array(part)) for part in zip(*data, strict=True))
    hidden, out = (
        torch.tensor(np.array(part)).requires_grad_()
        for part in zip(*weights, strict=True)
    )
    order = torch.tensor(np.array(batches)).reshape(len(runs), 3000, 10)
    each, answers = torch.arange(len(runs))[:, None], []

    def answer(x):
        return torch.tanh(x @ hidden) @ out

    for step in range(3000):
        some = order[:, step]
        loss = torch.nn.functional.softplus(-y[each, some] * answer(x[each, some]))
        slopes = torch.autograd.grad(loss.mean(dim=1).sum(), (hidden, out))
        with torch.no_grad():
            hidden -= 0.5 * slopes[0]
            out -= 0.5 * slopes[1]
            if step % 10 == 9:
                answers.append(answer(z))
    return torch.stack(answers, dim=1)[..., 0].numpy()


def answered(kind, train, rest, rng):
    """Answers (300, 1697) of ridge regressions, by one weight for each example."""
    if kind == "guesses":
        return rng.normal(size=(300, 1697))
    if kind == "pixel subsets":
        used, penalties = np.zeros((300, 64)), np.full(300, 0.1)
        np.put_along_axis(used, np.argsort(rng.random((300, 64)))[:, :8], 1, axis=1)
    else:
        used, penalties = np.ones((300, 64)), 10 ** rng.uniform(-4, 4, 300)
    mean, offset = IMAGES[train].mean(axis=0), ODD[train].mean()
    x, z = IMAGES[train] - mean, IMAGES[rest] - mean
    kernels = (used[:, None] * x) @ x.T + penalties[:, None, None] * np.eye(100)
    duals = np.linalg.solve(kernels, (ODD[train] - offset)[:, None])[:, :, 0]
    return (used * (duals @ x)) @ z.T + offset


@cache
def search(kind):
    """The winner's validation and true score for each training set, N_val and k."""
    rngs = [np.random.default_rng([10, seed]) for seed in range(6)]
    runs = [(o[:100], o[100:], rng) for rng in rngs for o in [rng.permutation(1797)]]
    if kind == "epochs":
        answers = trained(runs)
    else:
        answers = [answered(kind, *run) for run in runs]
    found = {}
    for (_, rest, rng), answer in zip(runs, answers, strict=True):
        right = ((np.array(answer) > 0) == (ODD[rest] > 0)).astype(float)
        for n in (50, 100, 500):
            drawn = rng.integers(0, 1697, (100, n))
            times = np.stack(
                [np.bincount(row, minlength=1697) for row in drawn], axis=1
            )
            for k in (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300):
                correct = np.rint(right[:k] @ times)
                winner = correct.argmax(axis=0)
                scores = (
                    correct.max(axis=0).mean() / n,
                    right.mean(axis=1)[winner].mean(),
                )
                found.setdefault((n, k), []).append(scores)
    return found


@each_state(PAGE, "model-search")
def test_optimism_of_a_search_and_its_bounds(state):
    kind, k, n = state.values["kind"], *map(int, list(state.values.values())[1:])
    again = np.array(search(kind)[n, k])
    (seen, true), gaps = again.mean(axis=0), again[:, 0] - again[:, 1]
    numbers = dict(state.numbers)
    assert numbers.pop("kind") == kind.capitalize()
    assert numbers.pop("noun") == ("candidate" if k == 1 else "candidates")
    assert numbers == pytest.approx(
        {
            "candidates": k,
            "validation_examples": n,
            "seen": seen,
            "true": true,
            "mean": gaps.mean(),
            "low": gaps.min(),
            "high": gaps.max(),
            "equal": best_of(k, n, true)[0] - true,
            "bound": sqrt(log(k) / 2 / n),
        },
        abs=1e-6,  # the chapter counts in float32
    )
    assert numbers["mean"] <= numbers["bound"] + 4.5 * 0.5 / sqrt(n * 600)
    if kind == "guesses":
        assert numbers["mean"] == pytest.approx(numbers["equal"], abs=0.01)
