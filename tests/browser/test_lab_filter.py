"""The lab Your own photograph: what is brought and edited, against PyTorch."""

import base64
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

from tests.browser.labs import PIXELS, open_lab, settled
from tests.lesson.graphs_in_torch import run
from tests.site.built import lab_data

PAGE = "chapters/p11_stride_and_padding.html"
NAME = "your-photograph"
SIZE = 106, 160
SEEN = """(figure) => figure.querySelector("canvas").toDataURL()
    + figure.querySelector(".lab-warning").textContent.replace(/.*files came.*/, "")"""
HAND_OVER = """(figure, [files, kind]) => {
    const dataTransfer = new DataTransfer();
    for (const [name, type, text] of files) {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        dataTransfer.items.add(new File([bytes], name, { type }));
    }
    const how = { bubbles: true, cancelable: true };
    const target = figure.querySelector("[tabindex]");
    target.focus();
    target.dispatchEvent(kind === "drop"
        ? new DragEvent("drop", { ...how, dataTransfer })
        : new ClipboardEvent("paste", { ...how, clipboardData: dataTransfer }));
}"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="106">{}</svg>'


@pytest.fixture
def figure(shared):
    """The lab's figure on a phone, which answers to a pointer and to touch."""
    page = shared(PAGE, width=390)
    figure = open_lab(page, NAME)
    return figure


def encoded(pixels, kind="PNG"):
    """A picture's file."""
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(buffer, kind)
    return buffer.getvalue()


def noise(rows=SIZE[0], columns=SIZE[1]):
    return np.random.default_rng(5).integers(0, 256, (rows, columns), dtype=np.uint8)


def bring(figure, how, *files):
    """Give files (name, type, bytes) to the figure, and wait until they are read."""
    before = figure.evaluate(f"(figure) => ({SEEN})(figure)")
    if how == "choose":
        ((name, kind, data),) = files
        given = {"name": name, "mimeType": kind, "buffer": data}
        with figure.page.expect_file_chooser() as chooser:
            figure.get_by_role("button", name="Your photograph…").click()
        chooser.value.set_files(given)
    else:
        texts = [(n, kind, base64.b64encode(b).decode()) for n, kind, b in files]
        figure.evaluate(HAND_OVER, [texts, how])
    figure.page.wait_for_function(
        f"([figure, before]) => ({SEEN})(figure) !== before",
        arg=[figure.element_handle(), before],
    )
    settled(figure.page)


def warning(figure):
    return figure.locator(".lab-warning").inner_text()


def press(figure, name):
    figure.get_by_role("button", name=name, exact=True).click()
    settled(figure.page)


def choose(figure, group, value):
    box = figure.get_by_role("group", name=group)
    box.get_by_role("radio", name=str(value), exact=True).check()
    settled(figure.page)


def number(text):
    return float(text.replace("−", "-"))


def weights(figure):
    """The filter as its fields have it, to which the rest of 5×5 is of no account."""
    fields = [
        number(f.input_value()) for f in figure.locator(".lab-weights input").all()
    ]
    return torch.tensor(fields).reshape(1, 1, 5, 5)


def options(figure):
    """What is chosen, by the options' names."""
    chosen = [
        box.locator("label:has(:checked)").inner_text()
        for box in figure.locator("fieldset").all()
    ]
    *numbers, mode = chosen
    names = "kernel_size", "stride", "dilation", "padding"
    return dict(zip(names, map(int, numbers), strict=True)), mode


def outputs(figure, levels):
    """What PyTorch's own layers give for the photograph and the lab's settings."""
    chosen, mode = options(figure)
    edge, p = (5 - chosen["kernel_size"]) // 2, chosen["padding"]
    w = weights(figure)[..., edge : 5 - edge, edge : 5 - edge]
    photo = torch.as_tensor(levels, dtype=torch.float32).reshape(1, 1, *SIZE) / 255
    fill = {"zeros": ("constant", 0.0), "mean": ("constant", photo.mean().item())}
    how = fill.get(mode, (mode, None))
    framed = torch.nn.functional.pad(photo, 4 * [p], *how)
    steps = {name: chosen[name] for name in ("stride", "dilation")}
    return framed, torch.nn.functional.conv2d(framed, w, **steps)


