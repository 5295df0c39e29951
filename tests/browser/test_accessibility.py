"""What readers need who use a keyboard, a screen reader, large print or calm pages."""

import pytest
from paths import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# What is folded is looked at too: axe passes over it otherwise.
UNFOLD = """() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
}"""
VIOLATIONS = """async () => {
    const found = await axe.run({ resultTypes: ["violations"] });
    return found.violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => `${id}: ${help}: ${node.target} ${node.html.slice(0, 150)}`));
}"""
MOVE_TO_LAST = """() => {
    for (const slider of document.querySelectorAll(".explorer input")) {
        slider.value = slider.max;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
    }
}"""
# Only explorers differ from state to state; axe's time grows with what is on the page.
KEEP_EXPLORERS = """() => {
    const explorers = document.querySelectorAll("figure.explorer");
    document.querySelector("article").replaceChildren(...explorers);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(shared, path, scheme):
    page = shared(path)
    page.emulate_media(color_scheme=scheme)
    page.evaluate(UNFOLD)
    page.evaluate(AXE.read_text())
    assert page.evaluate(VIOLATIONS) == []


def test_axe_finds_nothing_on_explorers_in_their_last_state(visit, explorer_path):
    page = visit(explorer_path).page
    page.evaluate(MOVE_TO_LAST)
    page.evaluate(KEEP_EXPLORERS)
    page.evaluate(UNFOLD)
    page.evaluate(AXE.read_text())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(VIOLATIONS) == []


def test_every_figure_says_something_of_its_own(shared, path):
    # A generated figure's text is what its function says of it and the sliders' values.
    texts = shared(path).evaluate(
        """() => [...document.querySelectorAll("article img, article [role=img]")]
            .filter((e) => !e.closest("[aria-hidden=true]"))
            .map((e) => (e.alt ?? e.dataset.description ?? e.ariaLabel ?? "").trim())"""
    )
    assert [text for text in texts if len(text) <= 20] == []
    assert len(texts) == len(set(texts))


# The state of each element that takes the focus, before and while it has it.
LOOK = """() => {
    const name = (e) => (e.id || e.textContent || e.outerHTML).trim().slice(0, 60);
    const style = (e) => {
        const s = getComputedStyle(e);
        return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow,
                s.backgroundColor, s.textDecorationLine, s.borderColor].join();
    };
    const shown = (e) => e.checkVisibility({ visibilityProperty: true })
        && e.getBoundingClientRect().width > 0;
    const wanted = "a[href], button, summary, input, select, textarea, [tabindex='0']";
    const all = [...document.querySelectorAll(wanted)].filter(shown)
        .filter((e) => !e.disabled && e.tabIndex >= 0);
    window.waiting = new Map(all.map((e) => [e, style(e)]));
    window.unseen = [];
    document.addEventListener("focusin", ({ target: e }) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(e);
        const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
        if (waiting.has(e) && !outlined && style(e) === waiting.get(e)) unseen.push(name(e));
        waiting.delete(e);
    });
    window.left = () => [...waiting.keys()].map(name);
    return all.length;
}"""


def test_everything_is_reached_by_tab_and_seen_when_it_is(visit, path):
    page = visit(path).page
    for _ in range(page.evaluate(LOOK) + 5):
        page.keyboard.press("Tab")
    assert page.evaluate("left()") == []
    assert page.evaluate("unseen") == []
