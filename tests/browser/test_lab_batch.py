"""Eight numbers as a batch, typed and normalized: the answers are PyTorch's."""

import re

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch.nn.functional import batch_norm

from tests.browser.labs import open_lab, settled

PAGE = "chapters/p10_batch_normalization.html"
ID = "your-batch"
SAMPLES = ["mean 5", "one far away", "almost equal", "all equal"]


def lab(shared, **options) -> tuple[Page, Locator]:
    """Open the page and wait until the lab is there."""
    page = shared(PAGE, **options)
    figure = open_lab(page, ID)
    expect(figure.locator(".lab-result")).not_to_be_empty()
    return page, figure


def number(text):
    return float(text.replace("−", "-").replace("∞", "inf"))


def double(numbers):
    return torch.as_tensor(numbers, dtype=torch.float64)


def said(figure):
    """Return mean, variance, and the running ones before and after, by what is said."""
    text = figure.locator(".lab-result").inner_text()
    form = r"Mean (\S+), variance (\S+)\. .*mean (\S+) → (\S+), .* (\S+) → (\S+)\."
    return [number(value) for value in re.fullmatch(form, text).groups()]


def outputs(figure):
    """Return z and y of each number in the batch, as they stand below it."""
    texts = figure.locator(".lab-eight output").all_text_contents()
    rows = [
        re.fullmatch(r"z = (\S+)\ny = (\S+)", text).groups() for text in texts if text
    ]
    return double([[number(value) for value in row] for row in rows]).T


def close(shown, expected):
    """Whether numbers of three digits are those of PyTorch."""
    return torch.allclose(double(shown), expected, rtol=6e-3, atol=1e-4)


def check(page, figure, x, gamma=1.0, beta=0.0, eps=1e-5, training=True):
    """Hold that the lab shows what PyTorch makes of the batch; return what it says."""
    settled(page)
    mean, variance, old_mean, new_mean, old_variance, new_variance = said(figure)
    running = double([old_mean]), double([old_variance])
    batch = double(x)[:, None]
    z = batch_norm(batch, *(a.clone() for a in running), training=training, eps=eps)
    batch_norm(batch, *running, training=training)  # changes them, if it trains
    shown = outputs(figure)
    assert close(shown[0], z[:, 0])
    assert close(shown[1], gamma * z[:, 0] + beta)
    assert close([new_mean, new_variance], torch.cat(running))
    if training:
        moments = torch.stack([batch.mean(), batch.var(correction=0)])
        assert close([mean, variance], moments)
    return mean, variance


def fields(figure):
    return [number(each.input_value()) for each in figure.locator(".lab-field").all()]


def choose(figure, name):
    figure.get_by_role("radio", name=name, exact=True).check()


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_sample_is_normalized_as_by_pytorch(shared, sample):
    page, figure = lab(shared)
    figure.get_by_role("button", name=sample, exact=True).click()
    settled(page)
    check(page, figure, fields(figure))


def test_numbers_are_typed(shared):
    page, figure = lab(shared)
    typed = ["−3", "0.5", "1/4", "2e1", "7", "-1", "0", "12"]
    for each, text in zip(figure.locator(".lab-field").all(), typed, strict=True):
        each.fill(text)
    check(page, figure, [-3, 0.5, 0.25, 20.0, 7, -1, 0, 12])
    figure.get_by_role("button", name="Undo").click()
    check(page, figure, [-3, 0.5, 0.25, 20.0, 7, -1, 0, 9])


@pytest.mark.parametrize("size", [4, 2])
def test_the_batch_is_the_first_of_the_eight(shared, size):
    page, figure = lab(shared)
    choose(figure, str(size))
    check(page, figure, fields(figure)[:size])
    assert figure.locator(".lab-field:disabled").count() == 8 - size


def test_keys_move_gamma_and_one_undo_takes_it_back(shared):
    page, figure = lab(shared)
    slider = figure.get_by_role("slider", name="γ")
    slider.focus()
    page.keyboard.press("End")
    check(page, figure, fields(figure), gamma=3.0)
    figure.get_by_role("button", name="Undo").click()
    check(page, figure, fields(figure))


def test_a_finger_moves_epsilon_and_beta(shared):
    page, figure = lab(shared, width=390)
    figure.get_by_role("button", name="almost equal").tap()
    for name, share in (("ε", 0.3), ("β", 0.9)):
        slider = figure.get_by_role("slider", name=name)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        place = {"x": share * box["width"], "y": box["height"] / 2}
        slider.tap(position=place)
    settled(page)
    exponent = float(figure.get_by_role("slider", name="ε").input_value())
    beta = float(figure.get_by_role("slider", name="β").input_value())
    assert exponent != -5
    assert beta > 1
    check(page, figure, fields(figure), beta=beta, eps=10**exponent)


def test_the_kernel_refuses_to_train_on_one_and_evaluates_it(shared):
    page, figure = lab(shared)
    x = fields(figure)
    figure.get_by_role("button", name="Another training step").click()
    check(page, figure, x)
    choose(figure, "1")
    warning = figure.locator(".lab-warning")
    expect(warning).to_contain_text("training needs at least two values")
    choose(figure, "evaluation")
    expect(warning).to_be_empty()
    mean, variance = check(page, figure, x[:1], training=False)
    assert (mean, variance) == (0.5, 1.36)
    figure.get_by_role("button", name="Another training step").click()
    expect(warning).to_have_text("Running statistics move in training only.")


@pytest.mark.parametrize("text", ["abc", "", "NaN", "1e39"])
def test_what_is_no_number_is_told_and_changes_nothing(shared, text):
    page, figure = lab(shared)
    x = fields(figure)
    field = figure.locator(".lab-field").first
    field.fill(text)
    warning = figure.locator(".lab-warning")
    expect(warning).to_have_text(f"Number 1 must be a number, not “{text}”.")
    check(page, figure, x)
    field.fill("6")
    expect(warning).to_be_empty()
    check(page, figure, [6.0, *x[1:]])


def test_a_square_beyond_float32_is_told(shared):
    page, figure = lab(shared)
    figure.locator(".lab-field").first.fill("1e30")
    expect(figure.locator(".lab-warning")).to_contain_text("the variance is ∞")
    settled(page)
    assert said(figure)[1] == torch.inf
    assert not outputs(figure).any()


def test_it_fits_a_phone(shared):
    page, figure = lab(shared, width=390)
    wide = "(figure) => figure.scrollWidth > figure.clientWidth"
    assert not figure.evaluate(wide)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
