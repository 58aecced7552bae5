"""Administration: somebody invited comes in by the link, once; a token is shown once."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

PASSWORD = "lathe mill drill 42"


def test_somebody_invited_comes_in_once_by_the_link(visit, browser):
    owner = visit("zh")
    page = owner.page
    owner.open("/people/invitations/")
    page.fill("#mail", "new.person@example.com")
    page.select_option("#role", "line_worker")
    with page.expect_navigation():
        page.click("main button[data-once]")
    link = page.input_value("#link")
    owner.shot("invitation")
    assert owner.barriers() == []

    guest = browser.new_context(locale="zh-CN").new_page()
    guest.goto(link)
    guest.fill("input[name=username]", "newperson")
    for field in guest.locator("input[type=password]").all():
        field.fill(PASSWORD)
    with guest.expect_navigation():
        guest.press("input[type=password] >> nth=-1", "Enter")
    guest.goto(f"{owner.address}/")
    assert "图景伺服电机厂" in guest.inner_text("body")
    guest.goto(link)
    assert guest.locator("input[name=username]").count() == 0, "a link works once"
    guest.context.close()

    owner.open("/people/members/")
    assert "newperson" in owner.text()
    owner.shot("members")
    owner.leave()
