"""Takes the pictures of the site that the READMEs show, on the example after a first plan, in Chinese and English.

    .venv/bin/python scripts/site_pictures.py

`docs/images/<name>.<language>.png`. A complaint of the browser ends it with 1.
"""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scenario_pictures import FLAGS, HEIGHT, ROOT, WIDTH, crop, serve

SHOWN = ROOT / "docs" / "images"
BUDGET = "3000000"
PAGES = {
    "home": "/",
    "atlas": "/atlas/",
    "plan": "/plan/",
    "board": "/delivery/",
    "matrix": "/data/matrix/",
}


def sign_in(browser: Browser, address: str, password: str, locale: str, wrong: list[str]) -> Page:
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale=locale, reduced_motion="reduce")
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
    page.goto(f"{address}/login/")
    page.fill("#username", "owner")
    page.fill("#password", password)
    with page.expect_navigation():
        page.press("#password", "Enter")
    if page.locator("[data-tour-now]").count():
        page.wait_for_selector(".tour-card")
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.keyboard.press("Escape")
    return page


def prepare(page: Page, address: str) -> None:
    """A plan, taken up, and a questionnaire under way: so that every page has something to show."""
    page.goto(f"{address}/plan/")
    page.fill("#budget", BUDGET)
    page.click("#make-plan")
    page.wait_for_selector("#plan-content", timeout=180_000)
    page.goto(f"{address}/delivery/")
    page.locator("form[action*='take-up'] button").first.click()
    page.wait_for_load_state("networkidle")
    page.goto(f"{address}/diagnosis/")
    with page.expect_navigation():
        page.click("#start")


def look(page: Page, name: str, language: str) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_function("[...document.querySelectorAll('[data-chart]')].every((one) => one.dataset.ready)")
    page.wait_for_timeout(500)
    path = SHOWN / f"{name}.{language}.png"
    page.screenshot(path=path)
    crop(path)


def main() -> int:
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        server, address = serve(home)
        try:
            lines = (home / "demo_accounts.txt").read_text(encoding="utf-8").splitlines()
            password = dict(line.split("\t") for line in lines)["owner"]
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
                page = sign_in(browser, address, password, "zh-CN", wrong)
                prepare(page, address)
                flash = page.url
                for language, locale in (("zh", "zh-CN"), ("en", "en-GB")):
                    page = sign_in(browser, address, password, locale, wrong)
                    page.goto(flash)
                    look(page, "flash", language)
                    for name, path in PAGES.items():
                        page.goto(address + path)
                        look(page, name, language)
                browser.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    print("\n".join(wrong) or "no complaint")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
