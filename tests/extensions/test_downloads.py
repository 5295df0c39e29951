"""Notebooks to take along: they install what they need, and read well anywhere."""

import ast
import re
import shutil
import sys
import tomllib
import zipfile

import nbformat
import pytest
import yaml
from textbook.lesson.listing import MIME

from book.extensions import downloads as extension
from book.extensions.downloads import installing, package
from tests.extensions.explorer_pages import SQUARE, explorer_cell
from tests.extensions.support import QUESTION, build_as_the_book, cell, notebook
from tests.paths import ROOT

SITE = "https://book.example/"
SOURCE = "https://github.com/someone/book"
WHEEL = "textbook-0.1.0-py3-none-any.whl"
EXTRAS = tomllib.loads((ROOT / "code" / "pyproject.toml").read_text())["project"][
    "optional-dependencies"
]
LISTED = "def windows(x):\n    return x\n"
LISTING = {
    MIME: {"name": "textbook.conv.windows.windows", "file": "a.py", "source": LISTED}
}
TEXT = r"""(the-label)=
# One

See {eq}`sum` for `{eq}`, {prf:ref}`all-good`, {ref}`how-many` and [](#two-label), or
[the other](#two-label), [](two.ipynb), [there](https://there.example/).
It is due to {cite}`hoeffding1963`.

- An item:

  $$
  a + b = c
  $$ (sum)

  :::{prf:theorem} Good
  :label: all-good
  All of {eq}`sum`.
  :::
"""
MORE = r"""
:::{prf:proof}
Here,

$$
x = \\
y
$$
:::

(box)=
:::{admonition} More *exactly* {eq}`sum`
:class: notes

$$
d =
e
$$ (boxed)
:::

:::{exercise} How many?
:label: how-many
Count.
:::

:::{solution} how-many
:class: dropdown
Two, by {ref}`how-many`.

```python
x = "{eq}`sum`"
```
:::
"""
PAGES = {
    "index": notebook("# Home"),
    "one": notebook(
        TEXT,
        cell("listing(windows)", LISTING, tags=("remove-input",)),
        cell("listing(unknown)"),
        MORE,
    ),
    "two": notebook("(two-label)=\n# Two", cell("import torch")),
    "bibliography": "# Literature\n\n```{bibliography}\n```\n",
}


def downloads(app):
    return app.outdir / "_downloads"


def unpacked(app, name):
    """Return the notebook in the zip of that name."""
    with zipfile.ZipFile(downloads(app) / f"{name}.zip") as archive:
        text = archive.read(f"{name}/{name}.ipynb").decode()
    made = nbformat.reads(text, as_version=4)
    nbformat.validate(made)
    return made


def test_a_notebook_is_packed_with_the_package_that_it_installs(built):
    with zipfile.ZipFile(downloads(built) / "one.zip") as archive:
        assert archive.namelist() == ["one/one.ipynb", f"one/{WHEEL}"]
        rights = {entry.external_attr >> 16 for entry in archive.infolist()}
        assert rights == {0o644}
        wheel = (downloads(built) / WHEEL).read_bytes()
        assert archive.read(f"one/{WHEEL}") == wheel
    lines = unpacked(built, "one").cells[0].source.splitlines()
    assert f'%pip install --quiet "./{WHEEL}[chapters]"' in lines


def test_the_home_page_is_not_offered(built):
    names = {path.name for path in downloads(built).iterdir()}
    assert names >= {"one.zip", "two.zip", WHEEL}
    assert not any(name.startswith("index") for name in names)


def test_colab_gets_a_notebook_that_installs_from_the_branch_it_stands_on(published):
    made = nbformat.read(downloads(published) / "one.ipynb", as_version=4)
    where = f"{SOURCE}/raw/notebooks/{WHEEL}"
    lines = made.cells[0].source.splitlines()
    assert f'%pip install --quiet "textbook[chapters] @ {where}"' in lines
    assert made.cells[1:] == unpacked(published, "one").cells[1:]


