"""The API: a token from the page opens it to a program, within what was ticked, until it is revoked; its reference."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect
from tests.browser.visitor import DESKTOP, TABLET

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "size", "name"),
    [("zh", DESKTOP, "产线 MES 接口"), ("en", TABLET, "MES of line 2")],
    ids=["zh-desktop", "en-tablet"],
)
def test_a_token_opens_the_api_until_it_is_revoked(visit, language, size, name):
    person = visit(language, size)
    page = person.page
    person.open("/account/tokens/")
    page.fill("#token-name", name)
    page.fill("#token-days", "7")
    with page.expect_navigation():
        page.click("main form button[data-once]")
    secret = page.inner_text("code.secret")
    person.shot("token-made")
    assert person.barriers() == []

    status, me = call(person.address, "/me", secret, language)
    assert (status, me["account"], me["actions"]) == (200, "owner", ["view"])
    status, found = call(person.address, "/scenarios", secret, language)
    assert status == 200 and found["items"][0]["id"]
    status, refused = call(person.address, "/plans", secret, language, {"budget": 1})
    assert status == 403 and refused["problems"][0][language]

    person.open("/account/tokens/")
    assert secret not in page.content(), "a secret is shown once"
    row = page.locator("tr", has_text=name)
    with page.expect_navigation():
        row.get_by_role("button").click()
    assert call(person.address, "/me", secret, language)[0] == 401
    person.leave()


def call(address: str, path: str, secret: str, language: str, body: dict | None = None) -> tuple[int, dict]:
    """As a program calls, without the browser's session."""
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{address}/api/v1{path}", data, headers)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


@pytest.mark.parametrize(("language", "size"), [("zh", DESKTOP), ("en", TABLET)], ids=["zh-desktop", "en-tablet"])
def test_its_reference_opens(visit, language, size):
    person = visit(language, size)
    page = person.page
    person.open("/account/tokens/")
    page.click(".page-head a[href$='/api/']")
    expect(page.get_by_role("heading", level=1)).to_contain_text("API v1")
    page.locator(".reference-side details summary").nth(1).click()
    link = page.locator(".reference-side details").nth(1).locator("a").first
    link.click()
    operation = link.get_attribute("href").removeprefix("#")
    expect(page.locator(f"[id='{operation}'] .method")).to_be_in_viewport()
    person.shot("api-reference")
    with page.expect_download() as told:
        page.click("a[download]")
    with open(told.value.path(), encoding="utf-8") as file:
        assert "/me" in "".join(json.load(file)["paths"])
    person.leave()
