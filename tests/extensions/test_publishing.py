"""What the site offers around its text, with its two addresses set and without them."""

import ast
import json
import re
import subprocess
import sys
import textwrap
import tomllib
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

from book.extensions.publishing import downloadable, links, package
from book.tools.links import external
from book.tools.offline import pack
from tests.paths import ROOT

SITE = "https://book.example/thresholds/"
SOURCE = "https://github.com/someone/book"
WHEEL = "textbook-0.1.0-py3-none-any.whl"
EXTRAS = tomllib.loads((ROOT / "code" / "pyproject.toml").read_text())["project"][
    "optional-dependencies"
]


def build(folder, site, source):
    """Build a book of three pages with the real settings and the two addresses."""
    for name in ("book", "code", "node_modules", "references.bib"):
        (folder / name).symlink_to(ROOT / name)
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    config["html"]["baseurl"] = site
    config["repository"]["url"] = source
    config["execute"]["execute_notebooks"] = "off"
    # The other extensions of the book read its own pages.
    config["sphinx"]["local_extensions"] = {"booksite": "book", "publishing": "book"}
    (folder / "_config.yml").write_text(yaml.safe_dump(config))
    toc = {"format": "jb-book", "root": "index"}
    toc["chapters"] = [{"file": "chapters/one"}, {"file": "chapters/text"}]
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc))
    (folder / "index.md").write_text("# Home\n\nThe first page.\n")
    (folder / "chapters").mkdir()
    (folder / "chapters" / "text.md").write_text("# Text\n\n1 < 2 on this page.\n")
    cells = [nbformat.v4.new_markdown_cell("# One\n\nA notebook.")]
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells), folder / "chapters" / "one.ipynb"
    )
    command = [str(Path(sys.executable).parent / "jupyter-book"), "build", folder]
    done = subprocess.run(
        [*command, "-W", "-n", "--keep-going"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "_build" / "html"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return build(tmp_path_factory.mktemp("published"), SITE, SOURCE)


@pytest.fixture(scope="module")
def unpublished(tmp_path_factory):
    return build(tmp_path_factory.mktemp("unpublished"), "", "")


@pytest.fixture(params=["published", "unpublished"])
def built(request):
    return request.getfixturevalue(request.param)


def page(site, name):
    return BeautifulSoup((site / name).read_text(), "html.parser")


def content(soup, attribute, name):
    tag = soup.find("meta", {attribute: name})
    return tag and tag["content"]


def first_cell(text):
    return nbformat.reads(text, as_version=4).cells[0].source


def test_a_published_notebook_links_to_its_source_to_binder_and_to_colab(published):
    notebook = page(published, "chapters/one.html")
    found = {" ".join(a.text.split()): a["href"] for a in notebook.select("a[href]")}
    assert found["Edit this page"] == f"{SOURCE}/edit/main/chapters/one.ipynb"
    assert found["Run it on Binder"] == (
        "https://mybinder.org/v2/gh/someone/book/main?urlpath=lab/tree/chapters/one.ipynb"
    )
    assert found["Run it on Colab"] == (
        "https://colab.research.google.com/github/someone/book/blob/notebooks/one.ipynb"
    )
    assert found["Download this notebook"] == "../_downloads/one.zip"


def test_a_published_text_links_to_its_source_only(published):
    text = (published / "chapters" / "text.html").read_text()
    assert f'href="{SOURCE}/edit/main/chapters/text.md"' in text
    assert "mybinder" not in text
    assert "_downloads" not in text


def test_without_addresses_nothing_asks_for_one(unpublished):
    for file in unpublished.rglob("*.html"):
        text = file.read_text()
        for absent in ("mybinder", "colab", "Edit this page", "canonical", "og:"):
            assert absent not in text, f"{absent} in {file}"
        outside = set(re.findall(r'(?:href|src)="(https?://[^/"]+)', text))
        assert outside <= {  # the theme names its makers
            "https://www.sphinx-doc.org",
            "https://pradyunsg.me",
            "https://github.com",
        }
    assert not (unpublished / "sitemap.xml").exists()
    assert not (unpublished / "robots.txt").exists()


def test_every_page_has_a_description_of_its_own_and_an_icon(built):
    files = list(built.rglob("*.html"))
    soups = [page(built, file.relative_to(built)) for file in files]
    descriptions = [content(soup, "name", "description") for soup in soups]
    assert len(files) >= 5
    assert all(descriptions)
    assert len(set(descriptions)) == len(files)
    for file, soup in zip(files, soups, strict=True):
        icon = soup.find("link", rel="icon")["href"]
        assert (file.parent / icon).resolve().read_text().startswith("<svg")


def test_a_published_page_has_a_card(published):
    text = page(published, "chapters/text.html")
    assert content(text, "property", "og:title") == "Text"
    assert content(text, "property", "og:url") == f"{SITE}chapters/text.html"
    assert content(text, "name", "description") == "1 < 2 on this page."
    image = content(text, "property", "og:image")
    assert image.startswith(SITE)
    assert (published / image.removeprefix(SITE)).read_bytes().startswith(b"\x89PNG")


def test_the_site_map_names_every_page_of_the_book(published):
    root = ElementTree.fromstring((published / "sitemap.xml").read_text())
    assert sorted(place.text for place in root.findall("{*}url/{*}loc")) == [
        f"{SITE}chapters/one.html",
        f"{SITE}chapters/text.html",
        f"{SITE}index.html",
    ]
    assert f"Sitemap: {SITE}sitemap.xml" in (published / "robots.txt").read_text()


def test_a_notebook_is_downloaded_with_the_package_that_it_installs(built):
    [link] = page(built, "chapters/one.html").select(".take-along a[href*=downloads]")
    with zipfile.ZipFile(built / "chapters" / link["href"]) as archive:
        assert archive.namelist() == ["one/one.ipynb", f"one/{WHEEL}"]
        wheel = (built / "_downloads" / WHEEL).read_bytes()
        assert archive.read(f"one/{WHEEL}") == wheel
        text = first_cell(archive.read("one/one.ipynb").decode())
    assert f'%pip install --quiet "./{WHEEL}[chapters]"' in text.splitlines()


def test_colab_gets_a_notebook_that_installs_from_the_branch_it_stands_on(published):
    text = first_cell((published / "_downloads" / "one.ipynb").read_text())
    where = f"{SOURCE}/raw/notebooks/{WHEEL}"
    assert f'%pip install --quiet "textbook[chapters] @ {where}"' in text.splitlines()


def test_the_wheel_holds_every_module_as_it_is(built):
    with zipfile.ZipFile(built / "_downloads" / WHEEL) as wheel:
        packed = {n: wheel.read(n) for n in wheel.namelist() if n.endswith(".py")}
    code = ROOT / "code"
    assert packed == {
        file.relative_to(code).as_posix(): file.read_bytes()
        for file in (code / "textbook").rglob("*.py")
    }


def test_two_builds_pack_the_same_bytes(published, unpublished):
    one, other = (site / "_downloads" / WHEEL for site in (published, unpublished))
    assert one.read_bytes() == other.read_bytes()


def test_elsewhere_than_on_github_nothing_leads_to_binder_or_colab():
    repository = {"url": "https://gitlab.com/a/b", "branch": "main"}
    assert list(links("one.ipynb", repository)) == ["Download this notebook"]


def test_a_branch_other_than_main_is_named():
    ways = links("one.ipynb", {"url": SOURCE + "/", "branch": "next"})
    assert "/someone/book/next?" in ways["Run it on Binder"]


def imported(notebook):
    """Return the packages that the notebook's cells import, without Python's own."""
    trees = [ast.parse(c.source) for c in notebook.cells if c.cell_type == "code"]
    names = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)


def test_a_download_installs_what_it_imports_and_shows_what_it_includes(
    notebook_path, notebook
):
    stored = nbformat.read(notebook_path, as_version=4)
    download = downloadable(notebook, notebook_path.parent, f"./{WHEEL}")
    nbformat.validate(download)
    first, *others = download.cells
    assert imported(stored) <= {
        "textbook", "numpy", "matplotlib", "scipy", "sklearn", "torch"
    }  # fmt: skip
    asked = re.search(r"whl\[(.+)\]", first.source)[1].split(",")
    assert set(asked) <= set(EXTRAS)
    assert ("torch" in asked) == ("torch" in imported(stored))
    assert "literalinclude" not in json.dumps(download)
    for before, after in zip(stored.cells, others, strict=True):
        included = re.findall(
            r"\{literalinclude\} (\S+)\n(?::.*\n)*?:pyobject: (\S+)", before.source
        )
        assert included or before.source == after.source
        assert before.source.count("{literalinclude}") == len(included)
        for file, name in included:
            source = (notebook_path.parent / file).read_text()
            [found] = [
                textwrap.dedent(ast.get_source_segment(source, node))
                for node in ast.parse(source).body
                if getattr(node, "name", None) == name
            ]
            assert f"\n{found}\n```" in after.source


def test_the_extras_name_what_the_chapters_import():
    text = " ".join(EXTRAS["chapters"] + EXTRAS["explore"] + EXTRAS["torch"])
    for name in ("ipywidgets", "matplotlib", "scikit-learn", "scipy", "torch"):
        assert f"{name}>=" in text


def test_the_offline_edition_is_the_whole_site_in_the_same_bytes(built, tmp_path):
    (built / ".hidden").touch()
    zips = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        zips.append(pack(built, tmp_path / name))
        (built / "index.html").touch()  # a later date
    assert zips[0].read_bytes() == zips[1].read_bytes()
    assert zips[0].name == "from-thresholds-to-attention-0.1.0.zip"
    with zipfile.ZipFile(zips[0]) as archive:
        assert {e.date_time for e in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        archive.extractall(tmp_path)
    unpacked = tmp_path / zips[0].stem
    files = {f.relative_to(built): f for f in built.rglob("*") if f.is_file()}
    del files[Path(".hidden")]
    assert {f.relative_to(unpacked) for f in unpacked.rglob("*") if f.is_file()} == set(
        files
    )
    for name, file in files.items():
        assert (unpacked / name).read_bytes() == file.read_bytes()


def test_a_page_loads_nothing_by_an_absolute_address(built):
    for file in built.rglob("*.html"):
        soup = page(built, file.relative_to(built))
        loaded = soup.select(
            "script[src], img[src], link[rel=stylesheet], link[rel=icon]"
        )
        assert loaded
        for tag in loaded:
            address = tag.get("src") or tag.get("href")
            assert not re.match(r"\w+:|/", address), f"{address} in {file}"


def test_the_list_of_links_has_each_address_outside_the_book_once(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "<a href='https://theme.example'>made with</a><article>"
        "<a href='https://b.example/x'>b</a><a href='https://b.example/x'>again</a>"
        "<a href='http://a.example'>a</a><a href='other.html'>in</a>"
        "<a href='#x'>here</a>"
        "</article>"
    )
    assert external(page) == ["http://a.example", "https://b.example/x"]


def test_one_version_everywhere():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"]
    assert package() == f"textbook-{cited}-py3-none-any.whl"
