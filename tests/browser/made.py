"""The pages of a plan, a draft and a file waiting to be taken in: made once through the pages, then found there."""

from __future__ import annotations

from urllib.parse import urlparse

from tests.browser.pages import SCENARIO
from tests.browser.visitor import WORK_MS, Visitor


def made(person: Visitor) -> dict[str, str]:
    """Returns name → address; a site on which they stand already is left as it is, but for the file."""
    return _plan(person) | _assessment(person) | _import(person)


def _plan(person: Visitor) -> dict[str, str]:
    page = person.page
    person.open("/plan/")
    if not page.locator("#plan-content").count():
        page.fill("#budget", "3000000")
        page.fill("#quarters", "8")
        page.click("#make-plan")
        page.wait_for_selector("#plan-content", timeout=WORK_MS)
        person.open("/plan/")
    plan = _first(person, "/appraisal/")
    step = f"{SCENARIO}/3/"
    return {
        "plan-front": f"{plan}/front/",
        "plan-appraisal": f"{plan}/appraisal/",
        "plan-document": f"{plan}/blueprint/",
        "plan-why": f"{plan}/why/{step}",
        "plan-step": f"/plan/candidates/{step}",
        "plan-group": "/plan/group/",
    }


def _assessment(person: Visitor) -> dict[str, str]:
    page = person.page
    person.open("/diagnosis/")
    if not page.locator("main table a[href$='/flash/']").count():
        with page.expect_navigation():
            page.click("#start")
        person.open("/diagnosis/")
    draft, submitted = _first(person, "/flash/"), _first(person, "/result/", "main table ")
    return {
        "diagnosis-flash": f"{draft}/flash/",
        "diagnosis-table": f"{draft}/",
        "diagnosis-excel": f"{draft}/excel/",
        "diagnosis-review": f"{submitted}/review/",
        "diagnosis-result": f"{submitted}/result/",
        "diagnosis-facts": "/diagnosis/facts/",
        "diagnosis-compare": "/diagnosis/compare/",
        "diagnosis-verify": "/diagnosis/verify/",
    }


def _import(person: Visitor) -> dict[str, str]:
    page = person.page
    person.open("/data/supply_risk/")
    heads = page.request.get(f"{person.address}/data/supply_risk/export.csv").text()
    file = {"name": "supply.csv", "mimeType": "text/csv", "buffer": heads.encode()}
    page.set_input_files("input[type=file]", file)
    page.click("form[action*='upload'] button")
    page.wait_for_selector("#confirm-import")
    return {"data-import": urlparse(page.url).path, "data-element-quality": "/data/work_order/quality/"}


def _first(person: Visitor, ending: str, within: str = "") -> str:
    """The address of the first link with that ending, without it."""
    return person.page.locator(f"{within}a[href$='{ending}']").first.get_attribute("href").removesuffix(ending)
