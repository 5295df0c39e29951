"""Frames: many drawings in little space, and each of them back."""

from textbook.lesson.frames import pack, same_size, unpack

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


def drawing(width, height, inside=""):
    box = f'viewBox="0 0 {width} {height}" style="width:{width * 4 / 3:g}px"'
    return f"<svg {box}>{inside}</svg>"


def test_pictures_get_the_size_of_the_largest_and_keep_their_scale():
    pictures = [[drawing(30, 9, "<a/>"), drawing(3, 3)], [drawing(12, 21)]]
    assert same_size(pictures) == [
        [drawing(30, 21, "<a/>"), drawing(3, 3)],
        [drawing(30, 21), drawing(3, 3)],
    ]


def test_a_drawing_of_unknown_size_stays():
    assert same_size([["<svg/>"], [drawing(3, 3)]]) == [["<svg/>"], [drawing(3, 3)]]
