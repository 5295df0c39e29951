"""A tiny book for each test of the site's extensions."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

from tests.extensions.support import build_as_the_book, build_book


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., SphinxTestApp]:
    """Return build_book, for a folder of the test's own."""
    return partial(build_book, tmp_path / "book")


@pytest.fixture(scope="module")
def published(request, tmp_path_factory) -> SphinxTestApp:
    """Return the book of the test's PAGES with the addresses SITE and SOURCE set."""
    tests = request.module
    folder = tmp_path_factory.mktemp("published")
    return build_as_the_book(folder, tests.PAGES, site=tests.SITE, source=tests.SOURCE)


@pytest.fixture(scope="module")
def unpublished(request, tmp_path_factory) -> SphinxTestApp:
    """Return the book of the test's PAGES without an address."""
    folder = tmp_path_factory.mktemp("unpublished")
    return build_as_the_book(folder, request.module.PAGES)


@pytest.fixture(params=["published", "unpublished"])
def built(request) -> SphinxTestApp:
    """Return the one and the other."""
    return request.getfixturevalue(request.param)
