"""The strict content security policy in a real browser: charts draw and tell under it, and it does refuse.

What it refuses anywhere is a complaint of the visitor: no page of `test_looks` passes with one.
"""

from __future__ import annotations

import pytest
from tests.browser.made import made

pytestmark = pytest.mark.browser

SPOTS = [(across / 10, down / 10) for down in (5, 3, 7, 4, 6) for across in (2, 4, 5, 6, 8)]
TOLD = """(place) =>
  [...place.children].filter((one) => !one.querySelector("canvas")).map((one) => one.innerText).join("")"""
INKED = """(place) => {
  const canvas = place.querySelector("canvas");
  const ink = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return new Set(new Uint32Array(ink.buffer)).size;
}"""


def test_charts_draw_and_tell_what_is_under_the_pointer(visit):
    person = visit("en")
    pages = made(person)
    told = {name: [tooltip(person, place) for place in charts(person, pages[name])] for name in CHARTS}
    for name, words in CHARTS.items():
        for wanted, found in zip(words, told[name], strict=True):
            assert wanted in found, f"{name}: {found!r}"
    person.leave()


CHARTS = {
    "plan-appraisal": ["–", "…", "Cumulative cash", "Left over"],
    "diagnosis-result": ["·", "level"],
}
"""Page → a word that each of its charts tells."""


def charts(person, path):
    """The charts of a page, each of which has more than a few colours on it."""
    person.open(path)
    places = person.page.locator("[data-chart]").all()
    for place in places:
        assert place.evaluate(INKED) > 3, path
    return places


def tooltip(person, place) -> str:
    """What the chart tells at the first spot at which it tells anything."""
    place.scroll_into_view_if_needed()
    frame = place.bounding_box()
    for across, down in SPOTS:
        person.page.mouse.move(frame["x"] + frame["width"] * across, frame["y"] + frame["height"] * down)
        person.page.wait_for_timeout(30)
        if words := place.evaluate(TOLD).strip():
            return words
    return ""


def test_a_style_attribute_in_markup_is_refused_and_noticed(visit):
    person = visit("en")
    person.open("/help/")
    person.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    person.page.wait_for_timeout(200)
    assert any("refused by the policy: style-src-attr" in one for one in person.complaints)
    person.context.close()
