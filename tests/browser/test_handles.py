"""Every handle of every explorer, every play button, every phrase that sets a state."""

from pathlib import Path

from tests.browser.test_explorers import find
from tests.site.built import explorers, shown_in, soup

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


def test_every_play_button_runs_to_its_end(visit, chapter):
    opened = visit(chapter, clock=True)
    for button in opened.page.locator(".explorer-play").all():
        control = button.locator("xpath=ancestor::*[@data-name]")
        figure = button.locator("xpath=ancestor::figure")
        name = control.get_attribute("data-name")
        explorer = chapter, figure.get_attribute("id")
        values = shown_in(explorer)[0][name]
        start = values.index(shown_in(explorer)[1][name])
        button.evaluate("(button) => button.click()")
        steps = (len(values) - 1 - start) or len(values)
        opened.page.clock.run_for(700 * steps)
        assert f"{name}={values[-1]}" in figure.get_attribute("data-state").split(",")
        assert button.get_attribute("aria-pressed") == "false"


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
