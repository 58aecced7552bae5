"""Help beside a word: opened and closed from the keyboard, without a barrier, and nothing on the page moves."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

PAGES = {"/atlas/table/": 4, "/data/quality/": 3, "/diagnosis/": 1}
"""Page → how many words are explained on it, at least."""
PLACES = """
[...document.querySelectorAll("main h1, main h2, main th, main .value")].map((one) => one.getBoundingClientRect().top)
"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_word_opens_what_it_means(visit, language):
    person = visit(language)
    page = person.page
    for path, least in PAGES.items():
        person.open(path)
        words = page.locator("main .term-word")
        assert words.count() >= least
        words.last.scroll_into_view_if_needed()
        before = page.evaluate(PLACES)
        words.last.focus()
        page.keyboard.press("Enter")
        note = page.locator(".term-note:popover-open")
        assert note.count() == 1 and len(note.inner_text()) > 20
        frame, window = note.bounding_box(), page.viewport_size
        assert frame["x"] >= 0 and frame["x"] + frame["width"] <= window["width"]
        assert frame["y"] >= 0 and frame["y"] + frame["height"] <= window["height"]
        assert page.evaluate(PLACES) == before
        assert person.barriers() == []
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.term-note') !== null"), "the next stop is its link"
        page.keyboard.press("Escape")
        assert note.count() == 0
    person.leave()
