"""Labs as their cells give them: the data, the page of its own, what is refused."""

import json
import re

import numpy as np
import pytest
import torch
from matplotlib import pyplot
from textbook.attention import softmax
from textbook.lesson.figure import gray
from textbook.lesson.live import LABS, MIME, VIEWS, live, whole_page

from tests.lesson.graphs_in_torch import run

WEIGHTS = torch.tensor([[1.0, -2.0], [0.5, 0.25]])
SAMPLES = {"first": [torch.tensor([[0.25, 1.0]])], "second": [torch.ones(1, 2)]}


def two_layers(x, layers=1, preparation="as drawn"):
    """Two layers of something.

    More of it.
    """
    if layers == 3:
        raise ValueError("layers must be 1 or 2, got 3")
    if preparation == "doubled":
        x = 2 * x
    for _ in range(layers):
        x = x @ WEIGHTS
    return {"y": x, "q": softmax(x), "weights": WEIGHTS}


def lab(function=two_layers, samples=SAMPLES, view="digit", **more):
    given = {"picture": gray(np.eye(2), 0, 1), "caption": "What is seen"} | more
    return live(function, samples, view, **given)


def test_its_data_say_what_a_view_needs():
    data = lab(half=True, asked=True, sizes=[1, 2]).data
    assert data["name"] == "two-layers"
    assert data["title"] == "Two layers of something"
    assert data["view"] == "digit"
    assert data["caption"] == "What is seen"
    assert data["picture"].count("<svg") == 1
    assert data["options"] == []
    assert list(data["graphs"]) == [""]
    assert data["samples"] == [["first", [[0.25, 1]]], ["second", [[1, 1]]]]
    assert data["asked"] is True
    assert data["more"] == {"sizes": [1, 2]}
    assert [constant["kind"] for constant in data["constants"]] == ["float16"]
    assert json.loads(json.dumps(data)) == data


def test_weights_are_whole_unless_half_is_asked_for():
    data = lab().data
    assert data["asked"] is False
    assert [constant["kind"] for constant in data["constants"]] == ["float32"]


def test_there_is_a_graph_for_each_choice_and_the_constants_stand_once():
    options = {"layers": [2, 1, 3], "preparation": ["as drawn", "doubled"]}
    data = lab(options=options).data
    assert data["options"] == [[name, values] for name, values in options.items()]
    assert len(data["constants"]) == 1
    assert next(iter(data["graphs"])) == "layers=2,preparation=as drawn"
    for layers in (1, 2):
        for preparation in options["preparation"]:
            made = data["graphs"][f"layers={layers},preparation={preparation}"]
            found = run(made, data["constants"], data["samples"][0][1])
            expected = two_layers(SAMPLES["first"][0], layers, preparation)
            assert list(found) == list(expected)
            for name, tensor in expected.items():
                torch.testing.assert_close(found[name], tensor)


def test_what_the_kernel_raises_stands_in_the_place_of_its_graph():
    data = lab(options={"layers": [1, 3]}).data
    assert data["graphs"]["layers=3"] == {"error": "layers must be 1 or 2, got 3"}
    assert "nodes" in data["graphs"]["layers=1"]


def test_several_pictures_stand_in_a_row_and_none_stays_open():
    pictures = [gray(np.eye(2), 0, 1), gray(np.eye(3), 0, 1)]
    data = lab(picture=pictures).data
    assert data["picture"].count("<svg") == 2
    ids = re.findall(r' id="([^"]+)"', data["picture"])
    assert len(ids) == len(set(ids))
    assert pyplot.get_fignums() == []


def test_a_sample_comes_through_as_float32_has_it():
    numbers = torch.tensor([[1 / 3, 1e-8]])
    [[_, [kept]]] = lab(samples={"one": [numbers]}).data["samples"]
    assert torch.equal(torch.tensor([kept]), numbers)


def test_a_view_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match=r"two_layers has no view 'pieces'; .*digit"):
        lab(view="pieces")
    assert {"operations", "pieces", "labs"}.isdisjoint(VIEWS)


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_the_head_of_a_view_names_what_it_reads_of_options_and_more(view):
    head, _, code = (LABS / f"{view}.js").read_text().partition("\n\n")
    named = re.findall(r"lab\.(?:options|more)\.(\w+)", code)
    for names in re.findall(r"const \{(.+)\} = lab\.more", code):
        named += re.findall(r"\w+", names)
    assert [name for name in named if f"`{name}`" not in head] == []


def test_samples_of_different_shapes_are_refused():
    samples = SAMPLES | {"third": [torch.ones(2, 2)]}
    with pytest.raises(ValueError, match=r"two_layers must be of one shape.*2, 2"):
        lab(samples=samples)
    with pytest.raises(ValueError, match=r"of one shape, got {}"):
        lab(samples={})


def test_a_function_without_a_title_is_refused():
    def untitled(x):
        return {"y": x}

    with pytest.raises(ValueError, match="untitled needs a docstring"):
        lab(untitled)


def test_the_site_gets_data_and_a_notebook_a_frame(monkeypatch):
    made = lab()
    monkeypatch.setenv("TEXTBOOK_STATIC", "1")
    bundle = made._repr_mimebundle_()
    assert bundle == {MIME: made.data, "text/plain": "lab two-layers"}
    monkeypatch.delenv("TEXTBOOK_STATIC")
    bundle = made._repr_mimebundle_(include=None, exclude=None)
    assert bundle["text/plain"] == "Two layers of something"
    assert bundle["text/html"].startswith('<iframe title="two-layers" srcdoc="&lt;!do')
    assert bundle["text/html"].endswith("</iframe>")


def test_a_page_of_its_own_needs_nothing_else():
    made = lab(note="</script><b>no end of the script</b>")
    page = whole_page(made.data)
    for file in ("operations.js", "pieces.js", "digit.js", "labs.css"):
        assert (LABS / file).read_text() in page
    assert page.startswith('<!doctype html><meta charset="utf-8">')
    assert page.count("</script>") == 1
    assert not re.search(r"(src|href)=.?\"(?!#|data:)|@import|url\([^#]", page)
    text = re.search(
        r"openLab\(document.querySelector\(\"figure\"\), (.*)\);</sc", page
    )
    assert json.loads(text[1].replace("<\\/", "</")) == made.data
