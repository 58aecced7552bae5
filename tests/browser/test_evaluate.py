"""Evaluate and iterate: effects with their placebos and forecast, a KPI down to its rows, a lesson, the spiral."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.visitor import DESKTOP, TABLET

pytestmark = pytest.mark.browser

CHINESE = {
    "now": "立即评估",
    "kpi": "换型时间占比",
    "verdict": "有改善",
    "placebos": "安慰剂检验",
    "go_live": "假想上线日",
    "forecast": "规划预计",
    "beside": "与预测及其他方法对照",
    "rows": "指标与数据行",
    "count": r"[\d,]+ 行",
}
ENGLISH = {
    "now": "Evaluate now",
    "kpi": "Set-up share",
    "verdict": "Better",
    "placebos": "Placebos",
    "go_live": "made-up go-live",
    "forecast": "The plan expected",
    "beside": "Beside the forecast and other methods",
    "rows": "The KPI and its rows",
    "count": r"[\d,]+ rows",
}


@pytest.mark.parametrize(
    ("language", "size", "words"),
    [("zh", DESKTOP, CHINESE), ("en", TABLET, ENGLISH)],
    ids=["zh-desktop", "en-tablet"],
)
def test_an_effect_opens_to_its_reasons_and_rows(visit, language, size, words):
    person = visit(language, size)
    page = person.page
    person.open("/evaluation/")
    person.work(f"button:has-text('{words['now']}')")
    row = page.locator("tr", has=page.get_by_role("link", name=words["kpi"], exact=True))
    expect(row).to_contain_text(words["verdict"])
    assert re.search(r"-\d+\.\d%", row.inner_text())
    person.shot("evaluation-now")

    row.get_by_role("link", name=words["kpi"], exact=True).click()
    placebos = page.locator("section.card", has=page.get_by_role("heading", name=words["placebos"]))
    expect(placebos.locator("tbody tr", has_text=words["go_live"]).first).to_be_visible()
    expect(page.get_by_text(words["forecast"]).first).to_be_visible()
    expect(page.get_by_role("heading", name=words["beside"])).to_be_visible()
    person.charts_are_drawn()
    assert page.locator("[data-chart=series] canvas, [data-chart=compared] canvas").count() == 2
    person.shot("evaluation-effect")
    assert person.barriers() == []

    page.get_by_role("link", name=words["rows"]).click()
    expect(page.locator("dl.facts code").first).to_contain_text("operation_event")
    behind = page.locator("a[href*='/rows/?period=']")
    behind.first.click()
    told = page.locator("main .card-header").get_by_text(re.compile(words["count"]))
    expect(told).to_be_visible()
    assert int(re.search(r"[\d,]+", told.inner_text().split(":")[-1].split("：")[-1]).group().replace(",", "")) > 0
    assert page.locator("main tbody tr").count() > 1
    person.shot("kpi-rows")
    person.leave()


def test_a_lesson_is_written_noted_and_counted_in_the_spiral(visit, furnished):
    person = visit("en", TABLET)
    page = person.page
    person.open("/iteration/lessons/")
    page.fill("form[action*='/lessons/write/'] input[name=note]", "Clean the set-up times before the solver")
    page.fill("form[action*='/lessons/write/'] input[name=tags]", "data, set-up")
    with page.expect_navigation():
        page.get_by_role("button", name="Write down").click()
    lesson = page.locator("tr", has_text="Clean the set-up times before the solver")
    expect(lesson.locator("a.tag")).to_have_text(["data", "set-up"])
    lesson.locator("summary", has_text="Edit").click()
    lesson.locator("textarea[name=note]").fill("Clean the set-up times before the solver runs")
    with page.expect_navigation():
        lesson.get_by_role("button", name="Save").click()
    expect(page.locator("tr", has_text="before the solver runs")).to_be_visible()
    with page.expect_navigation():
        page.locator("a.tag", has_text="set-up").first.click()
    expect(page.locator("tr", has_text="before the solver runs")).to_be_visible()
    person.shot("lessons")
    assert person.barriers() == []

    person.open("/iteration/")
    assert page.locator("svg.spiral-turns path.turn").count() >= 1
    turn = page.get_by_role("row", name=re.compile("^Cycle 1"))
    assert int(turn.locator("a[href*='lessons']").inner_text()) >= 1
    person.shot("spiral")
    turn.locator("a[href*='lessons']").click()
    expect(page.locator("tr", has_text="before the solver runs")).to_be_visible()
    person.leave()


def test_the_spiral_tells_the_open_turn(visit, furnished):
    person = visit("zh")
    page = person.page
    person.open("/iteration/")
    expect(page.get_by_role("row", name=re.compile("^第 1 轮"))).to_contain_text("万元")
    for step in ("诊断", "规划", "实施", "评估", "迭代"):
        expect(page.locator("svg.spiral-turns text", has_text=step)).to_be_attached()
    person.shot("spiral")
    page.get_by_role("link", name="经验教训").click()
    expect(page.locator("form[action*='/lessons/write/']")).to_be_visible()
    person.leave()
