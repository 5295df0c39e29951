"""Citations: pybtex finds its plug-in without a look at every installed package."""

from importlib import metadata

import pytest
from pybtex import plugin
from pybtex.database import parse_string

from book.extensions import citations


@pytest.fixture
def looks(monkeypatch):
    """Return what was looked for among the installed packages."""
    looks = []

    def entry_points(**asked):
        looks.append(asked)
        return metadata.entry_points(**asked)

    monkeypatch.setattr(plugin, "entry_points", entry_points)
    monkeypatch.setattr(plugin, "_RUNTIME_PLUGINS", {})
    return looks


def test_upstream_looks_at_every_installed_package_each_time(looks):
    first, second = (plugin.find_plugin(*citations.PLUGIN) for _ in range(2))
    assert first is second
    assert len(looks) == 2


def test_the_book_looks_once(looks):
    expected = plugin.find_plugin(*citations.PLUGIN)
    citations.setup(None)
    looks.clear()
    assert plugin.find_plugin(*citations.PLUGIN) is expected
    assert looks == []


def test_labels_read_as_the_text_cites():
    entries = parse_string(
        """
        @article{wu2018, author = {Wu, Yuxin and He, Kaiming}, year = {2018}}
        @article{vaswani2017, author = {Vaswani, A and B, C and D, E}, year = 2017}
        @article{sluis1969, author = {van der Sluis, A.}, year = {1969a}}
        """,
        "bibtex",
    ).entries
    labels = citations.AuthorYear().format_labels(entries.values())
    assert [label.replace("\xa0", " ") for label in labels] == [
        "Wu and He, 2018",
        "Vaswani et al., 2017",
        "van der Sluis, 1969a",
    ]
