"""The workbench on a tablet: run twice, compare, put one in use, have it run by the clock."""

from __future__ import annotations

import pytest
from tests.browser.visitor import TABLET

pytestmark = pytest.mark.browser

BENCH = "/scenarios/production/scheduling/run/"


def test_two_runs_are_compared_and_one_put_in_use(visit):
    person = visit("en", TABLET)
    page = person.page
    for seed in ("1", "2"):
        person.open(BENCH)
        page.fill("#seconds", "2")
        page.fill("#seed", seed)
        page.click("#run-button")
        page.wait_for_selector("#job-state[data-status=done]", timeout=90_000)
    page.wait_for_selector("#run-outcome form.put-in-use")
    page.fill("#use-note", "Early shift")
    with page.expect_navigation():
        page.click("form.put-in-use button")
    assert "This result is in use" in person.text()

    person.open("/scenarios/production/scheduling/runs/")
    for box in page.locator("input[name=run]").all()[:2]:
        box.check()
    with page.expect_navigation():
        page.click("button:has-text('Compare the ticked')")
    person.charts_are_drawn()
    person.shot("compare")
    assert person.barriers() == []

    person.open(BENCH)
    page.click("summary:has-text('Run by the clock')")
    page.fill("#schedule-name", "Early shift")
    with page.expect_navigation():
        page.click("button:has-text('Keep this schedule')")
    assert "Early shift" in person.text()
    person.leave()
