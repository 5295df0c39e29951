"""MyST's Markdown as plain Markdown, which reads well in any notebook.

Directives become titles, block quotes and folded details; roles become the words that
the page has, linked to the published site if there is one. MyST's own parser says what
is what; Sphinx says what a label stands for. All other text stays as it is written.
"""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from docutils import nodes
from docutils.parsers.rst.directives.misc import TestDirective
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from book.extensions import boxes
from book.extensions.doctrees import number_of


class Page(NamedTuple):
    """The page that the Markdown is from, and what was looked up for it or others."""

    app: Sphinx
    docname: str
    found: dict[tuple[str, str, str], nodes.Element]
    in_quote: bool = False


def plain(text: str, page: Page) -> str:
    """Return MyST's Markdown as plain Markdown.

    Raises ExtensionError for a directive or a role that no notebook can show.
    """
    parser = create_md_parser(page.app.env.myst_config, RendererHTML)
    lines = text.split("\n")
    # From the end, so that the lines of what comes before keep their numbers.
    for token in reversed(parser.parse(text)):
        convert = _BLOCKS.get(token.type)
        if convert is None or token.map is None:
            continue
        start, end = token.map
        before = "\n".join(lines[start:end])
        after = convert(token, before, page)
        if after != before and token.type != "inline":
            indent = before[: len(before) - len(before.lstrip())]
            after = "\n".join(
                indent + line if line else line for line in after.split("\n")
            )
        lines[start:end] = after.split("\n") if after else []
    return "\n".join(lines).strip("\n")


def _block(token: Token, written: str, page: Page) -> str:
    """Return a directive in plain Markdown; other fences hold code, which stays."""
    name, _, title = token.info.partition("}")
    if not name.startswith("{"):
        return written
    # One that takes whatever directives take: a title on its line, options, a body.
    parsed = parse_directive_text(
        TestDirective, title, token.content, validate_options=False
    )
    classes = parsed.options.get("class", "").split()
    name = next((c for c in classes if c in boxes.KINDS), name[1:])
    title = plain(" ".join(parsed.arguments), page)
    page = page._replace(in_quote=page.in_quote or name == "admonition")
    body = plain("\n".join(parsed.body), page)
    if name == "admonition":
        quoted = f"**{title}**\n\n{body}".split("\n")
        return "\n".join(f"> {line}".rstrip() for line in quoted)
    if name == "prf:proof":
        return f"*Proof.* {body}\n\n∎" if body.endswith("$$") else f"*Proof.* {body} ∎"
    if name == "solution":
        heading = resolve(page, "std", "ref", title).astext().lower()
        return (
            f"<details><summary>Solution of {heading}</summary>\n\n{body}\n\n</details>"
        )
    if name == "exercise":
        heading = resolve(page, "std", "ref", parsed.options["label"]).astext()
        return f"**{heading}: {title}**\n\n{body}"
    if name == "question":
        right = f"Right: choice {parsed.options['right']}."
        folds = "<details><summary>The choices, with their reasons</summary>"
        return f"**Question.** {title}\n\n{folds}\n\n{body}\n\n{right}\n\n</details>"
    if name == "second-reading":
        return f"*For a second reading.* {body}"
    if name.startswith("prf:"):
        heading = resolve(page, "prf", "ref", parsed.options["label"]).astext()
        return f"**{heading}**{f' ({title})' if title else ''}\n\n{body}"
    raise ExtensionError(f"{page.docname}: a download can't show the directive {name}")


def _equation(token: Token, written: str, page: Page) -> str:
    """Return a displayed equation with its number, in a quote on one line.

    Notebooks take what is between the dollars as it stands, with the > of a quote.
    """
    lines = ["$$", *token.content.strip().split("\n"), "$$"]
    if token.info:
        number = resolve(page, "math", "eq", token.info).astext().strip("()")
        lines.insert(-1, f"\\tag{{{number}}}")
    return (" " if page.in_quote else "\n").join(lines)


