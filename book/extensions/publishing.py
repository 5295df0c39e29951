"""What stands around the text: ways to take a notebook along, and what robots read.

_config.yml names two addresses, both empty until a publisher sets them: html.baseurl,
where the site stands, for social cards and the site map; repository.url, where its
source stands, for "Edit this page", reports of errors, Binder and Colab. What needs an
address is absent without it.
"""

import html
import re
from pathlib import Path
from urllib.parse import urlencode

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxTranslator
from sphinxext.opengraph import get_description, get_title, make_tag

# The workflow stores the downloads on this branch, where Colab finds them.
NOTEBOOKS_BRANCH = "notebooks"

DESCRIPTION_LENGTH = 200


class take_along(nodes.General, nodes.Element):
    """The ways to take a notebook along: `ways`, a list of (words, address).

    Without text of its own, so that neither the search nor descriptions take it up.
    """


def github(repository: dict[str, str]) -> str | None:
    """Return owner/name of a repository on GitHub, None if it is elsewhere.

    >>> github({"url": "https://github.com/someone/book"})
    'someone/book'
    """
    found = re.fullmatch(r"https://github\.com/([^/]+/[^/]+?)/?", repository["url"])
    return found and found[1]


def ways_to_take_along(docname: str, repository: dict[str, str]) -> dict[str, str]:
    """Return the address of each way to take a notebook along, by its words.

    The address of the download is from the site's root. Binder and Colab read from
    GitHub.
    """
    name = Path(docname).name
    ways = {"Download this notebook": f"_downloads/{name}.zip"}
    if place := github(repository):
        ways["Run it on Binder"] = (
            f"https://mybinder.org/v2/gh/{place}/{repository['branch']}"
            f"?urlpath=lab/tree/{docname}.ipynb"
        )
        ways["Run it on Colab"] = (
            f"https://colab.research.google.com/github/{place}/blob/{NOTEBOOKS_BRANCH}"
            f"/{name}.ipynb"
        )
    return ways


def is_offered(app: Sphinx, docname: str) -> bool:
    """Say whether a page is a notebook that can be taken along."""
    is_notebook = app.env.doc2path(docname).endswith(".ipynb")
    return is_notebook and docname != app.config.root_doc


def offer(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the ways to take a notebook along under its title."""
    if app.builder.format != "html" or not is_offered(app, docname):
        return
    title = next(doctree.findall(nodes.title))
    root = "../" * docname.count("/")
    ways = ways_to_take_along(docname, app.config.book_repository)
    line = take_along(
        ways=[(text, a if "://" in a else root + a) for text, a in ways.items()]
    )
    title.parent.insert(title.parent.index(title) + 1, line)


def visit_take_along(self: SphinxTranslator, node: take_along) -> None:
    """Write the ways in a line."""
    links = [
        f"{self.starttag({}, 'a', '', href=address)}{self.encode(text)}</a>"
        for text, address in node["ways"]
    ]
    line = self.starttag(node, "p", "", CLASS="take-along")
    self.body.append(f"{line}{' '.join(links)}</p>\n")
    raise nodes.SkipNode


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
    if config.html_baseurl:
        config.ogp_site_url = config.html_baseurl
        config.ogp_site_name = config.html_title
        config.ogp_enable_meta_description = False  # describe() gives each page one
        config.ogp_social_cards = {
            "image": "book/static/logo.png",
            "image_mini": "book/static/logo.png",  # else a card shows Sphinx's own logo
            "line_color": "#2b87bd",
        }


def describe(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Give every page a description: how its text begins, or else its title."""
    names = {"genindex": "Index", "search": "Search"}
    title = names.get(pagename) or context.get("indextitle") or context["title"]
    text = ""
    if doctree:
        text = get_description(doctree, DESCRIPTION_LENGTH, set(get_title(title)))
    if not text:
        of_the_book = f"{get_title(title)[0]} of the book {app.config.html_title}"
        text = html.escape(of_the_book)
    context["metatags"] = context.get("metatags", "") + make_tag(
        "description", text, "name"
    )


def report_address(page: str, title: str, repository: dict[str, str]) -> str:
    """Return where an error on a page is reported; "" without a repository.

    GitHub opens a form that names the page; elsewhere the issues are listed.

    >>> report_address("chapters/gallery", "Gallery", {"url": "https://gitlab.com/a/b"})
    'https://gitlab.com/a/b/issues'
    """
    if github(repository):
        form = {"title": f"Error in “{title}”", "body": f"Page: {page}\n\n"}
        return f"{repository['url'].rstrip('/')}/issues/new?{urlencode(form)}"
    return repository["url"] and f"{repository['url'].rstrip('/')}/issues"


def take_reports(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: object
) -> None:
    """Let the foot of a page that has a source say where an error is reported."""
    if doctree:
        title = app.env.titles[pagename].astext()
        repository = app.config.book_repository
        context["report"] = report_address(pagename, title, repository)


def write_map(app: Sphinx, error: Exception | None) -> None:
    """Write what robots read, for a site with an address."""
    if error or app.builder.format != "html":
        return
    sitemap, robots = (Path(app.outdir) / n for n in ("sitemap.xml", "robots.txt"))
    if site := app.config.html_baseurl:
        places = "\n".join(
            f"<url><loc>{site}{app.builder.get_target_uri(page)}</loc></url>"
            for page in sorted(app.env.found_docs)
        )
        sitemap.write_text(_SITEMAP.format(places))
        robots.write_text(f"User-agent: *\nAllow: /\nSitemap: {site}sitemap.xml\n")


_SITEMAP = """<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{}
</urlset>
"""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_config_value("book_repository", {}, "html", dict)
    if app.config.html_baseurl:
        app.setup_extension("sphinxext.opengraph")
    app.add_node(take_along, html=(visit_take_along, None))
    app.connect("config-inited", use_addresses)
    app.connect("doctree-resolved", offer)
    app.connect("html-page-context", describe, priority=800)
    app.connect("html-page-context", take_reports)
    app.connect("build-finished", write_map)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
