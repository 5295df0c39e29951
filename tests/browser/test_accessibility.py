"""What readers need who use a keyboard, a screen reader, large print or calm pages."""

import pytest

from tests.browser.labs import open_lab
from tests.paths import ROOT
from tests.site.built import LAY_OUT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# What is folded is looked at too: axe passes over it otherwise.
UNFOLD = """() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    for (const fold of document.querySelectorAll(".toggle-button-hidden")) fold.click();
}"""
# Most elements are pieces of formulas and drawings, which listeners hear as one, words
# of code in few colors, and rows of states that are alike; axe's time grows with what
# is on the page.
THIN_OUT = """() => {
    for (const row of document.querySelectorAll(".explorer-states tr:nth-child(n+3)"))
        row.remove();
    for (const formula of document.querySelectorAll(".katex"))
        formula.textContent = "formula";
    for (const drawing of document.querySelectorAll("[role=img] svg"))
        drawing.replaceChildren();
    const seen = new Set();
    for (const word of document.querySelectorAll(".highlight span[class]")) {
        const kind = word.className + word.closest("div:not(.highlight)").className;
        if (seen.has(kind)) word.replaceWith(...word.childNodes);
        seen.add(kind);
    }
}"""
VIOLATIONS = """async ([part, rules]) => {
    if (!document.querySelector(part)) return [];
    const place = { include: part, exclude: [".katex", "[role=img] svg"] };
    const all = { rules: { "target-size": { enabled: true } } };  // off by itself
    const which = rules ? { runOnly: rules } : all;
    const found = await axe.run(place, { resultTypes: ["violations"], ...which });
    return found.violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target} ${node.html.slice(0, 150)}`));
}"""
# Only explorers differ from state to state.
MOVE_TO_LAST_AND_KEEP_EXPLORERS = """() => {
    const all = typeof explorers === "undefined" ? [] : explorers.values();
    for (const explorer of all) {
        for (const control of explorer.controls) control.at = control.last;
        explorer.show();
    }
    const figures = document.querySelectorAll("figure.explorer");
    document.querySelector("article").replaceChildren(...figures);
}"""


def laid_open(visit, path, width=1280):
    """Return a page with all that axe is to look at, and axe."""
    page = visit(path, width=width, reduced_motion="reduce").page
    page.evaluate(LAY_OUT)  # else what is out of sight has no colors to compare
    page.evaluate(UNFOLD)
    page.evaluate(THIN_OUT)
    page.evaluate(AXE.read_text())
    return page


def violations(page, part):
    """Return what axe finds in a part; themes differ in nothing but colors."""
    found = page.evaluate(VIOLATIONS, [part, None])
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(VIOLATIONS, [part, ["color-contrast"]])
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.of_some  # the costliest test of all
def test_axe_finds_nothing_in_either_theme(visit, path):
    page = laid_open(visit, path)
    found = violations(page, "html")
    page.evaluate(MOVE_TO_LAST_AND_KEEP_EXPLORERS)
    assert found + violations(page, "figure.explorer") == []


@pytest.mark.of_each_kind
def test_axe_finds_nothing_on_a_phone_in_either_theme(visit, path):
    assert violations(laid_open(visit, path, width=390), "html") == []


FOLLOW_FOCUS = """() => {
    // A radio button's face is its text or picture, and a group is one stop.
    const face = (e) => (e.type === "radio" ? e.nextElementSibling : e);
    const look = (e) => {
        const style = getComputedStyle(face(e));
        return ["outline", "boxShadow", "background", "border", "textDecoration"]
            .map((name) => style[name]).join();
    };
    const shown = (e) => e.checkVisibility({ visibilityProperty: true })
        && e.getBoundingClientRect().width > 0;
    const wanted = "a[href], button, summary, input, select, textarea, [tabindex='0']";
    for (const alike of [...document.querySelectorAll("article a[href]")].slice(40))
        alike.remove();
    const before = new Map([...document.querySelectorAll(wanted)]
        .filter((e) => shown(e) && !e.disabled && e.tabIndex >= 0)
        .filter((e) => e.type !== "radio" || e.checked)
        .map((e) => [e, look(e)]));
    const words = (e) => e.outerHTML.slice(0, 120);
    window.unseen = [];
    window.unreached = () => [...before.keys()].map(words);
    document.addEventListener("focusin", ({ target }) => {
        const clear = face(target).checkVisibility({ opacityProperty: true });
        if (!clear || look(target) === before.get(target)) unseen.push(words(target));
        before.delete(target);
        // In an editor Tab indents, until Escape is pressed.
        if (!target.matches(".editor-live textarea")) return;
        target.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    });
    return before.size;
}"""


@pytest.mark.of_each_kind
def test_everything_is_reached_by_tab_and_seen_when_it_is(visit, path):
    page = visit(path, reduced_motion="reduce").page  # no style fades in later
    waiting = page.evaluate(FOLLOW_FOCUS)
    for number in range(waiting + 60):  # boxes that scroll are stops too
        page.keyboard.press("Tab")
        if number >= waiting and not page.evaluate("unreached()"):
            break
    assert page.evaluate("unreached()") == []
    assert page.evaluate("unseen") == []


