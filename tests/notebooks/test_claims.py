"""The page of the notes' claims: none missing, the covered ones linked."""

import re

from tests.paths import NOTEBOOKS, ROOT

PAGE = (ROOT / "chapters" / "notes.md").read_text()
ROWS = re.findall(r"^\| (N\d+) \|.*\| (.+) \|$", PAGE, re.MULTILINE)


def test_all_thirty_claims_are_listed_in_order():
    assert [name for name, _ in ROWS] == [f"N{i}" for i in range(1, 31)]


def test_a_claim_is_either_linked_or_said_to_come():
    for name, place in ROWS:
        assert place == "to come" or re.fullmatch(
            r"\[.+\]\(#p\d+-[a-z0-9-]+\)", place
        ), name


def test_every_linked_claim_has_its_section():
    chapters = "".join(path.read_text() for path in NOTEBOOKS)
    for name, place in ROWS:
        if place != "to come":
            target = re.search(r"#([a-z0-9-]+)\)", place)[1]
            assert f"({target})=" in chapters, name


def test_a_chapter_names_the_claims_that_it_covers():
    covered = {name for name, place in ROWS if place != "to come"}
    named = set()
    for path in NOTEBOOKS:
        for line in re.findall(
            r"Claims of the notes covered here: ([^\"]*)", path.read_text()
        ):
            named |= set(re.findall(r"\[(N\d+)\]", line))
    assert named == covered
