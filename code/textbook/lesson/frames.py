"""Many drawings in little space: each distinct tag is kept once.

The pictures of an explorer repeat most of their SVG, so a picture becomes a list of
numbers of tags. Compression beyond that is left to the server.
"""

import re
from collections.abc import Sequence

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
