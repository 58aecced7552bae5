"""Plan: look at the candidates, plan, see what else could be had, change it and plan again, take the document along."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.visitor import TABLET

pytestmark = pytest.mark.browser


def test_a_plan_is_made_asked_and_changed(visit, furnished):
    person = visit("zh")
    page = person.page

    # The candidates: one by name, and how its figures come about.
    person.open("/plan/candidates/")
    page.fill("#q", "排程")
    with page.expect_navigation():
        page.click("#candidates-form button:has-text('显示')")
    rows = page.locator(".plan-candidates tbody tr")
    assert rows.count() >= 1
    assert all("排程排产" in one for one in rows.locator("th").all_inner_texts())
    person.shot("plan-candidates-found")

    # A plan beside the one that holds: a worker solves it while the page follows.
    person.open("/plan/wishes/")
    page.fill("#budget", "300万")
    page.fill("#quarters", "8")
    expect(page.locator("#wishes-check")).to_contain_text("300")
    page.fill("#name", "明年起步")
    page.check("input[name=keep][value=variant]")
    person.work("#make-plan")
    expect(page.locator("#plan-content .tag-green").first).to_have_text("已证明最优")
    plan = page.get_attribute("#plan-content", "data-plan")
    person.shot("plan-made")

    # What else could be had: a point of the front opens to its steps, and leads to the wishes for it.
    person.open(f"/plan/{plan}/front/")
    person.work("main form button:has-text('计算前沿')")
    other = page.locator("tbody tr:not(.plan-yours) th a").first
    worth = other.inner_text()
    other.click()
    expect(page.locator("#point .card-title")).to_contain_text(worth)
    person.shot("plan-front-point")
    assert person.barriers() == []
    with page.expect_navigation():
        page.click("#point a.btn-primary")
    assert page.input_value("#maturity") != ""

    # One step is left out, one is taken that was left out; planned again, the difference names both.
    person.open(f"/plan/{plan}/")
    dropped = change(page, page.locator(".plan-bar").last, "forbid")
    could_be_in = page.locator("tr:has(a[hx-get*='why'])", has=page.locator("td:last-child", has_text="元"))
    added = change(page, could_be_in.last.locator("a"), "pin")
    expect(page.locator("#plan-changes li")).to_have_count(2)
    person.shot("plan-changes")
    person.work("#plan-changes button.btn-primary")
    assert "/plan/compare/" in page.url
    expect(page.locator("li", has=page.locator(".tag-red"), has_text=dropped)).to_be_visible()
    expect(page.locator("li", has=page.locator(".tag-green"), has_text=added)).to_be_visible()
    person.shot("plan-difference")
    assert person.barriers() == []
    person.leave()


def change(page, link, kind: str) -> str:
    """Opens a step's panel and asks for a change of it; returns the step's name."""
    link.click()
    form = page.locator(f"#why form[data-change={kind}]")
    name = form.get_attribute("data-name")
    form.get_by_role("button").click()
    expect(page.locator("#plan-changes li", has_text=name)).to_be_visible()
    return name


def test_why_not_and_two_plans_side_by_side(visit, furnished):
    person = visit("en", TABLET)
    page = person.page

    # Why a step is out, and what would let it in.
    person.open(f"/plan/{furnished['plan']}/")
    left_out = page.locator("section.card", has=page.get_by_role("heading", name="Why not these"))
    left_out.locator("tr", has_text="CNY").locator("a").last.click()
    why = page.locator("#why")
    expect(why.get_by_role("heading", name="Why it is out")).to_be_visible()
    expect(why.get_by_text("Loss if forced in")).to_be_visible()
    person.shot("plan-why-not")
    assert person.barriers() == []
    person.work("#why button:has-text('Ask what would let it in')")
    expect(page.get_by_text("What would let it in").or_(page.get_by_text("No stretch of the limits"))).to_be_visible()

    # The same in less time, beside the first.
    person.open("/plan/variants/")
    with page.expect_navigation():
        page.locator("tr", has_text="holds").get_by_role("link", name="Copy and change").click()
    page.fill("#quarters", "6")
    page.fill("#name", "In six quarters")
    page.check("input[name=keep][value=variant]")
    person.work("#make-plan")
    assert "/plan/compare/" in page.url
    expect(page.get_by_role("link", name="In six quarters").first).to_be_visible()
    assert page.locator("[data-chart=compare-chart] canvas").count() == 1
    person.shot("plan-side-by-side")

    # The planning document goes along as a file.
    person.open(f"/plan/{furnished['plan']}/blueprint/")
    expect(page.get_by_role("heading", name="Trace matrix")).to_be_visible()
    with page.expect_download() as told:
        page.click("main a[href$='/docx/']")
    assert told.value.suggested_filename.endswith(".docx")
    with open(told.value.path(), "rb") as file:
        assert file.read(2) == b"PK"
    person.leave()
