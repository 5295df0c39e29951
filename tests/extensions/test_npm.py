"""What the build says where a package from npm is lacking."""

import pytest
from sphinx.errors import ExtensionError

from book.extensions import npm
from book.extensions.exercises import engine
from book.extensions.search_index import simplified


@pytest.mark.parametrize("use", [engine, lambda: simplified({})])
def test_without_a_package_the_error_says_what_to_do(tmp_path, monkeypatch, use):
    monkeypatch.setattr(npm, "MODULES", tmp_path)
    with pytest.raises(ExtensionError, match="is not installed: run `make book`"):
        use()
