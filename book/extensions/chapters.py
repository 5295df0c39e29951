"""What a chapter is: its part and number, what it asks, needs and covers.

A chapter is a page with a number. It asks the questions that stand together last in its
opening paragraph; it needs the earlier chapters to which its box *Where we stand*
links; it covers the claims of the notes whose labels, such as `p8-notes-n1`, stand in
it. Nothing of it is typed twice.
"""

import re
from itertools import dropwhile, takewhile

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_END_OF_SENTENCE = re.compile(r"(?<=[.?!])\s+|(?<=[.?!][”\"])\s+")
_CLAIM = re.compile(r"-notes-n(\d+)$")


def parts(env: BuildEnvironment) -> dict[str, list[str]]:
    """Return the pages of each part of the book, by its caption.

    A part without a caption goes on with the one before it.
    """
    found, caption = {}, ""
    for tree in env.external_site_map.root.subtrees:
        caption = tree.caption or caption
        found.setdefault(caption, []).extend(tree.items)
    return found


def parts_with_chapters(env: BuildEnvironment) -> dict[str, list[str]]:
    """Return the parts in which a page has a number; other pages close them."""
    return {
        caption: pages
        for caption, pages in parts(env).items()
        if any(chapter_number(env, page) for page in pages)
    }


def part_number(env: BuildEnvironment, docname: str) -> int | None:
    """Return which of the parts that have chapters a page is in; None if in none."""
    found = enumerate(parts_with_chapters(env).values(), start=1)
    return next((number for number, pages in found if docname in pages), None)


def part_of(env: BuildEnvironment, docname: str) -> str:
    """Return the caption of the part in which a page stands."""
    return next(c for c, pages in parts(env).items() if docname in pages)


def chapters(env: BuildEnvironment) -> list[str]:
    """Return the chapters in the order of the book."""
    pages = (page for each in parts(env).values() for page in each)
    return [page for page in pages if chapter_number(env, page)]


def chapter_number(env: BuildEnvironment, docname: str) -> int | None:
    """Return the number of a chapter, None for another page."""
    (number,) = env.toc_secnumbers.get(docname, {}).get("", (None,))
    return number


def question_in(opening: str) -> str:
    """Return the questions that stand together last in a text.

    >>> question_in("So? It fell. Who saw it? And when? Nobody knows.")
    'Who saw it? And when?'
    """
    sentences = _END_OF_SENTENCE.split(" ".join(opening.split()))
    to_the_last = dropwhile(lambda s: not s.endswith("?"), reversed(sentences))
    asked = list(takewhile(lambda s: s.endswith("?"), to_the_last))
    return " ".join(reversed(asked))


def question_of(env: BuildEnvironment, docname: str | None) -> str:
    """Return what a chapter asks; "" for any other page, and for one that doesn't."""
    is_chapter = docname and chapter_number(env, docname)
    return env.metadata[docname].get("asks", "") if is_chapter else ""


def needed(app: Sphinx, doctree: nodes.document, docname: str) -> list[str]:
    """Return the chapters that a chapter needs, in the order of the book.

    The doctree is the one whose links are resolved.
    """
    order = chapters(app.env)
    earlier = order[: order.index(docname)]
    linked = {
        link.get("refuri", "").partition("#")[0]
        for box in doctree.findall(nodes.admonition)
        if "standing" in box["classes"]
        for link in box.findall(nodes.reference)
    }
    return [c for c in earlier if app.builder.get_relative_uri(docname, c) in linked]


def covered(doctree: nodes.document) -> dict[int, str]:
    """Return where on its page a chapter covers which claims: {number: id}."""
    ids = (i for node in doctree.findall(nodes.Element) for i in node.get("ids", ()))
    found = ((_CLAIM.search(i), i) for i in ids)
    return dict(sorted((int(match[1]), i) for match, i in found if match))


def note_question(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what a page asks in its opening for the pages that tell it."""
    page = next(doctree.findall(nodes.section), [])
    opening = next((n for n in page if isinstance(n, nodes.paragraph)), None)
    if opening and (asked := question_in(opening.astext())):
        app.env.metadata[app.env.docname]["asks"] = asked


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-read", note_question)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
