"""Ten examples on a line, dragged, typed and relabeled: their losses are PyTorch's."""

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from scipy.stats import norm

from tests.browser.labs import open_lab, settled, touch

PAGE = "chapters/p08_threshold_and_loss.html"
ID = "ten-examples"


def lab(shared, **options) -> tuple[Page, Locator]:
    """Open the page and wait until the lab is there."""
    page = shared(PAGE, **options)
    figure = open_lab(page, ID)
    expect(figure.locator(".lab-result")).not_to_be_empty()
    return page, figure


def examples(figure):
    """Return the ten values and labels that the dots show."""
    dots = figure.locator("[role=slider]").all()
    x = [float(dot.get_attribute("aria-valuenow")) for dot in dots]
    return torch.tensor(x), torch.tensor([int(dot.inner_text()) for dot in dots])


def told(number, places):
    return f"{number:.{places}f}".replace("-", "−")


def sentence(x, y):
    """Return what the lab should say: each threshold tried on each example."""
    ends = x.unique()
    halves = (ends[1:] + ends[:-1]) / 2
    thresholds = torch.tensor([-torch.inf, *halves, torch.inf])
    losses = ((x >= thresholds[:, None]) != y).double().mean(dim=1)
    tied = losses == losses.min()
    t, ties, training = thresholds[tied][0].item(), tied.sum(), losses.min().item()
    where = {-torch.inf: "below all", torch.inf: "above all"}.get(t, told(t, 2))
    tie = f" ({ties} tie; the smallest is taken)" if ties > 1 else ""
    everywhere = (norm.sf(t) + norm.cdf(t - 2)) / 2
    gap, excess = everywhere - training, everywhere - norm.cdf(-1)
    equal = " No threshold separates equal values." if len(ends) < len(x) else ""
    return (
        f"Fitted threshold {where}{tie}: loss {told(training, 2)} on the ten, "
        f"{told(everywhere, 3)} in the population. Generalization gap {told(gap, 3)}, "
        f"excess loss {told(excess, 3)}.{equal}"
    )


def check(figure):
    """Hold that the lab says what PyTorch finds for the examples that it shows."""
    expect(figure.locator(".lab-result")).to_have_text(sentence(*examples(figure)))


def place(page, dot):
    """Return the value of a dot, when what was done last is shown."""
    settled(page)
    return float(dot.get_attribute("aria-valuenow"))


def middle(dot):
    box = dot.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("sample", ["one draw", "an unlucky draw", "all labels wrong"])
def test_each_sample_is_fitted_as_by_pytorch(shared, sample):
    page, figure = lab(shared)
    figure.get_by_role("button", name=sample, exact=True).click()
    place(page, figure.locator("[role=slider]").first)
    check(figure)


def test_a_drag_is_one_step(shared):
    page, figure = lab(shared)
    dot = figure.locator("[role=slider]").nth(1)
    before = place(page, dot)
    x, y = middle(dot)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 120, y + 30, steps=8)
    page.mouse.up()
    assert place(page, dot) < before - 0.5
    check(figure)
    figure.get_by_role("button", name="Undo").click()
    assert place(page, dot) == before
    check(figure)


def test_a_finger_drags_a_dot_and_does_not_scroll(shared):
    page, figure = lab(shared, width=390)
    dot = figure.locator("[role=slider]").nth(1)
    dot.scroll_into_view_if_needed()
    before, scrolled = place(page, dot), page.evaluate("scrollY")
    x, y = middle(dot)
    touch(page, [(x - far, y + far / 2) for far in range(0, 90, 15)])
    assert place(page, dot) < before - 0.5
    assert page.evaluate("scrollY") == scrolled
    check(figure)


def test_keys_move_a_dot_and_flip_its_label(shared):
    page, figure = lab(shared)
    dot = figure.locator("[role=slider]").nth(4)
    before, label = place(page, dot), dot.inner_text()
    dot.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(dot).to_have_text("1" if label == "0" else "0")
    assert abs(place(page, dot) - (before - 0.2)) < 1e-6
    check(figure)


@pytest.mark.parametrize("how", ["double click", "button"])
def test_a_label_is_flipped(shared, how):
    _, figure = lab(shared)
    dot = figure.locator("[role=slider]").nth(1)
    label = dot.inner_text()
    if how == "double click":
        dot.dblclick()
    else:
        dot.click()
        figure.get_by_role("button", name="Flip the label").click()
    expect(dot).to_have_text("1" if label == "0" else "0")
    check(figure)
    figure.get_by_role("button", name="Back to the sample").click()
    expect(dot).to_have_text(label)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("abc", "x must be a number, not “abc”."),
        ("", "x must be a number, not “”."),
        ("1e9", "x must lie on the line, from −3 to 5."),
    ],
)
def test_what_is_no_place_on_the_line_is_told_and_changes_nothing(
    shared, text, warning
):
    _, figure = lab(shared)
    before = figure.locator(".lab-result").inner_text()
    figure.locator("input").fill(text)
    expect(figure.locator(".lab-warning")).to_have_text(warning)
    assert figure.locator(".lab-result").inner_text() == before
    figure.locator("input").fill("−1/2")
    expect(figure.locator(".lab-warning")).to_be_empty()
    check(figure)


def test_equal_values_are_not_parted(shared):
    _, figure = lab(shared)
    x, _ = examples(figure)
    figure.locator("input").fill(f"{x[1]:.2f}")
    expect(figure.locator(".lab-result")).to_contain_text("No threshold separates")
    check(figure)


def test_it_fits_a_phone(shared):
    page, figure = lab(shared, width=390)
    wide = "(figure) => figure.scrollWidth > figure.clientWidth"
    assert not figure.evaluate(wide)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