def assert_shows(figure, levels):
    """Hold that both pictures and the sizes are what PyTorch makes of the levels."""
    framed, y = outputs(figure, levels)
    said = figure.locator(".lab-result").inner_text()
    after = "×".join(map(str, y.shape[2:]))
    assert said.startswith("106×160 becomes ") or framed.shape == y.shape
    assert f"{after}. " in said
    low, high = map(number, re.findall(r"(−?[\d.]+) or", said))
    assert ("Gray is 0" in said) == (low == -high)
    seen = [canvas.evaluate(PIXELS) for canvas in figure.locator("canvas").all()]
    assert (torch.tensor(seen[0]) - 255 * framed.flatten()).abs().max() < 1
    expected = (255 * (y.flatten() - low) / (high - low)).clamp(0, 255)
    most = 1 + 255 * 0.005 / (high - low)  # black and white are told to two digits
    assert (torch.tensor(seen[1]) - expected).abs().max() < most


def temple():
    return lab_data(NAME)["samples"]["the temple"][0]


def test_it_begins_with_the_edges_of_the_temple(figure):
    assert options(figure)[0] == dict(kernel_size=3, stride=1, dilation=1, padding=0)
    assert_shows(figure, temple())


@pytest.mark.parametrize(
    ("kernel_size", "stride", "dilation"), [(3, 1, 1), (3, 2, 2), (5, 1, 2), (5, 2, 1)]
)
def test_the_output_is_what_pytorch_makes_of_it(figure, kernel_size, stride, dilation):
    press(figure, "random")
    choose(figure, "kernel size:", kernel_size)
    choose(figure, "stride:", stride)
    choose(figure, "dilation:", dilation)
    for padding, mode in [(0, "zeros"), (1, "mean"), (2, "reflect"), (2, "circular")]:
        choose(figure, "padding:", padding)
        choose(figure, "padding mode:", mode)
        assert_shows(figure, temple())


def test_the_graph_is_that_of_pytorch_under_every_option():
    data = lab_data(NAME)
    inputs = data["samples"]["the flower"]
    assert len(data["graphs"]) == 24
    for key, graph in data["graphs"].items():
        chosen = {k: int(v) for k, v in (pair.split("=") for pair in key.split(","))}
        found = run(graph, data["constants"], inputs)
        photo = torch.tensor(inputs[0]).reshape(1, 1, *SIZE) / 255
        edge, p = (5 - chosen["kernel_size"]) // 2, chosen["padding"]
        w = torch.tensor(inputs[1]).reshape(1, 1, 5, 5)
        w = w[..., edge : 5 - edge, edge : 5 - edge]
        steps = {name: chosen[name] for name in ("stride", "dilation", "padding")}
        expected = torch.nn.functional.conv2d(photo, w, **steps)
        torch.testing.assert_close(found["output"], expected, rtol=1e-5, atol=1e-5)
        assert found["framed"].shape[2:] == (SIZE[0] + 2 * p, SIZE[1] + 2 * p)


@pytest.mark.parametrize("how", ["choose", "drop", "paste"])
def test_a_photograph_of_the_readers_own_is_filtered(figure, how):
    bring(figure, how, ("noise.png", "image/png", encoded(noise())))
    assert warning(figure) == ""
    assert_shows(figure, noise())
    press(figure, "Undo")
    assert_shows(figure, temple())


def test_colors_become_their_mean_and_a_tall_picture_loses_what_sticks_out(figure):
    colors = np.stack([noise(), noise()[::-1], noise()[:, ::-1]], axis=2)
    tall = np.concatenate([0 * colors, colors, 0 * colors])
    bring(figure, "choose", ("tall.png", "image/png", encoded(tall)))
    assert_shows(figure, colors.mean(axis=2))


