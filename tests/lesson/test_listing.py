"""Listings: the source that Python runs, under the name of its file."""

from textbook.conv import conv2d
from textbook.lesson.listing import MIME, listing

from tests.paths import ROOT


def test_the_source_is_that_of_the_file_it_names():
    shown = listing(conv2d)
    assert shown.name == f"{conv2d.__module__}.conv2d"
    assert shown.source in (ROOT / shown.file).read_text()
    assert shown.source.startswith("@sums_in_float32\ndef conv2d(")
    assert shown.source.rstrip().split("\n")[-1].startswith("    return ")


def test_a_notebook_shows_it_as_python_and_the_site_gets_its_parts():
    shown = listing(conv2d)
    bundle = shown._repr_mimebundle_()
    assert bundle["text/plain"] == shown.source
    assert f"```python\n{shown.source}```" in bundle["text/markdown"]
    assert bundle[MIME] == {
        "name": shown.name,
        "file": shown.file,
        "source": shown.source,
    }
