"""Implement, evaluate, iterate: begin a project with a reason, have its checks run, measure again, keep a lesson."""

from __future__ import annotations

import pytest
from tests.browser.visitor import TABLET

pytestmark = pytest.mark.browser


def test_a_project_is_begun_and_its_checks_run_on_the_data(visit, furnished):
    person = visit("zh")
    page = person.page
    person.open("/delivery/")
    card = page.locator(".board-card:has(.board-move)").first
    card.locator("summary").click()
    card.locator("input[name=reason]").fill("设备已到货，提前开工")
    with page.expect_response(lambda answer: "/move/" in answer.url) as moved:
        card.locator("form button").click()
    assert moved.value.ok
    person.open(f"/delivery/project/{furnished['project']}/gates/")
    person.shot("gates")
    person.open("/delivery/")
    page.click("form[action*='/delivery/check/'] button")
    page.wait_for_selector("#job-state[data-status=done]", timeout=120_000)
    person.leave()


def test_effects_are_measured_and_opened_on_a_tablet(visit, furnished):
    person = visit("en", TABLET)
    page = person.page
    person.open("/evaluation/")
    page.click("form[action*='/evaluation/run/'] button")
    page.wait_for_selector("#job-state[data-status=done]", timeout=180_000)
    person.open("/evaluation/")
    page.locator("a[href*='/evaluation/effect/']").first.click()
    person.charts_are_drawn()
    assert "Placebo" in person.text() or "placebo" in person.text()
    person.shot("effect")
    person.leave()


def test_a_lesson_is_kept_and_found(visit, furnished):
    person = visit("zh")
    page = person.page
    person.open("/iteration/lessons/")
    page.fill("form[action*='/lessons/write/'] input[name=note]", "换型夹具要先标准化")
    with page.expect_navigation():
        page.click("form[action*='/lessons/write/'] button")
    person.open("/iteration/lessons/")
    assert "换型夹具要先标准化" in person.text()
    person.leave()
