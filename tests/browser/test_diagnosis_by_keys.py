"""A diagnosis without a mouse: answer by digits, take one back, leave and come back, look at the result."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

SHOWN = "[data-card]:not([hidden])"


def test_answers_by_the_keyboard_alone(visit):
    person = visit("zh", account="consultant")
    page, keys = person.page, person.page.keyboard
    person.open("/diagnosis/")
    page.locator("#start").focus()
    with page.expect_navigation():
        keys.press("Enter")
    page.wait_for_selector("#flash.flash-on")
    assert person.barriers() == []

    first = page.get_attribute(SHOWN, "data-card")
    before = answered(page)
    with page.expect_response(is_answer) as saved:
        keys.press("2")
    assert saved.value.ok
    page.wait_for_selector(f"#card-{first}", state="hidden")
    assert answered(page) == before + 1
    person.shot("flash")

    with page.expect_response(is_answer):
        keys.press("u")
    page.wait_for_selector(f"#card-{first}")
    assert answered(page) == before

    with page.expect_response(is_answer):
        keys.press("1")
    page.reload()
    page.wait_for_selector("#flash.flash-on")
    assert answered(page) == before + 1, "an answer is kept at once"

    keys.press("?")
    page.wait_for_selector("#help[open]")
    keys.press("Escape")
    keys.press("/")
    page.wait_for_selector("#jump[open]")
    keys.press("Escape")
    person.leave()


def is_answer(response) -> bool:
    return "/answers/" in response.url and response.request.method == "POST"


def answered(page) -> int:
    return int(page.text_content("#ring-words").split("/")[0])


def test_the_result_shows_its_pictures(visit):
    person = visit("en")
    person.open("/diagnosis/")
    person.page.locator("a[href*='/result/']").first.click()
    person.charts_are_drawn()
    person.shot("diagnosis-result")
    assert person.page.locator("[data-chart]").count() >= 1
    assert person.barriers() == []
    person.leave()