def _inline(token: Token, written: str, page: Page) -> str:
    """Return the text with its roles and links replaced, each where it stands."""
    place = 0
    for child in token.children:
        if child.type == "myst_role":
            role = child.meta["name"]
            before = f"{{{role}}}`{child.content}`"
            start = written.index(before, place)
            after = _role(role, child.content, page)
        elif child.type == "link_open" and child.info != "auto":
            target = unquote(child.attrs["href"])
            end, ending = min(
                (written.index(ending, place), ending)
                for ending in (f"]({target})", f"](<{target}>)")
                if ending in written[place:]
            )
            start = written.rindex("[", place, end)
            before = written[start:end] + ending
            after = _link(written[start + 1 : end], target, page)
        else:
            continue
        written = written[:start] + after + written[start + len(before) :]
        place = start + len(after)
    return written


def _role(role: str, target: str, page: Page) -> str:
    if role not in _ROLES:
        raise ExtensionError(f"{page.docname}: a download can't show the role {role}")
    return _words(resolve(page, *_ROLES[role], target), page)


def _link(text: str, target: str, page: Page) -> str:
    """Return a link as one to the published site, if it leads to a page of the book."""
    env = page.app.env
    if "://" in target:
        return f"[{text}]({target})"
    if target.startswith("#") and ":" in target:
        return text  # to a state: a live kernel has sliders, and no addresses
    file, _, place = target.partition("#")
    if file:
        docname = env.path2doc(env.relfn2path(file, page.docname)[0])
        text = text or f"“{env.titles[docname].astext()}”"
    else:
        text = text or f"“{resolve(page, 'std', 'ref', place).astext()}”"
        docname, place, *_ = env.get_domain("std").anonlabels[place]
    address = page.app.builder.get_target_uri(docname)
    return linked(text, f"{address}#{place}" if place else address, page)


def resolve(page: Page, domain: str, role: str, target: str) -> nodes.Element:
    """Return what Sphinx makes of a role: a reference, or several with text between.

    All are as from the home page, so that the same is looked up once.
    """
    key = domain, role, target
    if key not in page.found:
        exercises = getattr(page.app.env, "sphinx_exercise_registry", {})
        found = _exercise if target in exercises else _resolve
        page.found[key] = found(page.app, *key)
    return page.found[key]


def _exercise(app: Sphinx, domain: str, role: str, target: str) -> nodes.reference:
    docname = app.env.sphinx_exercise_registry[target]["docname"]
    number = number_of(app.env, docname, "exercise", target)
    address = f"{app.builder.get_target_uri(docname)}#{target}"
    return nodes.reference(
        "", app.config.numfig_format["exercise"] % number, refuri=address
    )


def _resolve(app: Sphinx, domain: str, role: str, target: str) -> nodes.Element:
    home, shown = app.config.root_doc, nodes.literal("", target)
    node = pending_xref(refdomain=domain, refexplicit=False, refdoc=home)
    found = app.env.get_domain(domain).resolve_xref(
        app.env, home, app.builder, role, target, node, shown
    )
    if found is None:
        raise ExtensionError(f"nothing is labeled {target}")
    return found


def _words(node: nodes.Node, page: Page) -> str:
    """Return the words of a resolved role, with their links."""
    if isinstance(node, nodes.reference):
        return linked(node.astext(), node["refuri"], page)
    if isinstance(node, nodes.Text):
        return node.astext()
    return "".join(_words(child, page) for child in node.children)


def linked(text: str, address: str, page: Page) -> str:
    """Return the text, linked to the address in the site if that is published."""
    site = page.app.config.html_baseurl
    return f"[{text}]({urljoin(site, address)})" if site else text


_BLOCKS: dict[str, Callable[[Token, str, Page], str]] = {
    "colon_fence": _block,
    "fence": _block,
    "inline": _inline,
    "math_block": _equation,
    "math_block_label": _equation,
    "myst_target": lambda *_: "",
}
_ROLES = {
    "cite": ("cite", "p"),
    "eq": ("math", "eq"),
    "prf:ref": ("prf", "ref"),
    "ref": ("std", "ref"),
    "numref": ("std", "numref"),
}