def test_the_wheel_holds_every_module_as_it_is(built):
    with zipfile.ZipFile(downloads(built) / WHEEL) as wheel:
        packed = {n: wheel.read(n) for n in wheel.namelist() if n.endswith(".py")}
    code = ROOT / "code"
    assert "textbook/lesson/explore.py" in packed
    assert packed == {
        file.relative_to(code).as_posix(): file.read_bytes()
        for file in (code / "textbook").rglob("*.py")
    }


def test_two_builds_pack_the_same_package(published, unpublished):
    one, other = (downloads(site) / WHEEL for site in (published, unpublished))
    assert one.read_bytes() == other.read_bytes()


def test_labels_roles_and_links_read_well_without_a_site(unpublished):
    assert (
        unpacked(unpublished, "one").cells[1].source
        == r"""# One

See (1) for `{eq}`, Theorem 1, Exercise 1 and “Two”, or
the other, “Two”, [there](https://there.example/).
It is due to [Hoeffding, 1963].

- An item:

  $$
  a + b = c
  \tag{1}
  $$

  **Theorem 1** (Good)

  All of (1)."""
    )


def test_they_lead_to_the_site_if_there_is_one(published):
    text = unpacked(published, "one").cells[1].source
    assert f"See [(1)]({SITE}one.html#equation-sum) for `{{eq}}`" in text
    assert f"[Theorem 1]({SITE}one.html#all-good)" in text
    assert f"[Exercise 1]({SITE}one.html#how-many)" in text
    assert f"and [“Two”]({SITE}two.html#two-label), or" in text
    assert f"[the other]({SITE}two.html#two-label), [“Two”]({SITE}two.html)," in text
    assert "[there](https://there.example/)" in text
    [address] = re.findall(r"\[Hoeffding, 1963\]\((.*)\)", text)
    assert address.startswith(f"{SITE}bibliography.html#")


def test_boxes_proofs_and_solutions_read_well(unpublished):
    assert (
        unpacked(unpublished, "one").cells[4].source
        == r"""*Proof.* Here,

$$
x = \\
y
$$

∎

> **More *exactly* (1)**
>
> $$ d = e \tag{2} $$

**Exercise 1: How many?**

Count.

<details><summary>Solution of exercise 1</summary>

Two, by Exercise 1.

```python
x = "{eq}`sum`"
```

</details>"""
    )


def test_a_listing_is_a_block_of_code_and_other_cells_stay(built):
    _, _, listing, other, _ = unpacked(built, "one").cells
    assert listing.cell_type == "markdown"
    assert listing.source == f"`a.py`\n```python\n{LISTED}```"
    assert (other.cell_type, other.source) == ("code", "listing(unknown)")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (":::{figure} a.png\n:::", "the directive figure"),
        ("A {kbd}`key`.", "the role kbd"),
    ],
)
def test_what_no_notebook_can_show_is_an_error(tmp_path, written, problem):
    with pytest.raises(Exception, match=f"one: a download can't show {problem}"):
        build_as_the_book(tmp_path, {"one": notebook(f"# One\n\n{written}")})


OVER_ALL = ("book.extensions.rebuild",)  # which would start from nothing


def test_a_second_build_gives_the_same_bytes_and_deletes_what_is_gone(tmp_path):
    app = build_as_the_book(tmp_path, PAGES, source=SOURCE, without=OVER_ALL)
    before = {file.name: file.read_bytes() for file in downloads(app).iterdir()}
    app = build_as_the_book(tmp_path, PAGES, source=SOURCE, without=OVER_ALL)
    again = {file.name: file.read_bytes() for file in downloads(app).iterdir()}
    assert again == before
    fewer = {name: text for name, text in PAGES.items() if name != "two"}
    fewer["one"] = notebook("# One, changed")
    (tmp_path / "two.ipynb").unlink()
    app = build_as_the_book(tmp_path, fewer, source=SOURCE, without=OVER_ALL)
    names = {file.name for file in downloads(app).iterdir()}
    assert names == before.keys() - {"two.zip", "two.ipynb"}
    assert unpacked(app, "one").cells[1].source == "# One, changed"


