"""Once round the loop in a browser, as somebody does on the first day: diagnose, plan, run a schedule, see the map."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def test_once_round_in_chinese(visit):
    person = visit("zh")
    page = person.page
    person.shot("home")
    assert "第 1 轮" in person.text()

    # Diagnose: a questionnaire, one answer by mouse, kept at once.
    person.open("/diagnosis/")
    person.shot("diagnosis")
    page.click("#start")
    page.wait_for_selector("#flash.flash-on")
    card = page.locator("[data-card]:not([hidden])").get_attribute("data-card")
    page.locator(f"#card-{card} .option").nth(1).click()
    page.wait_for_selector(f"#marks-{card} .saved.good", state="attached")
    person.shot("questionnaire")

    # Plan: a worker solves it while the page follows.
    person.open("/plan/")
    page.fill("#budget", "300万")
    page.fill("#quarters", "8")
    page.click("#make-plan")
    page.wait_for_selector("#plan-content", timeout=90_000)
    person.charts_are_drawn()
    assert "已证明最优" in person.text()
    person.shot("plan")

    # Run a schedule with live progress, then ask why an order is late.
    person.open("/scenarios/production/scheduling/run/")
    page.fill("#seconds", "5")
    page.click("#run-button")
    page.wait_for_selector("#job-state[data-status=running]")
    person.shot("running")
    page.wait_for_selector("#run-outcome", timeout=90_000)
    page.wait_for_selector("#job-state[data-status=done]")
    person.charts_are_drawn()
    person.shot("run")
    late = page.locator("button[hx-get*='why']")
    assert late.count() > 0
    late.first.click()
    page.wait_for_selector("#why-card li")
    person.shot("why-late")

    # The map: a click opens the card of that scenario.
    person.open("/atlas/")
    page.wait_for_selector("#atlas[data-ready]")
    page.evaluate("atlasMap.getElementById('production/scheduling').emit('tap')")
    page.wait_for_selector("#scenario-card")
    assert "排程排产" in page.inner_text("#scenario-card")
    person.shot("atlas")
    person.leave()


def test_a_file_goes_in_through_the_browser(visit, tmp_path):
    person = visit("zh")
    page = person.page
    person.open("/data/supply_risk/")
    template = page.request.get(f"{person.address}/data/supply_risk/export.csv").text()
    assert re.match(r"\ufeff?\w+,", template)
    broken = tmp_path / "坏文件.csv"
    broken.write_text(template.strip() + "\n" + "," * template.count(",") + "x\n", encoding="utf-8-sig")
    page.set_input_files("input[type=file]", broken)
    page.click("form[action*='upload'] button")
    page.wait_for_selector("#confirm-import")
    person.shot("import-mapping")
    page.click("#confirm-import")
    page.wait_for_selector("#refused", timeout=60_000)
    person.shot("import-refused")
    assert "没有导入任何数据" in person.text()
    person.leave()
