"""Cards of the gallery: one for each explorer, with a picture that stands by itself."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from book.extensions.explorers import explorer_of, first_state
from book.extensions.gallery import one_picture
from tests.extensions.explorer_pages import PAIR, SQUARE, explorer_cell
from tests.extensions.support import build_book, notebook, page
from tests.extensions.toc import with_toc

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery")
    pages = {
        "index": notebook("# Home", explorer_cell(SQUARE)),
        "deep/one": notebook(
            "# One $x^2$",
            explorer_cell(PAIR),
            explorer_cell(SQUARE | {"name": "another"}),
        ),
        "deep/none": notebook("# None"),
        "deep/gallery": "# Gallery\n\n:::{list-of} explorers\n:::\n",
    }
    settings = with_toc(
        folder, {"First": ["deep/one", "deep/none"], "": ["deep/gallery"]}
    )
    extensions = ("sphinx_external_toc", "book.extensions.lists")
    return build_book(folder, pages, *extensions, **settings)


def test_every_explorer_has_a_card_that_leads_to_it(book):
    cards = page(book, "deep/gallery").select("a.gallery-card")
    assert [card["href"] for card in cards] == [
        "../index.html#square",
        "one.html#pair",
        "one.html#another",
    ]


def test_a_card_says_what_the_first_state_shows(book):
    card = page(book, "deep/gallery").select("a.gallery-card")[1]
    assert card.strong.text == "Two drawings of a gap"
    assert card.strong.find_next_sibling("span").text == "Not <said> in numbers."
    assert not card.img["alt"], "its title and its caption would be read twice"
    assert card.img["loading"] == "lazy"


def test_the_picture_of_a_card_is_a_file_of_the_size_that_the_card_says(book):
    for card in page(book, "deep/gallery").select("a.gallery-card"):
        file = Path(book.outdir, "deep", card.img["src"]).resolve()
        root = ElementTree.parse(file).getroot()
        for side in ("width", "height"):
            assert float(card.img[side]) == pytest.approx(float(root.get(side)), abs=1)


def test_chapters_stand_under_their_part_and_those_without_explorers_do_not(book):
    gallery = page(book, "deep/gallery").select_one("article, .body, [role=main]")
    titles = [h.get_text().rstrip("¶") for h in gallery.select("h2, h3")]
    assert titles == ["Home", "Home", "First", r"One \(x^2\)"]


def picture(data):
    text, width, height = one_picture(first_state(explorer_of(data))["picture"])
    return ElementTree.fromstring(text), width, height


def test_drawings_stand_side_by_side_with_a_gap():
    root, width, height = picture(PAIR)
    assert (width, height) == (10 + 18 + 20, 6)
    places = [
        (p.get("x"), p.get("width"), p.get("height")) for p in root.iter(f"{SVG}svg")
    ]
    assert places[1:] == [("0", "10", "6"), ("28", "20", "3")]
    assert root.get("viewBox") == "0 0 48 6"


def test_a_picture_keeps_its_words_and_follows_the_theme_by_itself():
    root, *_ = picture(PAIR)
    assert [text.text for text in root.iter(f"{SVG}text")] == ["1 & more"]
    style = root.find(f"{SVG}style").text
    assert "color-scheme:light dark" in style
    assert "--tb-blue: light-dark(" in style
    assert "--font-stack: " in style
