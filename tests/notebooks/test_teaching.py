"""The page for teachers: all chapters in its course, ninety minutes in its lesson."""

import re

import yaml

from tests.paths import ROOT

PAGE = (ROOT / "chapters" / "teaching.md").read_text()
PARTS = [
    [chapter["file"].removeprefix("chapters/") for chapter in part["chapters"]]
    for part in yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"]
    if part.get("numbered")
]
ORDER = [name for part in PARTS for name in part]
SOURCES = {name: (ROOT / f"chapters/{name}.ipynb").read_text() for name in ORDER}
HOME = {
    label: name
    for name, source in SOURCES.items()
    for label in re.findall(r'"\(([\w-]+)\)=\\n"', source)
}


def needed(name):
    """Return the chapters that the box at the head of a chapter links to."""
    box = SOURCES[name].partition(":class: standing")[2].partition(":::")[0]
    return {HOME[label] for label in re.findall(r"\]\(#([\w-]+)\)", box)}


def test_the_course_has_every_chapter():
    weeks = re.findall(r"^\| (?:before|\d+) \|.*$", PAGE, re.MULTILINE)
    assert re.findall(r"\[\]\((\w+)\.ipynb\)", "\n".join(weeks)) == ORDER


def test_a_shorter_course_names_what_a_part_needs_of_the_others():
    said = re.search(r"^A shorter course.*$", PAGE, re.MULTILINE)[0]
    first, *others = PARTS
    for part in others:
        for name in part:
            before = set(ORDER[: ORDER.index(name)]) - {*first, *part}
            for foreign in needed(name) & before:
                assert f"{foreign}.ipynb" in said, f"{name} needs {foreign}"


def test_the_lesson_lasts_ninety_minutes():
    lesson = PAGE.partition("| minutes |")[2].partition("\n\n")[0]
    assert sum(map(int, re.findall(r"^\| (\d+) \|", lesson, re.MULTILINE))) == 90
