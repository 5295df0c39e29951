"""The glossary: each entry is found by other words too."""

import re

from tests.paths import ROOT

PAGE = (ROOT / "chapters" / "glossary.md").read_text()
BOX = re.search(r"^:::\{glossary\}\n(.*?)^:::$", PAGE, re.M | re.S)[1]


def test_the_entries_stand_in_alphabetical_order():
    names = [entry.partition(" · ")[0] for entry in BOX.strip().split("\n\n")]
    assert names == sorted(names, key=str.casefold)


def test_every_entry_ends_with_the_words_that_lead_to_it():
    for entry in BOX.strip().split("\n\n"):
        last = entry.split("\n")[-1]
        assert re.fullmatch(r"  \{leads\}`.+`", last), f"no {{leads}}: {entry}"
