"""Implement: a card begins with its reason and is moved, checks leave evidence, a bar is dragged and put back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.visitor import TABLET

pytestmark = pytest.mark.browser


def test_a_project_begins_and_is_checked(visit, furnished):
    person = visit("zh")
    page = person.page
    person.open("/delivery/")
    expect(in_column(page, "waiting", furnished["project"])).to_be_visible()

    # Work begins in somebody's name, with a reason; without one nothing is sent.
    decide(page, furnished["project"], "begin", "")
    expect(in_column(page, "waiting", furnished["project"])).to_be_visible()
    with page.expect_navigation():
        decide(page, furnished["project"], "begin", "班组已到位，先行开工")
    expect(in_column(page, "data", furnished["project"])).to_be_visible()
    person.shot("delivery-begun")
    assert person.barriers() == []

    # Dragged to another column, the card asks why before it goes there; a way back is there.
    in_column(page, "data", furnished["project"]).drag_to(page.locator("[data-column=withdrawn] h2"))
    reason = card(page, furnished["project"]).locator("input[name=reason]")
    expect(reason).to_be_focused()
    reason.fill("今年不再需要")
    with page.expect_navigation():
        reason.press("Enter")
    expect(in_column(page, "withdrawn", furnished["project"])).to_contain_text("今年不再需要")
    with page.expect_navigation():
        decide(page, furnished["project"], "reinstate", "又需要了，恢复")
    expect(card(page, furnished["project"]).locator("xpath=ancestor::section")).not_to_have_attribute(
        "data-column", "withdrawn"
    )

    # All open checks run as one job; what they rest on is kept, and whole.
    person.work("button:has-text('运行全部未通过的检查')")
    person.open(f"/delivery/project/{furnished['project']}/gates/")
    gate = page.locator("tr", has_text="数据就绪")
    expect(gate.locator(".tag").first).to_have_text(re.compile("^(已通过|未通过)$"))
    expect(gate).to_contain_text(re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d\s.*完好", re.DOTALL))
    person.shot("delivery-evidence")
    assert person.barriers() == []
    gate.get_by_role("link", name="历史").click()
    assert re.fullmatch(r"[0-9a-f]{12}", page.locator("main tbody code").first.inner_text())
    person.open(f"/delivery/project/{furnished['project']}/records/")
    assert "班组已到位，先行开工" in person.text()
    person.leave()


def card(page, project: int):
    return page.locator("[data-card]", has=page.locator(f"a[href='/delivery/project/{project}/']"))


def in_column(page, column: str, project: int):
    return page.locator(f"[data-column={column}]").locator(card(page, project))


def decide(page, project: int, move: str, reason: str) -> None:
    form = card(page, project).locator("form")
    if not form.is_visible():
        card(page, project).locator("summary").click()
    form.locator("select").select_option(move)
    form.locator("input[name=reason]").fill(reason)
    form.get_by_role("button").click()


def test_a_bar_is_dragged_and_put_back(visit, furnished):
    person = visit("en", TABLET)
    page = person.page
    person.open(f"/delivery/project/{furnished['project']}/plan/")
    task = page.get_by_role("slider", name=re.compile(r"^7\.1 "))
    expect(task).to_be_visible()
    before = task.get_attribute("aria-valuetext")
    row = page.get_by_role("row", name=re.compile(r"^7\.1 "))
    expect(row).to_contain_text(before)

    # By the mouse: the server answers with the new plan, its table and its edit.
    task.locator(".plan").scroll_into_view_if_needed()
    bar = task.locator(".plan").bounding_box()
    x, y = bar["x"] + bar["width"] / 3, bar["y"] + bar["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=4)
    after = task.get_attribute("aria-valuetext")
    assert after != before
    page.mouse.up()
    expect(row).to_contain_text(after)
    expect(page.get_by_role("heading", name="Latest edits")).to_be_visible()
    person.shot("delivery-gantt-moved")
    assert person.barriers() == []

    with page.expect_navigation():
        page.click("form[action$='/undo/'] button")
    expect(row).to_contain_text(before)

    # By the keys: a day further, put back before it is saved.
    task.focus()
    page.keyboard.press("ArrowRight")
    expect(task).not_to_have_attribute("aria-valuetext", before)
    page.keyboard.press("Escape")
    expect(task).to_have_attribute("aria-valuetext", before)
    person.leave()
