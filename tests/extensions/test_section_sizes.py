"""The heights that are estimated; those of whole pages, tests/browser has."""

import pytest
from sphinx.errors import ExtensionError
from textbook.lesson.live import VIEWS

from book.extensions.labs import lab
from book.extensions.section_sizes import LABS_HEIGHTS, WIDE, height


def test_every_view_of_a_lab_has_its_room():
    assert set(LABS_HEIGHTS) == VIEWS


def test_a_view_without_room_is_told_what_to_write():
    with pytest.raises(ExtensionError, match=r'labs\.css \[data-view="new"\]'):
        height(lab(data={"view": "new"}), WIDE)
