"""The search finds what a reader asks for, in English, in Chinese and by name."""

from urllib.parse import quote

import pytest

ASKED = [
    ("batch normalization", "chapters/p10_batch_normalization.html"),
    ("receptive field", "chapters/p11_receptive_fields.html#defines-receptive-field"),
    ("softmax", "chapters/p11_whole_network.html#defines-softmax"),
    ("Hoeffding", "chapters/p08_bad_data_sets.html"),
    ("positional encoding", "chapters/p12_transformer.html"),
    ("conv2d", "chapters/api_conv.html"),
    ("multi_head_attention", "chapters/api_attention.html"),
    ("批归一化", "chapters/p10_batch_normalization.html#defines-batch-normalization"),
    ("感受野", "chapters/p11_receptive_fields.html#defines-receptive-field"),
    ("卷积", "chapters/glossary.html"),  # a part of terms, no term by itself
    ("熵", "chapters/glossary.html"),
]


@pytest.mark.parametrize(("words", "wanted"), ASKED)
def test_the_search_finds_a_term_among_the_first_five(visit, words, wanted):
    page = visit(f"search.html?q={quote(words)}").page
    page.locator(".search-summary", has_text="Search finished").wait_for()
    results = page.locator("ul.search li > a").all()[:5]
    addresses = [link.get_attribute("href") for link in results]
    assert any(a.startswith(wanted) for a in addresses), addresses


def test_words_that_the_book_does_not_have_are_not_found(visit):
    page = visit("search.html?q=xylophone").page
    page.locator(".search-summary", has_text="did not match").wait_for()
    assert page.locator("ul.search li").count() == 0
