"""Captions of the explorer of graphs, computed another way."""

from collections import deque

import numpy as np
import pytest

from tests.site.captions import each_state

PAGE = "chapters/p13_graphs.html"

EDGES = """1-2 1-3 1-4 1-5 1-6 1-7 1-8 1-9 1-11 1-12 1-13 1-14 1-18 1-20 1-22 1-32 2-3
2-4
2-8 2-14 2-18 2-20 2-22 2-31 3-4 3-8 3-9 3-10 3-14 3-28 3-29 3-33 4-8 4-13 4-14 5-7 5-11
6-7 6-11 6-17 7-17 9-31 9-33 9-34 10-34 14-34 15-33 15-34 16-33 16-34 19-33 19-34 20-34
21-33 21-34 23-33 23-34 24-26 24-28 24-30 24-33 24-34 25-26 25-28 25-32 26-32 27-30
27-34
28-34 29-32 29-34 30-33 30-34 31-33 31-34 32-33 32-34 33-34"""
FRIENDS = {member: {member} for member in range(1, 35)}
for edge in EDGES.split():
    a, b = map(int, edge.split("-"))
    FRIENDS[a].add(b)
    FRIENDS[b].add(a)


@each_state(PAGE, "hops")
def test_reach_and_share_in_the_karate_club(state):
    layers, member = map(int, state.values.values())
    far, queue = {member: 0}, deque([member])
    while queue:
        one = queue.popleft()
        for other in FRIENDS[one] - far.keys():
            far[other] = far[one] + 1
            queue.append(other)
    holds = {m: float(m == member) for m in FRIENDS}
    for _ in range(layers):
        holds = {m: np.mean([holds[f] for f in FRIENDS[m]]) for m in FRIENDS}
    known = sum(distance <= layers for distance in far.values())
    assert ("has not heard" in state.caption) == (far[34] > layers)
    assert state.numbers == {
        "layers": layers,
        "layer": "layer" if layers == 1 else "layers",
        "known": known,
        "hold": "holds" if known == 1 else "hold",
        "members": len(FRIENDS),
        "member": member,
        "john": 34,
        "share": pytest.approx(holds[34]),
    }