@pytest.mark.parametrize("gpu", [True, False])
@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_torch_comes_as_its_cpu_build_only_on_linux_without_a_gpu(
    published, monkeypatch, gpu, system
):
    monkeypatch.setattr(shutil, "which", lambda name: gpu and name == "nvidia-smi")
    monkeypatch.setattr(sys, "platform", system)
    first = unpacked(published, "two").cells[0].source
    asked = []
    code = re.sub(r"%pip (.*)", lambda match: f"asked.append({match[1]!r})", first)
    exec(code, {"asked": asked})
    *before, last = asked
    cpu = "install --quiet torch --index-url https://download.pytorch.org/whl/cpu"
    assert before == ([cpu] if system == "linux" and not gpu else [])
    assert last == f'install --quiet "./{WHEEL}[chapters,torch]"'


def test_a_reader_is_told_to_reload_the_page_if_there_are_no_sliders(built):
    first = unpacked(built, "one").cells[0].source
    assert re.search(r"no\s+(# )?sliders, reload", first)


@pytest.mark.parametrize("name", ["kernel.py", "view.js", "style.css"])
def test_a_changed_file_of_the_package_makes_another_wheel(tmp_path, monkeypatch, name):
    changed, made = tmp_path / "code" / name, tmp_path / "made.whl"
    changed.parent.mkdir()
    monkeypatch.setattr(extension, "CODE", changed.parent)
    monkeypatch.setattr(extension, "build_package", lambda folder: made)
    for content in ("one", "two"):
        changed.write_text(content)
        made.write_text(content)
        assert extension.built_package(tmp_path) == content.encode()


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


def test_a_chapter_asks_for_what_it_imports(notebook):
    first = installing(notebook, f"./{WHEEL}").cells[0].source
    assert imported(notebook) <= {
        "textbook", "IPython", "numpy", "matplotlib", "scipy", "sklearn", "torch"
    }  # fmt: skip
    asked = re.search(r"whl\[(.+)\]", first)[1].split(",")
    assert set(asked) <= set(EXTRAS)
    assert ("torch" in asked) == ("torch" in imported(notebook))


def test_the_extras_name_what_the_chapters_import():
    text = " ".join(EXTRAS["chapters"] + EXTRAS["explore"] + EXTRAS["torch"])
    for name in (
        "ipython",
        "ipywidgets",
        "matplotlib",
        "scikit-learn",
        "scipy",
        "torch",
    ):
        assert f"{name}>=" in text


def test_one_version_everywhere():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"]
    assert package() == f"textbook-{cited}-py3-none-any.whl"


def test_a_question_hides_its_reasons_and_the_right_choice(tmp_path):
    head = ":::{admonition} For a second reading\n:class: second-reading"
    mark = f"{head}\nFor the curious.\n:::"
    asked = f"# One\n\n## Two\n\n{mark}\n\n{QUESTION}"
    book = build_as_the_book(tmp_path, {"index": "# Home", "one": notebook(asked)})
    source = unpacked(book, "one").cells[1].source
    assert "*For a second reading.* For the curious." in source
    question, folded = source.split("**Question.** What is $2^2$?\n\n")[1].split(
        "\n", 1
    )
    assert question == "<details><summary>The choices, with their reasons</summary>"
    assert folded.strip().startswith("- Two.")
    assert folded.endswith("Right: choice 2.\n\n</details>")


def test_a_phrase_that_sets_an_explorer_is_a_phrase(tmp_path):
    text = "# One\n\nNow [halve it](#square:side=1), [red](<#square:color=light blue>)."
    one = notebook(text, explorer_cell(SQUARE))
    book = build_as_the_book(tmp_path, {"index": "# Home", "one": one})
    assert unpacked(book, "one").cells[1].source.endswith("Now halve it, red.")
