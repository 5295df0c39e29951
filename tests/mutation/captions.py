"""Put a wrong number into the explorers' captions, and see the tests of them turn red.

Of every EVERY-th state, each number of the caption in turn gets another last digit, and
the tests of that caption run. A number that none of them notices survives. Writes
benchmarks/captions.md. Run: `make mutate`.
"""

import os
import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EVERY = int(os.environ.get("EVERY", 7))  # few sliders have seven values
NUMBER = r"(?<![\w.])\d(?:[\d,]*\d)?(?:\.\d+)?(?!\w)"


class Collector:
    """A pytest plugin that keeps the tests it was told about."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the tests that look at one caption."""
        self.tests = [
            item
            for item in session.items
            if "caption" in getattr(item, "callspec", item).__dict__.get("params", {})
        ]


def wrong(caption: str, number: re.Match) -> str:
    """Return the caption with another last digit in the number."""
    end = number.end()
    return caption[: end - 1] + str((int(caption[end - 1]) + 1) % 10) + caption[end:]


def notices(test: pytest.Function, caption: str) -> bool:
    """Return whether the test fails with this caption."""
    try:
        test.obj(**test.callspec.params | {"caption": caption})
    except Exception:  # noqa: BLE001 - a caption that can't be read is noticed too
        return True
    return False


def main() -> None:
    """Try the captions and write the table."""
    collector = Collector()
    quiet = ["-qq", "--collect-only", "-p", "no:cacheprovider"]
    folder = ROOT / "tests" / "browser"
    if pytest.main([*map(str, folder.glob("test_captions*.py")), *quiet], [collector]):
        sys.exit("the tests of the captions can't be collected")
    by_state = defaultdict(list)
    for test in collector.tests:
        state = test.callspec.params
        by_state[*state["values"], state["caption"]].append(test)
    rows, alive = defaultdict(lambda: [0, 0]), {}
    for (*_, caption), tests in list(by_state.items())[::EVERY]:
        file = max(test.path.stem for test in tests)  # the chapter's own, if it has one
        for number in re.finditer(NUMBER, caption):
            seen = any(notices(test, wrong(caption, number)) for test in tests)
            rows[file][0] += 1
            rows[file][1] += seen
            if not seen:
                start, end = max(0, number.start() - 40), number.end() + 25
                shown = f"{caption[start : number.start()]}**{number[0]}**"
                where = re.sub(r"\d", "#", shown)
                alive.setdefault((file, where), shown + caption[number.end() : end])
        print(file, *rows[file], flush=True)
    tried, noticed = (sum(row[i] for row in rows.values()) for i in (0, 1))
    text = [
        f"# Wrong numbers in captions: {noticed} of {tried} noticed",
        "",
        f"Every {EVERY}th state; each number of its caption gets another last digit.",
        "",
        "| tests | numbers | noticed |",
        "|---|---|---|",
        *(f"| {file} | {row[0]} | {row[1]} |" for file, row in sorted(rows.items())),
        "",
        "Not noticed (one of each kind):",
        "",
        *(f"- `{file}`: …{shown}…" for (file, _), shown in sorted(alive.items())),
        "",
    ]
    (ROOT / "benchmarks" / "captions.md").write_text("\n".join(text))
    print(text[0])


if __name__ == "__main__":
    main()
