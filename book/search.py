"""Search for Chinese words too, which no spaces separate.

Sphinx takes an unbroken run of Chinese characters for one word. Here every piece of it
is a word, so that a reader who asks for 卷积 finds 等宽卷积.
"""

import re

from sphinx.application import Sphinx
from sphinx.search import languages
from sphinx.search.en import SearchEnglish

CHINESE = re.compile(r"[\u4e00-\u9fff]+")


class EnglishAndChinese(SearchEnglish):
    """English as before; Chinese by every piece of a term."""

    def split(self, input: str) -> list[str]:
        """Return the words of a text, and the pieces of its Chinese words."""
        runs = [run for run in CHINESE.findall(input) if len(run) <= 12]  # terms, names
        return super().split(input) + [
            run[start:end]
            for run in runs
            for start in range(len(run))
            for end in range(start + 1, len(run) + 1)
        ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    languages["en"] = EnglishAndChinese
    return {"parallel_read_safe": True, "parallel_write_safe": True}
