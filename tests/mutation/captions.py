"""Put a wrong number into what captions say, and see the tests of them turn red.

Of every EVERY-th state, each number in turn is changed (by a hundredth, which the three
digits of a caption show; a whole number by one, a word by a letter), and the tests of
that state run. What none of them notices survives. Values of sliders are left alone:
test_captions.py holds them in every state. Writes captions.md beside this file. Run:
`make mutate`.
"""

import contextlib
import copy
import math
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.paths import ROOT
from tests.site.captions import State

EVERY = int(os.environ.get("EVERY", 7))  # few sliders have seven values


class Collector:
    """A pytest plugin that keeps the tests that look at one state."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep them by their file, explorer and state."""
        self.tests = defaultdict(list)
        for item in session.items:
            state = getattr(item, "callspec", None) and item.callspec.params.get(
                "state"
            )
            if state:
                key = item.path.stem, state.sentence, str(state.values)
                self.tests[key].append(item)


def wrong(value: Any) -> Iterator[Any]:
    """Give the value with one number or word in it changed, each in turn."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            for other in wrong(value[key]):
                changed = copy.copy(value)
                changed[key] = other
                yield changed
    elif isinstance(value, str):
        yield value + "x"
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    else:
        yield value * 1.01 if 0 < abs(value) < math.inf else 0.001


def passes(test: pytest.Function, state: State) -> bool:
    """Return whether the test passes with this state."""
    try:
        with contextlib.redirect_stdout(None):
            test.obj(**test.callspec.params | {"state": state})
    except Exception:  # noqa: BLE001 - a state that can't be read is noticed too
        return False
    return True


def main() -> None:
    """Try the states and write the table."""
    collector = Collector()
    quiet = ["-qq", "--collect-only", "-p", "no:cacheprovider"]
    files = sorted((ROOT / "tests" / "site").glob("test_captions_*.py"))
    if pytest.main([*map(str, files), *quiet], [collector]):
        sys.exit("the tests of the captions can't be collected")
    rows, alive = defaultdict(lambda: [0, 0]), {}
    for (file, sentence, _), tests in list(collector.tests.items())[::EVERY]:
        state = tests[0].callspec.params["state"]
        tests = [test for test in tests if passes(test, state)]
        for numbers in wrong(state.numbers):
            if any(
                numbers[n] != state.numbers[n] for n in state.values if n in numbers
            ):
                continue
            noticed = not all(passes(t, replace(state, numbers=numbers)) for t in tests)
            rows[file][0] += 1
            rows[file][1] += noticed
            if not noticed:
                name = next(n for n in numbers if numbers[n] != state.numbers[n])
                alive.setdefault((file, sentence, name), state.numbers[name])
        print(file, *rows[file], flush=True)
    tried, noticed = (sum(row[i] for row in rows.values()) for i in (0, 1))
    text = [
        f"# Wrong numbers in captions: {noticed} of {tried} noticed",
        "",
        f"Every {EVERY}th state, the tests of the chapter alone.",
        "",
        "| tests | numbers | noticed |",
        "|---|---|---|",
        *(f"| {file} | {row[0]} | {row[1]} |" for file, row in sorted(rows.items())),
        "",
        "Not noticed (one of each kind):",
        "",
        *(
            f"- `{file}`, `{name}` = {value} in “{sentence[:60]}…”"
            for (file, sentence, name), value in sorted(alive.items(), key=str)
        ),
        "",
    ]
    Path(__file__).with_suffix(".md").write_text("\n".join(text))
    print(text[0])


if __name__ == "__main__":
    main()
