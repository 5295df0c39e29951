"""Labs: what the reader brings goes through the kernels, in the page.

`live(f, x, view=...)` exports a function made of the kernels (textbook.lesson.graphs)
and gives it to a view of labs/, such as a pad to draw on. While the site is built the
cell gives the lab as data, which book/extensions/labs.py writes into the page; in a
notebook it stands under its cell, made of the code as it is then. Not here: the views.
"""

import html
import inspect
import itertools
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from matplotlib import pyplot
from matplotlib.figure import Figure

from textbook.lesson.figure import svg
from textbook.lesson.graphs import graph
from textbook.lesson.states import text_of

MIME = "application/vnd.textbook.lab+json"
LABS = Path(__file__).with_name("labs")
VIEWS = frozenset(p.stem for p in LABS.glob("*.js")) - {"operations", "pieces"}


class Lab:
    """A lab as a cell shows it.

    data holds: `name`, its id in the page; `title`; `view`; `picture`, an SVG, and its
    `alt` and `caption`, what is seen where no script runs; `graphs`, by the values of
    the options (`name=value,…`), each a list of operations or the `error` that the
    function raised for them; `constants`, the arrays that they share; `options`, the
    name and the values of each; `samples`, of each the name and the numbers of the
    inputs; `asked`, whether the reader asks for the weights; `more`, what the view
    needs besides. A notebook sorts the keys of what it keeps: an order is in lists.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, Any]:
        """Give the data to the site, a frame of its own to a notebook."""
        if os.environ.get("TEXTBOOK_STATIC"):
            return {MIME: self.data, "text/plain": f"lab {self.data['name']}"}
        page = html.escape(whole_page(self.data))
        style = "width:100%;height:42rem;border:0;background:white"
        frame = f'<iframe title="{self.data["name"]}" srcdoc="{page}" style="{style}">'
        return {"text/html": frame + "</iframe>", "text/plain": self.data["title"]}


def live(
    function: Callable[..., dict[str, torch.Tensor]],
    samples: dict[str, Iterable[torch.Tensor]],
    view: str,
    picture: Figure | list[Figure],
    caption: str,
    options: dict[str, Iterable] | None = None,
    half: bool = False,
    asked: bool = False,
    **more: Any,
) -> Lab:
    """Let a reader give inputs to `function`, which runs in the page.

    function takes tensors, and the options by their names; it returns a dict of
    tensors. Its name is the lab's id; the first line of its docstring, the title.
    samples: by their names, inputs to begin with, all of one shape; the first is shown
    first, and `picture` and `caption` show what comes of it where no script runs.
    view: a script of textbook/lesson/labs. options: for each its values, of which the
    first is the first shown; the function is exported for every choice of values, and
    where it raises ValueError, the page says so. half: keep weights as float16.
    asked: fetch the weights only when the reader asks for them. more: what the view
    needs besides, as JSON takes it.

    Raises ValueError for a view that there isn't, no sample or samples of different
    shapes, a function without a docstring, and what textbook.lesson.graphs raises.
    """
    name, samples = function.__name__, {k: list(v) for k, v in samples.items()}
    if view not in VIEWS:
        raise ValueError(f"{name} has no view {view!r}; there are {sorted(VIEWS)}")
    if len({tuple(x.shape for x in inputs) for inputs in samples.values()}) != 1:
        shapes = {k: [tuple(x.shape) for x in v] for k, v in samples.items()}
        raise ValueError(f"the samples of {name} must be of one shape, got {shapes}")
    if not inspect.getdoc(function):
        raise ValueError(f"{name} needs a docstring: it is the lab's title")
    choices = {key: list(values) for key, values in (options or {}).items()}
    graphs, constants = _graphs(function, next(iter(samples.values())), choices, half)
    drawn = picture if isinstance(picture, list) else [picture]
    drawings = [svg(figure, salt=f"{name}{i}") for i, figure in enumerate(drawn)]
    pyplot.close("all")
    return Lab(
        {
            "name": name.replace("_", "-"),
            "title": inspect.getdoc(function).split("\n")[0].rstrip("."),
            "view": view,
            "picture": "".join(drawings),
            "caption": str(caption),
            "graphs": graphs,
            "constants": constants,
            "options": list(map(list, choices.items())),
            "samples": [[k, list(map(_numbers, v))] for k, v in samples.items()],
            "asked": asked,
            "more": more,
        }
    )


def whole_page(data: dict[str, Any]) -> str:
    """Return a page with this lab alone, which needs nothing else."""
    files = ("operations.js", "pieces.js", f"{data['view']}.js")
    scripts = "\n".join((LABS / file).read_text() for file in files)
    text = json.dumps(data).replace("</", "<\\/")
    return (
        '<!doctype html><meta charset="utf-8">'
        f"<style>{(LABS / 'labs.css').read_text()}</style>"
        f'<figure class="lab" id="{data["name"]}"></figure><script>{scripts}\n'
        f'openLab(document.querySelector("figure"), {text});</script>'
    )


def _graphs(
    function: Callable,
    inputs: list[torch.Tensor],
    choices: dict[str, list],
    half: bool,
) -> tuple[dict, list]:
    """Return the graphs by their options, and the constants, each of them once."""
    graphs, constants = {}, {}
    for values in itertools.product(*choices.values()):
        given = dict(zip(choices, values, strict=True))
        key = ",".join(f"{name}={text_of(value)}" for name, value in given.items())
        try:
            function(*inputs, **given)
        except ValueError as error:
            graphs[key] = {"error": str(error)}
            continue
        made = graph(_with(function, given), *inputs, half=half)
        made["constants"] = {
            name: constants.setdefault(json.dumps(held), len(constants))
            for name, held in made["constants"].items()
        }
        graphs[key] = made
    return graphs, list(map(json.loads, constants))


def _with(function: Callable, given: dict[str, Any]) -> Callable:
    """Return the function with its options given, under its own name."""

    def chosen(*arrays: torch.Tensor) -> dict[str, torch.Tensor]:
        return function(*arrays, **given)

    chosen.__name__ = function.__name__
    return chosen


def _numbers(x: torch.Tensor) -> list:
    """Return the numbers of an input in order, as float32 has them."""
    return [float(f"{value:.9g}") for value in x.flatten().tolist()]
