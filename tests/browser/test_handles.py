"""Every handle of every explorer, every play button, every phrase that sets a state."""

from pathlib import Path

from tests.browser.test_explorers import find
from tests.site.built import explorers, soup

VISIT = Path(__file__).with_name("visit_handles.js").read_text()


def test_every_handle_does_what_it_says(shared, explorer):
    page, figure = find(shared, explorer)
    page.emulate_media(reduced_motion="reduce")
    seen = figure.evaluate(VISIT)
    assert seen["wrong"] == []
    hint = figure.locator(".explorer-hint")
    assert bool(hint.count()) == any(seen["visited"].values())


def test_most_explorers_answer_to_the_pointer():
    touched = [
        e for e in explorers() if soup(e[0]).find(id=e[1]).select(".explorer-hint")
    ]
    assert len(touched) >= 50


# Each step comes at once, instead of after a while.
PLAY = """() => {
    const { setInterval, clearInterval } = window;
    let step;
    window.setInterval = (next) => ((step = next), 1);
    window.clearInterval = () => (step = undefined);
    const wrong = [];
    const all = [...explorers.values()].flatMap(({ controls }) => controls);
    for (const control of all) {
        const button = control.box.querySelector(".explorer-play");
        if (!button) continue;
        const { at, last, name, values } = control;
        button.click();
        for (let left = last - at || last; step && left; left -= 1) step();
        const { id, dataset: { state } } = button.closest("figure");
        const ended = state.split(",").includes(`${name}=${values[last]}`);
        if (step || !ended || button.getAttribute("aria-pressed") !== "false")
            wrong.push(`${id} ${name}: ${state}`);
    }
    Object.assign(window, { setInterval, clearInterval });
    return wrong;
}"""


def test_every_play_button_runs_to_its_end(shared, chapter):
    assert shared(chapter).evaluate(PLAY) == []


def test_every_phrase_sets_what_it_says(shared, chapter):
    page = shared(chapter)
    page.emulate_media(reduced_motion="reduce")
    wrong = page.evaluate(
        """() => [...document.querySelectorAll("button.try")].filter((button) => {
            const [id, wanted] = button.value.split(":");
            if (!explorers.has(id)) return false;  // a lab's
            button.click();
            const state = document.getElementById(id).dataset.state.split(",");
            return !wanted.split(",").every((pair) => state.includes(pair));
        }).map((button) => button.value)"""
    )
    assert wrong == []
