"""What stands around the text: downloads, links to the source, what robots read.

_config.yml names two addresses, both empty until a publisher sets them: html.baseurl,
where the site stands, and repository.url, where its source stands. What needs an
address is absent without it. The notebooks, and the package that they import, can be
downloaded from any copy of the site, also from a folder.
"""

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import nbformat
import yaml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.directives.code import LiteralIncludeReader

CODE = Path(__file__).parent.parent / "code"
DOWNLOADS = "_downloads"
# The workflow stores the notebooks for download on this branch, where Colab finds them.
COLAB_BRANCH = "notebooks"

GITHUB = re.compile(r"https://github\.com/([^/]+/[^/]+?)/?$")
INCLUDE = re.compile(r"^:::\{literalinclude\} (\S+)\n((?::.*\n)*?):::$", re.MULTILINE)


def version() -> str:
    """Return the version of the book and of its package."""
    return tomllib.loads((CODE / "pyproject.toml").read_text())["project"]["version"]


def package() -> str:
    """Return the name of the package's wheel."""
    return f"textbook-{version()}-py3-none-any.whl"


def links(source: str, site: str, repository: dict[str, str]) -> dict[str, str]:
    """Return the address of each way to take a notebook along, by its name.

    source is the notebook's path in the repository; addresses within the site are
    relative to its root. Binder and Colab read from GitHub; Colab needs the site too,
    from which its notebooks install the package.
    """
    name = Path(source).name
    ways = {"Download this notebook": f"{DOWNLOADS}/{name}"}
    if not site:
        ways["and the package it needs"] = f"{DOWNLOADS}/{package()}"
    if github := GITHUB.match(repository["url"]):
        ways["Run it on Binder"] = (
            f"https://mybinder.org/v2/gh/{github[1]}/{repository['branch']}"
            f"?urlpath=lab/tree/{source}"
        )
        if site:
            ways["Run it on Colab"] = (
                "https://colab.research.google.com/github/"
                f"{github[1]}/blob/{COLAB_BRANCH}/{name}"
            )
    return ways


def downloadable(
    notebook: nbformat.NotebookNode, folder: Path, page: str, site: str
) -> nbformat.NotebookNode:
    """Make the notebook, in place, one that runs wherever it is downloaded; return it.

    folder is where it stands in the repository and page its address in the site. A
    first cell installs the package; the source that the site includes stands in the
    text.
    """
    code = "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
    extras = "chapters,torch" if "import torch" in code else "chapters"
    torch = _TORCH if "torch" in extras else ""
    if site:
        text = _INSTALL.format(page=f": {site}{page}", where="", torch=torch)
        wheel = f"textbook[{extras}] @ {site}{DOWNLOADS}/{package()}"
    else:
        where = _BESIDE.format(wheel=package())
        text = _INSTALL.format(page=".", where=where, torch=torch)
        wheel = f"./{package()}[{extras}]"
    first = nbformat.v4.new_code_cell(f'{text}%pip install --quiet "{wheel}"')
    first.id = "install"  # a random one would make each build differ
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = INCLUDE.sub(lambda m: _included(m, folder), cell.source)
    notebook.cells.insert(0, first)
    return notebook


def _included(match: re.Match, folder: Path) -> str:
    """Return the source that a literalinclude shows, as a block of Markdown."""
    options = dict(re.findall(r"^:(\S+): *(.*)$", match[2], re.MULTILINE))
    reader = LiteralIncludeReader(str(folder / match[1]), options, Config())
    return f"```python\n{reader.read()[0].rstrip()}\n```"


_INSTALL = """\
# This cell installs what the chapter imports: the book's own package, `textbook`, and
# NumPy, Matplotlib and the like where they are missing. Run it once.{where}{torch}
# Boxes, references and numbers of formulas show as they should on the book's page{page}
"""

_BESIDE = """
# Put {wheel} into the folder of this notebook first:
# it is offered beside the notebook, and this cell looks for it there."""

_TORCH = """
# On Linux without a GPU, PyTorch's CPU build spares several GB; install it first:
#   %pip install torch --index-url https://download.pytorch.org/whl/cpu"""


