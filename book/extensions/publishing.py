"""What stands around the text: downloads, links to the source, what robots read.

_config.yml names two addresses, both empty until a publisher sets them: html.baseurl,
where the site stands, for social cards and the site map; repository.url, where its
source stands, for "Edit this page", Binder and Colab. What needs an address is absent
without it. The notebooks can be downloaded from any copy of the site, also a folder's.
"""

import copy
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

import nbformat
import yaml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.directives.code import LiteralIncludeReader

CODE = Path(__file__).parents[2] / "code"
DOWNLOADS = "_downloads"
# The workflow stores _downloads on this branch, where Colab finds it.
BRANCH = "notebooks"

GITHUB = re.compile(r"https://github\.com/([^/]+/[^/]+?)/?$")
INCLUDE = re.compile(r"^:::\{literalinclude\} (\S+)\n((?::.*\n)*?):::$", re.MULTILINE)


def version() -> str:
    """Return the version of the book and of its package."""
    return tomllib.loads((CODE / "pyproject.toml").read_text())["project"]["version"]


def package() -> str:
    """Return the name of the package's wheel."""
    return f"textbook-{version()}-py3-none-any.whl"


def links(source: str, repository: dict[str, str]) -> dict[str, str]:
    """Return the address of each way to take a notebook along, by its name.

    source is the notebook's path in the repository; the address within the site is
    relative to its root. Binder and Colab read from GitHub.
    """
    name = Path(source).stem
    ways = {"Download this notebook": f"{DOWNLOADS}/{name}.zip"}
    if github := GITHUB.match(repository["url"]):
        ways["Run it on Binder"] = (
            f"https://mybinder.org/v2/gh/{github[1]}/{repository['branch']}"
            f"?urlpath=lab/tree/{source}"
        )
        ways["Run it on Colab"] = (
            f"https://colab.research.google.com/github/{github[1]}/blob/{BRANCH}"
            f"/{name}.ipynb"
        )
    return ways


def downloadable(
    notebook: nbformat.NotebookNode, folder: Path, wheel: str
) -> nbformat.NotebookNode:
    """Return the notebook as one that runs wherever it is downloaded.

    folder is where it stands in the repository; wheel is the address or the path that
    its new first cell installs the package from. The source that the site includes
    stands in the text.
    """
    code = "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
    extras, torch = "chapters", ""
    if "import torch" in code:
        extras, torch = "chapters,torch", _TORCH
    if "://" in wheel:
        what, beside = f"textbook[{extras}] @ {wheel}", ""
    else:
        what, beside = f"{wheel}[{extras}]", _BESIDE
    text = _INSTALL.format(beside=beside, torch=torch, what=what)
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = INCLUDE.sub(lambda m: _included(m, folder), cell.source)
    # A fixed id: a random one would make each build differ.
    notebook.cells.insert(0, nbformat.v4.new_code_cell(text, id="install"))
    return notebook


def _included(match: re.Match, folder: Path) -> str:
    """Return the source that a literalinclude shows, as a block of Markdown."""
    options = dict(re.findall(r"^:(\S+): *(.*)$", match[2], re.MULTILINE))
    reader = LiteralIncludeReader(str(folder / match[1]), options, Config())
    return f"```python\n{reader.read()[0].rstrip()}\n```"


_INSTALL = """\
# This cell installs what the chapter imports: the book's own package, `textbook`,
# and NumPy, Matplotlib and the like where they are missing. Run it once.{beside}{torch}
# The book's page shows boxes, references and numbers of formulas as they should be.
%pip install --quiet "{what}\""""

_BESIDE = """
# The file of the package came with this notebook; keep them in one folder."""

_TORCH = """
# On Linux without a GPU, PyTorch's CPU build spares several GB; install it first:
#   %pip install torch --index-url https://download.pytorch.org/whl/cpu"""


def write_zip(target: Path, files: dict[str, bytes]) -> None:
    """Write the files to a zip, with a fixed date and fixed rights."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)


def build_package(folder: Path) -> None:
    """Build the package's wheel into the folder, the same bytes each time."""
    with tempfile.TemporaryDirectory() as scratch:
        # A copy: a build leaves files beside the source, and packs what it finds.
        leftovers = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
        code = shutil.copytree(CODE, Path(scratch) / "code", ignore=leftovers)
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "wheel", "--no-deps", "--no-build-isolation", code, "-w", folder],
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
    ways = links(source, app.config.book_repository)
    offered = " ".join(
        f'<a href="{address if "://" in address else context["pathto"](address, 1)}">'
        f"{text}</a>"
        for text, address in ways.items()
    )
    line = f'<p class="take-along">{offered}</p>'
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
    pages = sorted(app.env.found_docs)
    notebooks = [Path(app.env.doc2path(p)) for p in pages if p != app.config.root_doc]
    write_downloads(
        [path for path in notebooks if path.suffix == ".ipynb"],
        Path(app.outdir) / DOWNLOADS,
        GITHUB.match(app.config.book_repository["url"]),
    )
    if site := app.config.html_baseurl:
        places = "\n".join(
            f"<url><loc>{site}{app.builder.get_target_uri(page)}</loc></url>"
            for page in pages
        )
        (app.outdir / "sitemap.xml").write_text(_SITEMAP.format(places))
        robots = f"User-agent: *\nAllow: /\nSitemap: {site}sitemap.xml\n"
        (app.outdir / "robots.txt").write_text(robots)


def write_downloads(paths: list[Path], folder: Path, github: re.Match | None) -> None:
    """Write each notebook with the package as a zip; for Colab, also by itself."""
    folder.mkdir()
    build_package(folder)
    wheel = (folder / package()).read_bytes()
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        beside = downloadable(notebook, path.parent, f"./{package()}")
        files = {
            f"{path.stem}/{path.name}": nbformat.writes(beside).encode(),
            f"{path.stem}/{package()}": wheel,
        }
        write_zip(folder / f"{path.stem}.zip", files)
        if github:
            address = f"https://github.com/{github[1]}/raw/{BRANCH}/{package()}"
            nbformat.write(
                downloadable(notebook, path.parent, address), folder / path.name
            )


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
