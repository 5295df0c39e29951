"""drawing.js: one drawing is made into another, and what is the same stays in place."""

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.paths import ROOT

# What a reader sees: that the next drawing is there, and how many nodes of it are new.
# Compared with what the browser itself makes of the next drawing.
SHOW = """([first, ...others]) => {
    const nodes = (top) => [top, ...[...top.childNodes].flatMap(nodes)];
    const frame = document.createElement("div");
    document.body.replaceChildren(frame);
    frame.innerHTML = first;
    const drawing = new Drawing(frame, piecesOf(first));
    return others.map((other) => {
        const before = new Set(nodes(frame));
        const wanted = document.createElement("div");
        wanted.innerHTML = other;
        drawing.show(piecesOf(other));
        const there = nodes(frame);
        return {
            right: frame.isEqualNode(wanted),
            fresh: there.filter((node) => !before.has(node)).map((n) => n.nodeName),
        };
    });
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(path=ROOT / "book" / "static" / "drawing.js")
    yield page
    page.close()


def svg(inner: str) -> str:
    return f'<svg viewBox="0 0 9 9" style="width:9px">{inner}</svg>'


def shown(page: Page, *drawings: str) -> list[list[str]]:
    """Show one after the other; hold that each is right, return what nodes were new."""
    found = page.evaluate(SHOW, drawings)
    assert [each["right"] for each in found] == [True] * len(found)
    return [each["fresh"] for each in found]


# (what is drawn, what is drawn next, the nodes that must be new)
STEPS = {
    "nothing changes": ('<path d="M0 0"/>', '<path d="M0 0"/>', []),
    "an attribute": ('<path d="M0 0"/>', '<path d="M1 0"/>', []),
    "an attribute more": ("<path/>", '<path d="M1 0"/>', []),
    "an attribute less": ('<path d="M0 0" class="a"/>', '<path d="M0 0"/>', []),
    "empty": ('<g clip-path="" id="a"/>', '<g clip-path="b" id=""/>', []),
    "a sign that is escaped": ("<g/>", '<g data-says="1 &lt; 2 &amp; 3"/>', []),
    "a text": ('<text x="1">ab</text>', '<text x="1">b &lt; c</text>', []),
    "within a group": ("<g><g><path/></g></g>", '<g><g><path d="M"/></g></g>', []),
    "another kind": ("<path/><rect/>", "<circle/><rect/>", ["circle"]),
    "a text for a part": (
        "<text>a</text>",
        "<text><tspan>b</tspan></text>",
        ["tspan", "#text"],
    ),
    "one more at the end": ("<path/>", "<path/><rect/>", ["rect"]),
    "one more before": ("<rect/>", "<path/><rect/>", ["path"]),
    "some more between": ("<path/><use/>", "<path/><rect/><g/><use/>", ["rect", "g"]),
    "one less before": ("<path/><rect/>", "<rect/>", []),
    "one less at the end": ("<path/><rect/>", "<path/>", []),
    "all less": ("<g><path/><rect/></g>", "<g></g>", []),
    "all more": ("<g/>", "<g><path/>a<rect/></g>", ["path", "#text", "rect"]),
    "of many alike": ("<g/><g/><g/>", "<g/>", []),
    "elements whose names have capitals": (
        "<defs></defs>",
        '<defs><clipPath id="p"><rect/></clipPath></defs>',
        ["clipPath", "rect"],
    ),
    "a link to another part": (
        '<use xlink:href="#a" x="1"/>',
        '<use xlink:href="#b" x="1"/>',
        [],
    ),
    "a link that was not there": ("<use/>", '<use xlink:href="#b"/>', []),
}


@pytest.mark.parametrize("step", STEPS)
def test_only_what_differs_is_put_into_the_page(page, step):
    first, then, fresh = STEPS[step]
    assert shown(page, svg(first), svg(then)) == [fresh]


def test_every_drawing_can_come_after_every_other(page):
    drawings = [svg(each) for step in STEPS.values() for each in step[:2]]
    pairs = itertools.permutations(dict.fromkeys(drawings), 2)
    shown(page, *(drawing for pair in pairs for drawing in pair))


def test_a_frame_may_hold_several_drawings(page):
    one, two = svg("<path/>"), svg("<rect/>")
    assert shown(page, one, one + two, two) == [["svg", "rect"], []]


def test_what_others_have_put_beside_the_drawing_goes(page):
    assert (
        page.evaluate(
            """() => {
            const frame = document.createElement("div");
            frame.innerHTML = "<svg><path/></svg>";
            const drawing = new Drawing(frame, piecesOf("<svg><path/></svg>"));
            frame.firstChild.prepend(document.createElement("b"));
            frame.firstChild.append("of a browser's extension");
            drawing.show(piecesOf('<svg><path d="M0 0"/><g/></svg>'));
            return frame.innerHTML;
        }"""
        )
        == '<svg><path d="M0 0"></path><g></g></svg>'
    )
