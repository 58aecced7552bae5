"""The map: a click on a scenario opens its card, filters fade what does not fit, the poster is downloaded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.pages import SCENARIO
from tests.browser.visitor import DESKTOP, TABLET

pytestmark = pytest.mark.browser

CHINESE = {
    "name": "排程排产",
    "lists": ["清单一", "清单二", "清单三", "清单四"],
    "ladder": "计划员用电子表格",
    "neighbour": "设备状态监测",
}
ENGLISH = {
    "name": "Production scheduling",
    "lists": ["List 1", "List 2", "List 3", "List 4"],
    "ladder": "spreadsheet",
    "neighbour": "Equipment condition monitoring",
}
IDS = ["zh-desktop", "en-tablet"]


@pytest.mark.parametrize(("language", "size", "words"), [("zh", DESKTOP, CHINESE), ("en", TABLET, ENGLISH)], ids=IDS)
def test_a_scenario_opens_to_its_card(visit, language, size, words):
    person = visit(language, size)
    page = person.page
    person.open("/atlas/")
    page.wait_for_selector("#atlas[data-ready]")
    tap(page, SCENARIO)
    card = page.locator("#scenario-card")
    expect(card.locator(".card-title")).to_have_text(words["name"])
    for name in words["lists"]:
        expect(card.get_by_role("heading", name=name)).to_be_attached()
    assert card.locator(".ladder li").count() == 4
    expect(card.locator(".ladder li").first).to_contain_text(words["ladder"])
    assert f"scenario={SCENARIO.replace('/', '%2F')}" in page.url

    source = card.locator(".source-menu").first
    source.locator("summary").click()
    expect(source.locator("p")).not_to_be_empty()
    source.locator("p").scroll_into_view_if_needed()
    expect(source.locator("p")).to_be_in_viewport(ratio=0.99)
    person.shot("atlas-drawer")
    assert person.barriers() == []

    source.locator("summary").click()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert "scenario=" not in page.url
    person.leave()


def tap(page, scenario: str) -> None:
    """A click where the map shows the scenario: it is a picture, its parts are no elements."""
    at = page.evaluate(f"atlasMap.getElementById('{scenario}').renderedPosition()")
    page.locator("#atlas").click(position={"x": at["x"], "y": at["y"]})


@pytest.mark.parametrize(
    ("language", "size", "name", "poster", "begins"),
    [("zh", DESKTOP, CHINESE["name"], "PDF A3", b"%PDF-"), ("en", TABLET, ENGLISH["name"], "SVG A3", b"<")],
    ids=IDS,
)
def test_the_map_is_filtered_and_taken_along(visit, language, size, name, poster, begins):
    person = visit(language, size)
    page = person.page
    person.open("/atlas/")
    page.wait_for_selector("#atlas[data-ready]")
    shown = page.locator("#atlas-count")
    total = int(re.search(r"/ (\d+)", shown.inner_text()).group(1))
    page.fill("[data-filter=words]", name)
    expect(shown).to_contain_text(f"1 / {total}")
    assert page.evaluate("atlasMap.nodes('.node').not('.out').map((node) => node.id())") == [SCENARIO]
    page.fill("[data-filter=words]", "")
    page.select_option("[data-filter=wing]", "production")
    expect(shown).not_to_contain_text(f"{total} / {total}")
    person.shot("atlas-filtered")
    page.click("[data-colour=adoption]")
    expect(page.locator("[data-legend=adoption]")).to_be_visible()

    page.click("details.menu:has([data-poster]) > summary")
    with page.expect_download() as told:
        page.get_by_role("link", name=poster).click()
    assert "colour=adoption" in told.value.url
    assert Path(told.value.path()).read_bytes().startswith(begins)
    person.leave()


@pytest.mark.parametrize("on", [SCENARIO, "nothing"])
def test_the_map_follows_the_hand_wherever_it_takes_hold(visit, on):
    person = visit("zh", DESKTOP)
    page = person.page
    person.open("/atlas/")
    page.wait_for_selector("#atlas[data-ready]")
    held = {"x": 3, "y": 3}
    if on == SCENARIO:
        held = page.evaluate(f"atlasMap.getElementById('{SCENARIO}').renderedPosition()")
    box = page.locator("#atlas").bounding_box()
    before = page.evaluate("({ ...atlasMap.pan() })")
    page.mouse.move(box["x"] + held["x"], box["y"] + held["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + held["x"] + 60, box["y"] + held["y"] + 40, steps=6)
    page.mouse.up()
    after = page.evaluate("({ ...atlasMap.pan() })")
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((60, 40))
    expect(page.locator("#scenario-card")).to_be_hidden()
    person.leave()