def test_a_large_photograph_is_averaged(figure):
    large = noise(3 * SIZE[0], 2 * SIZE[0] * 3)
    large[:, : large.shape[1] // 2] //= 4
    bring(figure, "drop", ("large.png", "image/png", encoded(large)))
    pixels = figure.locator("canvas").first.evaluate(PIXELS)
    left, right = np.array(pixels).reshape(SIZE)[:, [10, -10]].T
    assert left.mean() == pytest.approx(32, abs=8)
    assert right.mean() == pytest.approx(128, abs=16)
    assert right.std() < 50  # that of the noise is 74


UNREADABLE = "“{}” is not a picture that this browser can read."
BAD = {
    "note.txt": ("text/plain", b"hello", UNREADABLE),
    "note.png": ("image/png", b"hello", UNREADABLE),
    "cut.png": ("image/png", encoded(noise())[:300], UNREADABLE),
    "empty.png": ("image/png", b"", UNREADABLE),
    "cut.svg": ("image/svg+xml", b"<svg>", UNREADABLE),
    "large.png": (
        "image/png",
        encoded(np.zeros((10_000, 10_000))),
        "“{}” has 10000×10000 pixels, more than 64 million.",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_told_in_a_line_and_nothing_is_lost(figure, name):
    kind, data, line = BAD[name]
    press(figure, "random")
    before = weights(figure)
    bring(figure, "drop", (name, kind, data))
    assert warning(figure) == line.format(name)
    assert torch.equal(weights(figure), before)
    assert_shows(figure, temple())
    bring(figure, "choose", ("noise.png", "image/png", encoded(noise())))
    assert warning(figure) == ""
    assert_shows(figure, noise())


def test_a_file_of_too_many_bytes_is_not_read(figure):
    figure.evaluate(
        """(figure) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(51e6)], "large.bmp"));
            const how = { bubbles: true, cancelable: true, dataTransfer };
            figure.dispatchEvent(new DragEvent("drop", how));
        }"""
    )
    settled(figure.page)
    assert warning(figure) == "“large.bmp” has over 50 MB, the most that can be read."


def test_what_comes_without_a_file_is_told(figure):
    bring(figure, "drop")
    assert warning(figure) == "Only a picture file can be taken."
    assert_shows(figure, temple())


def test_text_that_is_pasted_into_a_field_stays_text(figure):
    field = figure.locator(".lab-weights input:visible").first
    field.evaluate(
        """(field) => field.dispatchEvent(new ClipboardEvent("paste", {
            bubbles: true, cancelable: true, clipboardData: new DataTransfer() }))"""
    )
    assert warning(figure) == ""


def test_of_several_files_the_first_is_taken(figure):
    other = ("other.png", "image/png", encoded(0 * noise()))
    bring(figure, "drop", ("noise.png", "image/png", encoded(noise())), other)
    assert warning(figure) == "2 files came: the first is taken."
    assert_shows(figure, noise())


def test_what_is_transparent_is_laid_on_white(figure):
    pixels = np.zeros((*SIZE, 4))
    pixels[:, 80:, 3] = 255
    bring(figure, "paste", ("clear.png", "image/png", encoded(pixels)))
    assert warning(figure) == ""
    assert_shows(figure, np.where(np.arange(160) < 80, 255, 0) * np.ones((106, 1)))


def test_one_pixel_fills_the_picture(figure):
    one = encoded(np.full((1, 1, 3), (30, 60, 90)))
    bring(figure, "drop", ("one.png", "image/png", one))
    assert warning(figure) == "“one.png” has only 1×1 pixels, which are enlarged."
    assert_shows(figure, np.full(SIZE, 60))


def test_an_svg_is_drawn(figure):
    half = SVG.format(160, '<rect width="80" height="106"/>').encode()
    bring(figure, "drop", ("half.svg", "image/svg+xml", half))
    assert warning(figure) == ""
    assert_shows(figure, np.where(np.arange(160) < 80, 0, 255) * np.ones((106, 1)))


def test_a_filter_is_typed_and_undone_in_one_step(figure):
    field = figure.locator(".lab-weights input:visible").nth(4)
    for text in ("2", "1/9", "−0.75", "-0.75"):
        field.fill(text)
        settled(figure.page)
    assert weights(figure)[0, 0, 2, 2] == -0.75
    assert_shows(figure, temple())
    field.blur()
    press(figure, "Undo")
    assert weights(figure)[0, 0, 2, 2] == 0
    assert_shows(figure, temple())


@pytest.mark.parametrize(
    ("name", "kernel_size"), [("edge", 3), ("blur", 5), ("sharpen", 3), ("identity", 5)]
)
def test_a_preset_fills_the_fields(figure, name, kernel_size):
    choose(figure, "kernel size:", kernel_size)
    press(figure, name)
    assert figure.locator(".lab-weights input:visible").count() == kernel_size**2
    preset = lab_data(NAME)["more"]["presets"][name][str(kernel_size)]
    expected = torch.tensor(preset).reshape(1, 1, 5, 5)
    torch.testing.assert_close(weights(figure), expected, rtol=1e-5, atol=1e-6)
    assert_shows(figure, temple())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("abc", "Weight 0 down, 0 across must be a number, not “abc”."),
        ("", "Weight 0 down, 0 across must be a number, not “”."),
        ("1e60", "Weight 0 down, 0 across must be a number, not “1e60”."),
        ("1e30", "Weight 0 down, 0 across must lie between −1000 and 1000."),
    ],
)
def test_what_is_no_weight_is_told_and_nothing_is_lost(figure, text, line):
    said = figure.locator(".lab-result").inner_text()
    field = figure.locator(".lab-weights input:visible").nth(4)
    field.fill(text)
    settled(figure.page)
    assert warning(figure) == line
    assert field.get_attribute("aria-invalid") == "true"
    assert figure.locator(".lab-result").inner_text() == said
    field.fill("0")
    settled(figure.page)
    assert warning(figure) == ""
    assert_shows(figure, temple())


def opened(figure):
    """Row, column and value of the output that is opened, and its products."""
    text = " ".join(figure.locator(".lab-sum").inner_text().split())
    text = text.replace("− ", "+ −")
    row, column, value, terms = re.fullmatch(
        r"Output in row (\d+), column (\d+): (\S+) = (.*)", text
    ).groups()
    products = [list(map(number, term.split("·"))) for term in terms.split(" + ")]
    return int(row), int(column), number(value), products


def assert_opens(figure, row, column):
    """Hold that an output's window is outlined and that its products are its sum."""
    chosen, _ = options(figure)
    k, s, d = (chosen[name] for name in ("kernel_size", "stride", "dilation"))
    framed, y = outputs(figure, temple())
    *place, value, products = opened(figure)
    assert place == [row, column]
    assert value == pytest.approx(y[0, 0, row, column].item(), abs=6e-4)
    assert sum(w * x for w, x in products) == pytest.approx(value, abs=0.005)
    window = framed[0, 0, row * s :: d, column * s :: d][:k, :k]
    assert [x for _, x in products] == pytest.approx(window.flatten(), abs=6e-4)
    picture, outline = (
        figure.locator(name).first.bounding_box()
        for name in (".lab-raster", ".lab-outline")
    )
    span, pixel = d * (k - 1) + 1, picture["width"] / framed.shape[3]
    assert outline["width"] == pytest.approx(span * pixel, abs=1)
    assert outline["x"] - picture["x"] == pytest.approx(column * s * pixel, abs=1)
    assert outline["y"] - picture["y"] == pytest.approx(row * s * pixel, abs=1)


def center(figure, row, column):
    """Where an output is on the screen."""
    picture = figure.locator(".lab-raster").nth(1)
    picture.scroll_into_view_if_needed()
    box, (height, width) = (
        picture.bounding_box(),
        outputs(figure, temple())[1].shape[2:],
    )
    x, y = (column + 0.5) / width, (row + 0.5) / height
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 2)])
def test_an_output_that_is_pointed_at_opens_to_its_window(figure, stride, dilation):
    choose(figure, "stride:", stride)
    choose(figure, "dilation:", dilation)
    choose(figure, "padding:", 1)
    for row, column in [(0, 0), (20, 31), (40, 70)]:
        figure.page.mouse.move(*center(figure, row, column))
        assert_opens(figure, row, column)


def test_a_finger_opens_an_output_which_stays_open(figure):
    choose(figure, "kernel size:", 5)
    figure.page.touchscreen.tap(*center(figure, 30, 50))
    settled(figure.page)
    assert_opens(figure, 30, 50)


def test_arrow_keys_open_outputs_to_the_border_and_no_further(figure):
    choose(figure, "stride:", 2)
    figure.locator(".lab-raster").nth(1).focus()
    for _ in range(60):
        figure.page.keyboard.press("ArrowUp")
    figure.page.keyboard.press("ArrowRight")
    row, column, *_ = opened(figure)
    assert row == 0
    assert_opens(figure, row, column)
