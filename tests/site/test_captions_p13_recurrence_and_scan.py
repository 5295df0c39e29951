"""Captions of the chapter on recurrence and scan, computed in another way."""

from tests.site.captions import each_state

PAGE = "chapters/p13_recurrence_and_scan.html"


def noun(word, count):
    return word if count == 1 else word + "s"


@each_state(PAGE, "scan-rounds")
def test_the_scan_finishes_and_joins_what_sets_of_positions_do(state):
    n, rounds = map(int, state.values.values())
    joins, seen = [], [[{t} for t in range(n)]]  # the inputs each position has seen
    complete = [set(range(t + 1)) for t in range(n)]
    while seen[-1] != complete:
        step, covered = 2 ** len(joins), seen[-1]
        joins.append(n - step)
        seen.append([covered[t] | covered[max(t - step, 0)] for t in range(n)])
    covered = seen[min(rounds, len(joins))]
    made = joins[rounds - 1] if 0 < rounds <= len(joins) else 0
    assert state.numbers == {
        "length": n,
        "round": rounds,
        "after": noun("round", rounds),
        "by_scan": sum(map(set.__eq__, covered, complete)),
        "by_loop": len(range(n)[: rounds + 1]),
        "made": made,
        "joins": noun("join", made),
        "step": 2 ** (rounds - 1) if rounds else 0,
        "rounds": len(joins),
        "all_rounds": noun("round", len(joins)),
        "all_joins": sum(joins),
        "of_all": noun("join", sum(joins)),
        "loop_rounds": n - 1,
        "of_loop": noun("round", n - 1),
    }
    assert ("No round yet" in state.caption) == (rounds == 0)
    assert ("nothing left to do" in state.caption) == (rounds > len(joins))
