"""The pages that the build makes of the book: complete, and leading where they say.

What they must hold is read from the chapters' HTML, the notebooks and the package.
"""

import ast
import re
from functools import cache
from posixpath import join, normpath
from urllib.parse import unquote
from xml.etree import ElementTree

import nbformat
import pytest
from PIL import Image

from book.extensions.docstring_formulas import FORMULAS
from tests.paths import NOTEBOOKS, ROOT
from tests.site.built import PAGES, SITE, explorers, labs, soup

GALLERY, EXERCISES, THEOREMS, NOTES, GLOSSARY = (
    f"chapters/{name}.html"
    for name in ("gallery", "exercises", "theorems", "notes", "glossary")
)
CHAPTERS = [page for page in PAGES if re.match(r"chapters/(p\d\d|start)_", page)]


def links(page, selector="article a[href]"):
    """Return {address from the site's root: the link's text}."""
    return {
        normpath(join(page, "..", unquote(link["href"]))): link.text.strip()
        for link in soup(page).select(selector)
    }


def cards():
    """Return {address of an explorer or a lab: its picture} as the gallery has them."""
    found = soup(GALLERY).select("a.gallery-card")
    assert len(found) == len({card["href"] for card in found})
    return {normpath(join(GALLERY, "..", c["href"])): c.find("img") for c in found}


def picture_of(address):
    """Return an explorer's picture, or what a lab shows where no script runs."""
    page, name = address.split("#")
    return soup(page).find(id=name).select_one(".explorer-frame, .lab-view")


def test_the_gallery_shows_every_explorer_and_lab():
    assert len(explorers()) >= 42
    assert len(labs()) >= 9
    shown = explorers() + labs()
    assert set(cards()) == {f"{page}#{name}" for page, name in shown}
    assert {picture["loading"] for picture in cards().values()} == {"lazy"}


def test_the_pictures_of_the_gallery_are_those_of_the_pages():
    for address, picture in cards().items():
        file = SITE / normpath(join(GALLERY, "..", picture["src"]))
        root = ElementTree.parse(file).getroot()
        shown = picture_of(address)
        inner = root.findall("{http://www.w3.org/2000/svg}svg")
        assert len(inner) == len(shown.find_all("svg", recursive=False))
        words = ["".join(t.itertext()) for t in root.iter() if t.tag.endswith("}text")]
        assert words == [text.text for text in shown.find_all("text")]
        width, height = (float(root.get(side)) for side in ("width", "height"))
        assert float(picture["width"]) == pytest.approx(width, abs=1)
        assert float(picture["height"]) == pytest.approx(height, abs=1)


def test_every_exercise_is_listed_by_its_number_and_title():
    expected = {}
    for page in PAGES:
        for exercise in soup(page).select("div.exercise[id]"):
            title = " ".join(exercise.p.get_text().split())
            number, name = re.fullmatch(r"(Exercise [\d.]+) \((.*)\)", title).groups()
            expected[f"{page}#{exercise['id']}"] = f"{number}: {name}"
    assert len(expected) >= 60
    listed = links(EXERCISES, "article li a[href]")
    assert {a: " ".join(t.split()) for a, t in listed.items()} == expected


CHECKS = {"check": "checks your function", "asks": "checks your number"}


def checked_in(path):
    """Return the labels of the exercises that a notebook's cells check, by the call."""
    found, label = {call: set() for call in CHECKS}, None
    for cell in nbformat.read(path, as_version=4).cells:
        labels = re.findall(r"{exercise}.*\n:label: (\S+)", cell.source)
        label = labels[-1] if labels else label
        call = re.search(r"^(check|asks)\(", cell.source, re.MULTILINE)
        if cell.cell_type == "code" and call:
            found[call[1]].add(label)
    return found


def test_exercises_with_a_check_are_marked():
    found = [checked_in(path) for path in NOTEBOOKS]
    for call, words in CHECKS.items():
        expected = set.union(*(each[call] for each in found))
        items = soup(EXERCISES).select("article li.checked")
        marked = {i.a["href"].partition("#")[2] for i in items if words in i.text}
        assert len(expected) >= 30
        assert marked == expected


def test_each_chapter_has_an_exercise_that_the_page_checks():
    for path in NOTEBOOKS:
        assert path.stem == "index" or checked_in(path)["check"]


def test_every_theorem_is_listed():
    expected = {}
    for page in CHAPTERS:
        for proof in soup(page).select("div.proof[id]"):
            if proof.select_one(".caption-number"):
                words = " ".join(proof.p.get_text().split())
                expected[f"{page}#{proof['id']}"] = words
    listed = links(THEOREMS, "article li a[href]")
    assert len(expected) >= 35
    assert {a: " ".join(t.split()) for a, t in listed.items()} == expected


def test_every_box_on_the_notes_is_listed_among_the_corrections():
    boxes = {
        f"{page}#{box['id']}": box.select_one(".admonition-title").get_text()
        for page in CHAPTERS
        for box in soup(page).select(".admonition.notes")
    }
    assert len(boxes) >= 30
    listed = links(NOTES, "#corrections li a[href]")
    plain = {a: re.sub(r"\s", "", text) for a, text in boxes.items()}
    assert {a: re.sub(r"\s", "", text) for a, text in listed.items()} == plain


