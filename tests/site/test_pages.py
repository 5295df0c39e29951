"""Every page of the built book, as it is written: formulas, pictures, ids, links."""

import json
import re
from copy import copy
from urllib.parse import unquote

import pytest

from tests.site.built import PAGES, SITE, drawn, explorers, shown_in, soup

CONTROL = ".explorer-control"

every_page = pytest.mark.parametrize("path", PAGES)
every_explorer = pytest.mark.parametrize(
    "explorer", explorers(), ids=lambda explorer: "#".join(explorer)
)


def test_the_book_has_its_pages_and_its_explorers():
    # The other tests run for what they find; this one holds that there is something.
    assert "index.html" in PAGES
    assert len([page for page in PAGES if page.startswith("chapters/p")]) >= 30
    assert len(explorers()) >= 67


@every_page
def test_every_formula_is_rendered(path):
    assert not soup(path).select(".katex-error")
    bare = [e for e in soup(path).select(".math") if not e.select_one(".katex")]
    assert bare == []
    # Code shows TeX in its own right; the text around it must not.
    article = copy(soup(path).article)
    for code in article.select("pre, code, script, .katex"):
        code.clear()
    assert not re.search(
        r"\$\$|\\\(|\\\[|\\(frac|sum|lfloor|le|times)\b|\{(eq|cite|ref)\}",
        article.get_text(),
    )


# How many children MathML allows: https://www.w3.org/TR/mathml-core/
PAIRS = "msub", "msup", "mfrac", "mroot", "munder", "mover"
CHILDREN = dict.fromkeys(PAIRS, 2) | {"msubsup": 3, "munderover": 3}


@every_page
def test_every_formula_is_valid_mathml(path):
    wrong = []
    for formula in soup(path).select("math"):
        for part in formula.find_all(True):
            inside = part.find_all(True, recursive=False)
            rows = {"mtable": "mtr", "mtr": "mtd"}.get(part.name)
            if rows and {child.name for child in inside} != {rows}:
                wrong.append(f"{part.name} in {formula.annotation.text}")
            if len(inside) != CHILDREN.get(part.name, len(inside)):
                wrong.append(f"{part.name} in {formula.annotation.text}")
    assert wrong == []


@every_page
def test_no_id_stands_twice_on_a_page(path):
    ids = [element["id"] for element in soup(path).select("[id]")]
    assert sorted(ids) == sorted(set(ids))


@every_page
def test_every_picture_says_what_it_shows_in_words_of_its_own(path):
    # A generated figure's text is what its function says of it and the sliders' values.
    said = []
    for picture in soup(path).select("article img, article svg"):
        if picture.find_parent(class_="explorer-options"):
            assert picture["alt"]  # the value that it stands for
        elif not picture.find_parent(attrs={"aria-hidden": "true"}):
            frame = picture.find_parent(attrs={"aria-label": True}) or picture
            words = frame.get("data-description") or frame.get("aria-label")
            said.append((id(frame), (words or picture.get("alt") or "").strip()))
    texts = [text for _, text in set(said)]  # a frame may hold several pictures
    assert [text for text in texts if len(text) <= 20] == []
    assert len(texts) == len(set(texts))


def test_every_internal_link_leads_somewhere():
    ids = {page: {e["id"] for e in soup(page).select("[id]")} for page in PAGES}
    broken = []
    for page in PAGES:
        for link in soup(page).select("a[href]"):
            target, _, fragment = unquote(link["href"]).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            file = (SITE / page).parent / target if target else SITE / page
            name = file.resolve().relative_to(SITE).as_posix()
            if not file.exists() or (fragment and fragment not in ids.get(name, ())):
                broken.append(f"{page}: {link['href']}")
    assert not broken


@every_explorer
def test_every_slider_changes_the_picture(explorer):
    values, start, shown = shown_in(explorer)
    _, frames = drawn(*explorer)
    for name, texts in values.items():
        states = [tuple((start | {name: text}).values()) for text in texts]
        pictures = {tuple(frames[shown[state][0]]) for state in states}
        assert len(pictures) == len(texts), name


@every_explorer
def test_every_control_has_a_label_that_a_reader_knows(explorer):
    path, name = explorer
    figure = soup(path).find(id=name)
    labels = [c.select_one("label, span").text for c in figure.select(CONTROL)]
    assert len(labels) == len(set(labels)) == len(shown_in(explorer)[0])
    for label in labels:
        assert re.fullmatch(r"[^\W_][^_]*", label), label


@every_explorer
def test_every_value_reads_as_a_person_writes_it(explorer):
    path, name = explorer
    for control in soup(path).find(id=name).select(CONTROL):
        shown = json.loads(control["data-shown"])
        assert len(set(shown)) == len(shown)
        for text in shown:
            assert not re.search(r"\de[-+]?\d|-\d|\d{6}|_", text), text


@every_explorer
def test_without_a_script_the_first_state_and_all_captions_are_there(explorer):
    path, name = explorer
    figure = soup(path).find(id=name)
    _, start, shown = shown_in(explorer)
    assert figure.select_one(".explorer-frame svg")
    assert (
        figure.select_one(".explorer-result").get_text()
        == shown[tuple(start.values())][1]
    )
    rows = figure.select("details.explorer-states tbody tr")
    assert len(rows) == len(shown)


@every_page
def test_no_printed_line_is_wider_than_its_box(path):
    # A box that scrolls can't be read by keyboard; kernels keep to the same width.
    for box in soup(path).select(".cell_output pre"):
        assert [line for line in box.get_text().split("\n") if len(line) > 88] == []
