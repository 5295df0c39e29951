"""A tiny book for each test of the site's extensions."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

from tests.extensions.support import build_book


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., SphinxTestApp]:
    """Return build_book, for a folder of the test's own."""
    return partial(build_book, tmp_path / "book")