@cache
def public_names():
    """Return {full name: first words of the docstring} of what the package offers."""
    names = {}
    package = ROOT / "code" / "textbook"
    for file in sorted(package.rglob("*.py")):
        module = ast.parse(file.read_text())
        parts = file.relative_to(package).with_suffix("").parts
        family = ".".join(parts)
        exported = None  # a module alone offers all that isn't private
        if file.parent != package and parts[0] != "lesson":
            family = parts[0]
            init = ast.parse((file.parent / "__init__.py").read_text())
            lists = [n.value for n in init.body if isinstance(n, ast.Assign)]
            exported = [name for each in lists for name in ast.literal_eval(each)]
        for node in module.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if exported is None or node.name in exported:
                first = ast.get_docstring(node).split("\n")[0]
                names[f"textbook.{family}.{node.name}"] = first
    return names


def without(formulas, text):
    """Return the letters and digits of a text but for the formulas in it."""
    for formula in sorted(formulas, key=len, reverse=True):
        text = text.replace(formula, "")
    return "".join(filter(str.isalnum, text))


def test_every_public_function_is_described_with_its_source():
    assert len(public_names()) >= 40
    pages = [page for page in PAGES if page.startswith("chapters/api_")]
    entries = {e["id"]: (p, e) for p in pages for e in soup(p).select("dt.sig[id]")}
    for name, first in public_names().items():
        page, entry = entries[name]
        described = entry.find_next_sibling("dd").p
        formulas = [f.get_text() for f in described.select("span.math")]
        words = without(formulas, described.get_text())
        assert words == without(FORMULAS, first)
        source = entry.select_one("a[href*=_modules]")["href"]
        there, _, place = normpath(join(page, "..", source)).partition("#")
        assert f"def {place.split('.')[-1]}" in soup(there).find(id=place).get_text()


def test_the_package_and_the_chapters_that_show_its_source_lead_to_each_other():
    shown = 0
    for page in CHAPTERS:
        for listing in soup(page).select(".literal-block-wrapper[id]"):
            function = re.search(r"^(?:def|class) (\w+)", listing.pre.get_text(), re.M)
            family = re.search(r"code/textbook/(\w+)", listing.get_text())
            name = f"textbook.{family[1]}.{function[1]}"
            if name in public_names():
                shown += 1
                link = listing.select_one(".code-block-caption a:not(.headerlink)")
                there, _, place = normpath(join(page, "..", link["href"])).partition(
                    "#"
                )
                assert place == name
                entry = soup(there).find(id=name).find_next_sibling("dd")
                targets = [
                    normpath(join(there, "..", a["href"])) for a in entry.select("p a")
                ]
                assert f"{page}#{listing['id']}" in targets
    assert shown >= 20


def terms():
    """Return {English name: id in the glossary}."""
    entries = soup(GLOSSARY).select("dl.glossary dt")
    return {e.get_text().partition(" · ")[0]: e["id"] for e in entries}


def test_the_general_index_has_every_term_and_leads_to_its_definition():
    index = {}
    for entry in soup("genindex.html").select("article li"):
        name = re.split(r" · |: ", entry.get_text().strip())[0]
        if name.startswith("("):  # one of several senses: momentum (of …)
            name = f"{entry.parent.parent.get_text().strip().partition(' (')[0]} {name}"
        index[name] = entry
    defined = 0
    for name, identity in terms().items():
        addresses = [unquote(a["href"]) for a in index[name].select("a")]
        assert f"{GLOSSARY}#{identity}" in addresses
        for strong in index[name].select("a strong"):
            page, _, place = unquote(strong.parent["href"]).partition("#")
            target = soup(page).find(id=place)
            if target.name not in ("em", "dt"):  # a section or a theorem: its title
                target = target.find(re.compile("^(h.|p)$"))
            word = re.split(r"[ (’]", name)[0][:5]
            assert word.lower() in target.get_text().lower(), (name, page, place)
            defined += 1
    assert defined >= 140
    names = [e.get_text().strip("¶\n") for e in soup(GLOSSARY).select("dl.glossary dt")]
    assert {name.partition(" · ")[2] for name in names} <= set(index)


def test_the_first_italics_of_a_term_lead_to_the_glossary_and_back():
    linked = 0
    entries = {name.lower(): identity for name, identity in terms().items()}
    for page in CHAPTERS:
        seen = set()
        for text in soup(page).select("article p > em, article li > em"):
            name = text.get_text().lower()
            if name in entries and name not in seen:
                seen.add(name)
                assert text.a["href"] == f"glossary.html#{entries[name]}"
                linked += 1
    assert linked >= 80
    back = [a for a in links(GLOSSARY, "dl.glossary dd a") if "#defines-" in a]
    assert len(back) >= 80


def test_the_sidebar_leads_to_the_general_index():
    assert "genindex.html" in links("index.html", ".sidebar-tree a[href]")


def test_the_screenshots_were_taken():
    page = soup("chapters/how_to_read.html")
    pictures = page.select("figure.screenshot img")
    assert len(pictures) == len(page.select("figure.screenshot")) == 3
    for picture in pictures:
        file = SITE / normpath(join("chapters", picture["src"]))
        with Image.open(file) as image:
            size = image.size
        assert size == (int(picture["width"]), int(picture["height"]))
        assert picture["alt"]
