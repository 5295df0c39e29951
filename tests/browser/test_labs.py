"""Every lab: it opens, answers as PyTorch does, and can be used by everyone."""

import pytest
import torch

from tests.browser.labs import open_lab, settled
from tests.browser.test_accessibility import AXE, VIOLATIONS
from tests.lesson.graphs_in_torch import assert_agrees, run
from tests.site.built import SITE, lab_data, labs

ANSWER = """([name, inputs, options]) => Object.fromEntries(
    Object.entries(labs.get(name).run(inputs, options)).map(
        ([key, tensor]) => [key, [...tensor.flat]]))"""


@pytest.fixture
def name(each_lab):
    return each_lab[1]


@pytest.fixture
def page(shared, each_lab):
    return shared(each_lab[0])


def test_it_answers_as_pytorch_does_on_its_samples(page, name):
    open_lab(page, name)
    data = lab_data(name)
    options = {key: values[0] for key, values in data["options"].items()}
    graph = data["graphs"][",".join(f"{k}={v}" for k, v in options.items())]
    for inputs in data["samples"].values():
        found = page.evaluate(ANSWER, [name, inputs, options])
        expected = run(graph, data["constants"], inputs)
        assert found.keys() == expected.keys()
        true = run(graph, data["constants"], inputs, real=torch.float64)
        for key, tensor in expected.items():
            answer = torch.tensor(found[key]).reshape(tensor.shape)
            assert_agrees(answer, tensor, true[key], key)


def test_every_sample_and_option_is_shown_and_told(page, name):
    figure = open_lab(page, name)
    data = lab_data(name)
    settings = {"sample": list(data["samples"])} | data["options"]
    for key, values in settings.items():
        for value in values[:8]:
            page.evaluate("([n, s]) => labs.get(n).set(s)", [name, {key: value}])
            settled(page)
            assert figure.locator(".lab-result").text_content().strip()


def test_each_phrase_of_the_text_sets_it(page, name):
    figure = open_lab(page, name)
    for phrase in page.locator(f"button.try[value^='{name}:']").all():
        phrase.evaluate("(button) => button.click()")
        settled(page)
        assert figure.locator(".lab-result").text_content().strip()


def test_of_all_that_changes_only_words_are_read_aloud(page, name):
    live = open_lab(page, name).locator("output:not([aria-live=off])")
    assert live.count() == 0


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_in_it(shared, each_lab, name, theme, width):
    page = shared(each_lab[0], width=width)
    page.emulate_media(color_scheme=theme)
    # Below the bar at the top of a phone, which else hides part of a button from axe.
    open_lab(page, name).evaluate("(lab) => lab.scrollIntoView()")
    settled(page)
    page.evaluate(AXE.read_text())
    # The reader's examples may lie on one another; each has a Tab stop of its own.
    overlapping = "target-size", "lab-dot"
    found = page.evaluate(VIOLATIONS, [f"#{name}", None])
    assert [f for f in found if not all(part in f for part in overlapping)] == []


def test_it_fits_a_phone(shared, each_lab, name):
    figure = open_lab(shared(each_lab[0], width=390), name)
    wide = figure.evaluate(
        """(figure) => [...figure.querySelectorAll("*")].filter((e) =>
            e.getBoundingClientRect().right > figure.getBoundingClientRect().right + 1
            && !e.closest(".lab-scroll")).map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert wide == []


def test_it_works_from_the_disk(visit, each_lab, name):
    page = visit(each_lab[0], source=SITE.as_uri()).page
    figure = open_lab(page, name)
    assert figure.locator(".lab-result").text_content().strip()


def test_nothing_is_fetched_before_it_is_near(visit, each_lab, name):
    opened = visit(each_lab[0])
    figure = opened.page.locator(f"#{name}")
    far = figure.evaluate("(f) => f.getBoundingClientRect().top > 2.1 * innerHeight")
    asked = [address for address in opened.brought if f"/labs/{name}.js" in address]
    assert not (far and asked)


def test_there_are_labs():
    assert len(labs()) >= 7


@pytest.mark.parametrize("width", [1280, 390])
def test_its_room_is_kept_before_it_opens(shared, each_lab, name, width):
    page = shared(each_lab[0], width=width)
    view = open_lab(page, name).locator(".lab-view")
    kept, needed = view.evaluate(
        """(view) => {
            const kept = parseFloat(getComputedStyle(view).minHeight);
            view.style.minHeight = 0;
            return [kept, view.offsetHeight];
        }"""
    )
    assert needed <= kept <= needed + 60
