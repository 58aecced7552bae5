"""The frame: the box over everything by pinyin, light and dark, the switch of language, the keys, the tour."""

from __future__ import annotations

import pytest
from tests.browser.visitor import TABLET

pytestmark = pytest.mark.browser


def test_the_box_finds_by_initials(visit):
    person = visit("zh")
    page = person.page
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
    page.keyboard.type("pcpc")
    page.wait_for_selector("#palette-list .found:has-text('排程排产')")
    person.shot("palette")
    assert person.barriers() == []
    page.keyboard.press("Escape")
    page.wait_for_selector("#palette:not([open])", state="attached")
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    person.shot("keys")
    page.keyboard.press("Escape")
    person.leave()


def test_dark_stays_dark_and_language_switches_in_place(visit):
    person = visit("en")
    page = person.page
    page.click("details.menu:has([data-theme=dark]) > summary")
    page.click("[data-theme=dark]")
    person.open("/diagnosis/")
    assert page.get_attribute("html", "data-bs-theme") == "dark"
    person.shot("dark")
    assert person.barriers() == []
    with page.expect_navigation():
        page.click("form[action*='language'] button")
    assert page.get_attribute("html", "lang") == "zh-hans" and page.url.endswith("/diagnosis/")
    person.leave()


def test_the_tour_leads_over_the_pages_and_ends_for_good(visit):
    person = visit("zh", TABLET, account="manager", tour=True)  # nobody else signs in by it: the tour comes once
    page = person.page
    page.wait_for_selector(".tour-card")
    person.shot("tour")
    last = int(page.inner_text(".tour-card span").split("/")[1])
    for step in range(2, last + 1):
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f".tour-card span:text-is('{step} / {last}')")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("ArrowRight")
    person.open("/")
    assert page.locator(".tour-card").count() == 0
    person.leave()
