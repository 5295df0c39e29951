"""Frames: many drawings in little space, and each of them back."""

from textbook.lesson.frames import pack, unpack

PICTURES = [
    "<svg><text>a &lt; b</text><g></g></svg>",
    "<svg><text>a &lt; b</text><path d='M 0 0'/></svg>",
    "<svg>\n<text x='1'>c</text> <g></g></svg>",
]


def test_every_picture_comes_back_as_it_was():
    tags, frames = pack(PICTURES)
    assert [unpack(tags, frame) for frame in frames] == PICTURES


def test_each_tag_is_kept_once_with_the_text_after_it():
    tags, frames = pack(PICTURES)
    assert len(set(tags)) == len(tags)
    assert tags[frames[0][1]] == "<text>a &lt; b</text>"
    assert frames[0][1] == frames[1][1]


def test_nothing_gives_nothing():
    assert pack([]) == ([], [])
