"""Every page of the built book, as a reader opens it."""


def test_a_page_needs_no_other_host_and_raises_no_error(shared, path):
    shared(path)  # the fixture collects what goes wrong


def test_no_sideways_scrolling_on_a_phone(shared, path):
    # What is wider than the page stands in a box of its own that scrolls.
    too_wide = """() => {
        const boxed = (e) => e.tagName !== "ARTICLE"
            && (getComputedStyle(e).overflowX !== "visible" || boxed(e.parentElement));
        return [...document.querySelectorAll("article *")]
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .filter((e) => !boxed(e.parentElement))
            .map((e) => e.outerHTML.slice(0, 100));
    }"""
    page = shared(path, width=390, has_touch=True)
    assert page.evaluate(too_wide) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
