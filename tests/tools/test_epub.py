"""The ePub: pages in order, links that lead, formulas as MathML, nothing that moves."""

import io
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree

import pytest
from PIL import Image

from book.tools.epub import make_epub

XHTML = "{http://www.w3.org/1999/xhtml}"
MATH = "{http://www.w3.org/1998/Math/MathML}"
OPF = "{http://www.idpf.org/2007/opf}"
TOC = """\
root: index
parts:
  - caption: First
    chapters: [{file: deep/one}]
  - caption: Last
    chapters: [{file: two}, {file: chapters/gallery}]
"""
CONFIG = """\
title: A Book & more
author: its authors
html: {baseurl: "%s"}
"""
FORMULA = (
    "<span class='katex'><span class='katex-mathml'><math><semantics><mrow><mi>x</mi>"
    "<mo>−</mo><mn>1</mn><mo><mrow><mi>m</mi><mi>od</mi></mrow></mo><mn>2</mn><mo>=</mo>"
    "<mo>−</mo><mn>1</mn></mrow><annotation encoding='application/x-tex'>source"
    "</annotation></semantics></math></span><span class='katex-html'>x</span></span>"
)
NORM = (
    "<span class='katex'><math><semantics><mrow><mo stretchy='false'>∥</mo><mi>ln</mi>"
    "<mo>\u2061</mo><mi>x</mi><mo>+</mo></mrow><annotation>n</annotation></semantics>"
    "</math></span>"
)
DRAWING = (
    "<svg viewBox='0 0 9 9'><path d='M0 0H9' style='fill: var(--tb-blue,#123456)'"
    " data-sets='n:1'/><path/><g style='visibility:hidden'><text>seen</text></g></svg>"
)
PAGES = {
    "deep/one.html": "<h1>1. One &amp; all<a class='headerlink' href='#one'>¶</a></h1>"
    "<p>First.<br><a href='../two.html#far'>far</a> <a href='#near'>near</a>"
    " <a href='../chapters/gallery.html'>gallery</a> <a href='https://a.test/'>away</a>"
    f" <a href='../two.html#lost'>lost</a> <button class='try'>press</button></p>"
    f"<p id='near'>{FORMULA}</p><script>1</script><form><input name=n></form>"
    "<img src='../pictures/a.webp' alt='a' loading='lazy' onerror='1'>"
    f"<figure class='explorer' id='dial' data-state='n=1'>{DRAWING}"
    "<figcaption>One line.</figcaption></figure>"
    "<div class='exercise' id='ex-one'><p>Exercise 1.1</p><p>Why?</p></div>"
    "<div class='solution' id='so-one'><p>Solution to <a href='#ex-one'>it</a></p>"
    "<p>Because.</p></div>",
    "two.html": f"<h1>Two</h1>{NORM}<h2 id='far'>Far</h2>"
    "<p class='take-along'>Take</p>",
    "genindex.html": "<h1>General index</h1><p><a href='deep/one.html'>One</a></p>",
}
STYLE = (
    "body { --tb-blue: light-dark(#0000ff, #00ffff); } .take-along { display: none }"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    site = folder / "site"
    for name, article in PAGES.items():
        file = site / name
        file.parent.mkdir(exist_ok=True, parents=True)
        body = f"<nav>Menu</nav><main><article>{article}</article></main><footer>Foot"
        style = f"<style>{STYLE}</style>"
        file.write_text(f"<!doctype html><meta charset=utf-8>{style}<body>{body}")
    (site / "pictures").mkdir()
    Image.new("RGB", (8, 8), "red").save(site / "pictures" / "a.webp")
    (folder / "_toc.yml").write_text(TOC)
    (folder / "CITATION.cff").write_text('date-released: "2026-01-02"\n')
    (folder / "book" / "static").mkdir(parents=True)
    logo = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>"
    (folder / "book" / "static" / "logo.svg").write_text(logo)
    return folder


def made(folder, name="made", baseurl=""):
    (folder / "_config.yml").write_text(CONFIG % baseurl)
    (folder / name).mkdir()
    return make_epub(folder / "site", folder / name, folder)


@pytest.fixture(scope="module")
def epub(folder):
    return made(folder)


@pytest.fixture(scope="module")
def files(epub):
    with zipfile.ZipFile(epub) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tree(files, name):
    return ElementTree.fromstring(files[f"EPUB/{name}"])


def links(files, name):
    """Return the words of a page's links, and where they lead; None is nowhere."""
    found = tree(files, name).iter(f"{XHTML}a")
    return {"".join(a.itertext()): a.get("href") for a in found}


def words(files, name):
    return " ".join("".join(tree(files, name).itertext()).split())


def test_the_container_begins_with_its_kind_uncompressed(epub):
    with zipfile.ZipFile(epub) as archive:
        first = archive.infolist()[0]
        assert archive.read(first) == b"application/epub+zip"
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert epub.read_bytes()[30:38] == b"mimetype"


def test_each_file_is_listed_and_each_text_is_xml(files):
    listed = {i.get("href") for i in tree(files, "package.opf").iter(f"{OPF}item")}
    own = {"mimetype", "META-INF/container.xml", "EPUB/package.opf"}
    assert {f"EPUB/{name}" for name in listed} | own == set(files)
    for name, content in files.items():
        if name.endswith((".xhtml", ".xml", ".opf")):
            ElementTree.fromstring(content)


def test_the_pages_follow_the_table_of_contents_then_the_index_and_solutions(files):
    package = tree(files, "package.opf")
    of = {item.get("id"): item.get("href") for item in package.iter(f"{OPF}item")}
    assert [of[each.get("idref")] for each in package.iter(f"{OPF}itemref")] == [
        *("front.xhtml", "nav.xhtml", "deep/one.xhtml", "two.xhtml"),
        *("genindex.xhtml", "deep/one_solutions.xhtml"),
    ]


def test_the_contents_name_parts_and_pages(files):
    assert words(files, "nav.xhtml").startswith(
        "Contents Contents First 1. One & all Last Two General index"
        " Solutions Solutions to 1. One & all"
    )
    assert links(files, "nav.xhtml")["Two"] == "two.xhtml"


def test_links_lead_into_the_book_or_away_or_nowhere(files):
    assert links(files, "deep/one.xhtml") == {
        "far": "../two.xhtml#far",
        "near": "one.xhtml#near",
        "gallery": None,
        "away": "https://a.test/",
        "lost": "../two.xhtml",
        "solution": "one_solutions.xhtml#so-one",
    }
    assert links(files, "deep/one_solutions.xhtml") == {"it": "one.xhtml#ex-one"}
    assert links(files, "genindex.xhtml") == {"One": "deep/one.xhtml"}


def test_a_published_book_leads_to_its_website_for_what_moves_or_is_not_here(folder):
    with zipfile.ZipFile(made(folder, "published", "https://book.test")) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    found = links(files, "deep/one.xhtml")
    assert found["gallery"] == "https://book.test/chapters/gallery.html"
    dial = "https://book.test/deep/one.html#dial"
    assert found[dial] == dial


def test_a_formula_is_mathml_with_its_source(files):
    [formula] = tree(files, "deep/one.xhtml").iter(f"{MATH}math")
    assert formula.get("alttext") == "source"
    assert "".join(formula.itertext()) == "x−1mod2=−1"
    assert "katex" not in files["EPUB/deep/one.xhtml"].decode()


def test_a_sign_is_told_from_a_difference_and_a_name_is_text(files):
    operators = list(tree(files, "deep/one.xhtml").iter(f"{MATH}mo"))
    assert [o.text for o in operators] == ["−", "mod", "=", "−"]
    assert [o.get("form") for o in operators] == [None, None, None, "prefix"]


def test_a_norm_has_no_gaps_and_a_function_one_before_its_argument(files):
    [formula] = tree(files, "two.xhtml").iter(f"{MATH}math")
    bar, applied, other = formula.iter(f"{MATH}mo")
    assert (bar.get("lspace"), bar.get("rspace")) == ("0em", "0em")
    assert (applied.get("rspace"), other.get("rspace")) == ("0.17em", None)


def test_a_drawing_has_its_colors_and_what_is_hidden_is_gone(files):
    text = files["EPUB/deep/one.xhtml"].decode()
    assert "rgb(0, 0, 255)" in text
    assert not [word for word in ("var(", "data-", "seen", "hidden") if word in text]
    assert text.count("<path") == 1  # one without a line is no path


def test_an_explorer_says_below_its_caption_where_it_moves(files):
    [caption] = tree(files, "deep/one.xhtml").iter(f"{XHTML}figcaption")
    assert "".join(caption.itertext()) == "One line.Moves at deep/one.html#dial"


def test_only_what_is_read_is_left(files):
    for name in files:
        if name.endswith(".xhtml"):
            tags = {each.tag for each in tree(files, name.removeprefix("EPUB/")).iter()}
            gone = ("script", "form", "input", "button", "footer")
            assert tags.isdisjoint({XHTML + tag for tag in gone})
    assert b"onerror" not in files["EPUB/deep/one.xhtml"]
    assert "press" in words(files, "deep/one.xhtml")
    assert words(files, "two.xhtml") == "Two Two∥ln\u2061x+Far"


def test_a_page_says_what_is_in_it(files):
    items = tree(files, "package.opf").iter(f"{OPF}item")
    of = {item.get("href"): item.get("properties") for item in items}
    assert of["deep/one.xhtml"] == "mathml svg"
    assert of["two.xhtml"] == "mathml"
    assert of["genindex.xhtml"] is None


def test_pictures_are_of_a_kind_that_every_reader_knows(files):
    [picture] = tree(files, "deep/one.xhtml").iter(f"{XHTML}img")
    assert picture.get("src") == "../pictures/a.jpg"
    assert Image.open(io.BytesIO(files["EPUB/pictures/a.jpg"])).format == "JPEG"


def test_the_same_book_is_the_same_bytes(folder, epub):
    assert made(folder, "again").read_bytes() == epub.read_bytes()


def test_epubcheck_finds_no_fault(epub):
    path = shutil.which("epubcheck")
    if not path or not shutil.which("java"):
        pytest.skip("epubcheck is not installed")
    command = ["java", "-jar", path, "--failonwarnings", str(epub)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