DRAWERS = {"Chapters": ".sidebar-drawer", "On this page": ".toc-drawer"}


@pytest.mark.parametrize("name", DRAWERS)
def test_a_keyboard_opens_and_closes_the_drawers(visit, name):
    page = visit("chapters/p12_attention.html", width=640, reduced_motion="reduce").page
    links = page.locator(f"{DRAWERS[name]} a[href]")
    button = page.get_by_role("button", name=name).locator("visible=true")
    assert not any(link.is_visible() for link in links.all())
    assert button.get_attribute("aria-expanded") == "false"
    button.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    assert links.last.is_visible()
    assert page.evaluate(f"!!document.activeElement.closest('{DRAWERS[name]}')")
    page.keyboard.press("Escape")
    assert button.get_attribute("aria-expanded") == "false"
    assert not links.last.is_visible()
    assert button.evaluate("(button) => document.activeElement === button")


@pytest.mark.parametrize("name", DRAWERS)
def test_a_drawer_closes_when_the_focus_leaves_it(visit, name):
    page = visit("chapters/p12_attention.html", width=640, reduced_motion="reduce").page
    links = page.locator(f"{DRAWERS[name]} a[href]")
    button = page.get_by_role("button", name=name).locator("visible=true")
    button.press("Enter")
    links.first.focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement !== document.body")
    assert button.get_attribute("aria-expanded") == "false"
    assert not links.last.is_visible()


def test_each_folded_solution_says_which_it_is(visit):
    page = visit("chapters/p12_attention.html").page
    buttons = page.locator(".solution .toggle-button")
    names = buttons.evaluate_all("(all) => all.map((button) => button.ariaLabel)")
    assert len(set(names)) == len(names) >= 3
    assert all(name.startswith("Solution to Exercise") for name in names)


def test_the_contents_show_and_name_the_chapter_that_is_read_at_once(visit):
    page = visit("chapters/p13_language_model.html").page
    current = page.locator(".sidebar-tree [aria-current=page]")
    assert current.get_attribute("href") == "#"
    assert page.evaluate(
        """() => {
            const link = document.querySelector(".sidebar-tree .current-page > a");
            const { top, bottom } = link.getBoundingClientRect();
            return 0 <= top && bottom <= innerHeight;
        }"""
    )


@pytest.mark.of_each_kind
def test_nothing_moves_for_readers_who_asked_for_calm(shared, path):
    page = shared(path)
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*:not(.katex *, svg *)")].flatMap((e) =>
            ["", "::before", "::after"].map((part) => [e, getComputedStyle(e, part)]))
            .filter(([, style]) => parseFloat(style.transitionDuration) > 0.01
                || style.animationName !== "none" || style.scrollBehavior !== "auto")
            .map(([e]) => e.outerHTML.slice(0, 100))"""
    )
    assert moving == []


@pytest.mark.of_each_kind
def test_at_twice_the_size_nothing_is_cut_and_sliders_answer(shared, path):
    # 1280 pixels at 200% are 640 pixels of twice the density.
    page = shared(path, width=640, device_scale_factor=2)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 640
    for explorer in page.locator("figure.explorer").all():
        before = explorer.get_attribute("data-state")
        explorer.locator("input:not(:checked)").first.focus()
        for key in (" ", "Home", "End"):  # radio buttons, a slider
            if explorer.get_attribute("data-state") == before:
                page.keyboard.press(key)
        assert explorer.get_attribute("data-state") != before
        box = explorer.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 640


def test_at_four_times_the_size_nothing_covers_a_picture(visit):
    page = visit("chapters/p11_stride_and_padding.html").page
    page.set_viewport_size({"width": 320, "height": 256})
    covered = page.locator(".explorer-frame").evaluate_all(
        """(frames) => frames.filter((frame) => {
            frame.scrollIntoView({ block: "center", behavior: "instant" });
            const seen = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
            return !seen.closest(".explorer-frame");
        }).length"""
    )
    assert covered == 0


PLACES = ["chapters/p11_stride_and_padding.html", "chapters/p12_attention.html"]

PAPER = """() => getComputedStyle(
    document.querySelector(".explorer-frame [style*='--tb-paper']")).fill"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", PLACES)
def test_in_the_systems_colors_one_sees_what_is_chosen(visit, place, scheme):
    page = visit(place, forced_colors="active", color_scheme=scheme).page
    for lab in page.locator("figure.lab").all():
        open_lab(page, lab.get_attribute("id"))
    faces = page.locator(":is(.explorer-options, .lab-choice) input:checked + *")
    others = page.locator(":is(.explorer-options, .lab-choice) input:not(:checked) + *")
    ground = "(all) => all.map((e) => getComputedStyle(e).backgroundColor)"
    chosen = faces.evaluate_all(ground)
    assert len(chosen) >= 2
    assert not set(chosen) & set(others.evaluate_all(ground))


def test_in_the_systems_colors_drawings_follow_it_and_not_the_chosen_theme(visit):
    page = visit(PLACES[0], forced_colors="active", color_scheme="dark").page
    page.evaluate("document.body.dataset.theme = 'dark'")
    dark = page.evaluate(PAPER)
    page.evaluate("document.body.dataset.theme = 'light'")
    assert page.evaluate(PAPER) == dark
