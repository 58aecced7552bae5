"""Home: it leads on to the step that waits, tells the figures and what is late; each role sees its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.visitor import DESKTOP, TABLET

pytestmark = pytest.mark.browser

LOOKS = pytest.mark.parametrize(
    ("language", "size", "account", "words"),
    [
        ("zh", DESKTOP, "owner", {"kpi": "换型时间占比", "late": "逾期事项", "check": "数据就绪"}),
        ("en", TABLET, "consultant", {"kpi": "Set-up share", "late": "What is late", "check": "Data ready"}),
    ],
    ids=["zh-desktop", "en-tablet"],
)


@LOOKS
def test_home_leads_on_and_tells_what_is_late(visit, furnished, language, size, account, words):
    person = visit(language, size, account=account)
    page = person.page
    person.open("/")
    expect(page.locator(".trends .figure-card svg.spark").first).to_be_visible()
    assert words["kpi"] in page.inner_text(".trends")
    assert page.locator(".figures:not(.trends) .value").count() == 5
    person.shot("home-furnished")
    assert person.barriers() == []

    late = page.locator("section.card", has=page.get_by_role("heading", name=words["late"]))
    assert words["check"] in late.inner_text()
    late.locator("tr", has_text=words["check"]).get_by_role("link").click()
    expect(page.locator("main .card-title")).to_contain_text(words["check"])
    assert page.url.endswith(f"/delivery/milestone/{furnished['milestone']}/")

    person.open("/")
    step = page.locator("ol.spiral li.here a").get_attribute("href")
    with page.expect_navigation():
        page.click("#continue")
    assert page.url == person.address + step
    person.leave()


def test_a_head_of_department_sees_projects(visit, furnished):
    person = visit("zh", TABLET, account="department_head")
    page = person.page
    person.open("/")
    projects = page.locator("section.card", has=page.get_by_role("heading", name="未完成的项目"))
    expect(projects).to_contain_text("逾期")
    person.shot("home-department-head")
    projects.locator(f"a[href='/delivery/project/{furnished['project']}/']").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("→")
    person.leave()


def test_a_worker_sees_tasks_and_no_money(visit):
    person = visit("en", account="line_worker")
    page = person.page
    person.open("/")
    expect(page.get_by_role("heading", name="My tasks in projects")).to_be_visible()
    assert "Net present value" not in person.text()
    person.shot("home-worker")
    assert person.barriers() == []
    page.get_by_role("link", name="Answer questions of the assessment").click()
    expect(page).to_have_url(f"{person.address}/diagnosis/")
    person.leave()