def build_package(folder: Path) -> None:
    """Build the package's wheel into the folder, the same bytes each time."""
    with tempfile.TemporaryDirectory() as scratch:
        # A copy: a build leaves files beside the source, and packs what it finds.
        leftovers = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
        copy = shutil.copytree(CODE, Path(scratch) / "code", ignore=leftovers)
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "wheel", "--no-deps", "--no-build-isolation", copy, "-w", folder],
            env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"},  # 1980, a zip's first
            check=True,
        )


def use_addresses(app: Sphinx, config: Config) -> None:
    """Tell the theme and the extensions the addresses that _config.yml names."""
    config.html_baseurl = config.html_baseurl and config.html_baseurl.rstrip("/") + "/"
    book = yaml.safe_load((Path(app.confdir) / "_config.yml").read_text())
    config.book_repository = book["repository"]
    if config.book_repository["url"]:
        config.html_theme_options |= {
            "source_repository": config.book_repository["url"],
            "source_branch": config.book_repository["branch"],
            "source_directory": "",
            "top_of_page_buttons": ["edit"],
        }
    config.ogp_site_url = config.html_baseurl
    config.ogp_site_name = config.html_title
    config.ogp_social_cards = {
        "enable": bool(config.html_baseurl),
        "image": "book/static/logo.png",
        "image_mini": "book/static/logo.png",  # else the card shows Sphinx's own logo
        "line_color": "#2b87bd",
    }


def offer_links(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Put the ways to take a notebook along under its page's title."""
    source = f"{pagename}{context.get('page_source_suffix')}"
    if not source.endswith(".ipynb") or pagename == app.config.root_doc:
        return
    ways = links(source, app.config.html_baseurl, app.config.book_repository)
    offered = []
    for text, address in ways.items():
        if not address.startswith("https:"):
            address = f'{context["pathto"](address, 1)}" download="'
        offered.append(f'<a href="{address}">{text}</a>')
    line = f'<p class="take-along">{" ".join(offered)}</p>'
    context["body"] = context["body"].replace("</h1>", "</h1>" + line, 1)


def describe(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Give pages without a text a description too; drop cards that lead nowhere."""
    title = {"genindex": "Index", "search": "Search"}.get(pagename)
    tags = context.setdefault("metatags", "")
    if not app.config.html_baseurl:
        tags = re.sub(r'<meta property="og:[^>]*>\n', "", tags)
    if 'name="description"' not in tags:
        title = title or context.get("indextitle") or context["title"]
        text = html.escape(f"{title} of the book {app.config.html_title}")
        tags += f'<meta name="description" content="{text}" />\n'
    context["metatags"] = tags


def write_files(app: Sphinx, error: Exception | None) -> None:
    """Write the downloads and, for a site with an address, what robots read."""
    if error or app.builder.format != "html":
        return
    site, out = app.config.html_baseurl, Path(app.outdir)
    folder = out / DOWNLOADS
    folder.mkdir()
    build_package(folder)
    pages = sorted(app.env.found_docs)
    for page in pages:
        source = Path(app.env.doc2path(page))
        if source.suffix == ".ipynb" and page != app.config.root_doc:
            notebook = nbformat.read(source, as_version=4)
            address = app.builder.get_target_uri(page)
            notebook = downloadable(notebook, source.parent, address, site)
            (folder / source.name).write_text(nbformat.writes(notebook) + "\n")
    if site:
        places = "\n".join(
            f"<url><loc>{site}{app.builder.get_target_uri(page)}</loc></url>"
            for page in pages
        )
        (out / "sitemap.xml").write_text(_SITEMAP.format(places))
        (out / "robots.txt").write_text(f"User-agent: *\nSitemap: {site}sitemap.xml\n")


_SITEMAP = """<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{}
</urlset>
"""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("sphinxext.opengraph")
    app.add_config_value("book_repository", {}, "html", dict)
    app.connect("config-inited", use_addresses)
    app.connect("html-page-context", offer_links, priority=800)
    app.connect("html-page-context", describe, priority=800)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
