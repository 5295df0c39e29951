"""Many drawings in little space: each distinct tag is kept once.

The pictures of an explorer repeat most of their SVG, so a picture becomes a list of
numbers of tags. Compression beyond that is left to the server.
"""

import itertools
import re
from collections.abc import Sequence

_SIZE = re.compile(r'<svg viewBox="0 0 ([\d.]+) ([\d.]+)" style="width:[\d.]+px">')
_TAG = re.compile(r"<[^>]+>[^<]*(?:</text>[^<]*)?")


def pack(pictures: Sequence[str]) -> tuple[list[str], list[list[int]]]:
    """Return the distinct tags, each with the text after it, and each picture's tags.

    >>> pack(["<svg><g/></svg>", "<svg><g/><g/></svg>"])
    (['<svg>', '<g/>', '</svg>'], [[0, 1, 2], [0, 1, 1, 2]])
    """
    tags: dict[str, int] = {}
    frames = [
        [tags.setdefault(tag, len(tags)) for tag in _TAG.findall(picture)]
        for picture in pictures
    ]
    return list(tags), frames


def unpack(tags: Sequence[str], frame: Sequence[int]) -> str:
    """Return the picture of one frame.

    >>> unpack(["<svg>", "<g/>", "</svg>"], [0, 1, 2])
    '<svg><g/></svg>'
    """
    return "".join(tags[number] for number in frame)


def same_size(pictures: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return pictures of several drawings so that nothing moves from one to the next.

    Each drawing gets the size of the largest that stands in its place, each picture as
    many drawings as the one with most.

    >>> small = '<svg viewBox="0 0 3 3" style="width:4px"></svg>'
    >>> same_size([[small], [small.replace("3 3", "3 6")]])[0]
    ['<svg viewBox="0 0 3 6" style="width:4px"></svg>']
    """
    places = []
    for place in itertools.zip_longest(*pictures, fillvalue=_EMPTY):
        sizes = [_SIZE.match(drawing) for drawing in place]
        if all(sizes):
            width, height = (max(float(size[i]) for size in sizes) for i in (1, 2))
            box = (
                f'viewBox="0 0 {width:g} {height:g}" style="width:{width * 4 / 3:g}px"'
            )
            place = [
                f"<svg {box}>" + d[s.end() :] for d, s in zip(place, sizes, strict=True)
            ]
        places.append(place)
    return [list(picture) for picture in zip(*places, strict=True)]


_EMPTY = '<svg viewBox="0 0 0 0" style="width:0px"></svg>'
