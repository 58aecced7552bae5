"""Administration: a second factor is set up and asked for, a token made; the audit trail tells of both, unbroken."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect
from tests.browser.visitor import TABLET

pytestmark = pytest.mark.browser

ACCOUNT = "viewer"  # nobody else signs in by it: while the factor is on, the password is not enough


def test_a_second_factor_is_set_up_asked_for_and_in_the_trail(visit, browser, site):
    address, passwords = site
    person = visit("zh", account=ACCOUNT)
    page = person.page
    person.open("/account/")
    page.click("main a[href$='/second-factor/on/']")
    page.fill("#password", passwords[ACCOUNT])  # is it you?
    page.press("#password", "Enter")
    expect(page.locator("img.qr")).to_be_visible()
    secret = page.locator("img.qr ~ p code").inner_text()
    person.shot("second-factor")
    assert person.barriers() == []
    page.fill("#code", code(secret))
    page.press("#code", "Enter")
    expect(page.locator("ul.codes li")).to_have_count(10)
    person.shot("recovery-codes")
    person.open("/account/")
    factor = page.locator("section.card", has=page.get_by_role("heading", name="双重验证"))
    expect(factor.locator(".tag")).to_have_text("已开启")

    # From now on the password leads to the second step only; a wrong code does not pass.
    guest = browser.new_context(locale="zh-CN").new_page()
    guest.goto(f"{address}/login/")
    guest.fill("#username", ACCOUNT)
    guest.fill("#password", passwords[ACCOUNT])
    guest.press("#password", "Enter")
    expect(guest.get_by_role("heading", name="第二步")).to_be_visible()
    guest.fill("#code", "000000")
    guest.press("#code", "Enter")
    expect(guest.get_by_role("alert")).to_be_visible()
    guest.fill("#code", code(secret, 1))  # each code counts once, and the next is taken too
    guest.press("#code", "Enter")
    expect(guest.get_by_text("图景伺服电机厂").first).to_be_visible()
    guest.context.close()

    page.click("main a[href$='/second-factor/off/']")
    page.click("main .btn-danger")
    expect(factor.locator(".tag")).to_have_text("未开启")
    person.leave()

    owner = visit("en", TABLET)
    trail = asked(owner, ACCOUNT)
    expect(trail.locator("tr", has_text="Second factor").filter(has_text="Newly made").first).to_be_visible()
    expect(trail.locator("tr", has_text="Second factor").filter(has_text="Deleted").first).to_be_visible()
    assert secret not in owner.text()
    owner.shot("audit-of-an-account")
    assert owner.barriers() == []
    owner.page.get_by_role("button", name="Check the chain").click()
    expect(owner.page.locator("#chain")).to_contain_text("The trail is whole.")
    owner.leave()


def code(secret: str, step: int = 0) -> str:
    """What a phone shows, `step` half-minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def asked(owner, account: str):
    """The rows of the trail about an account."""
    owner.open("/operations/audit/")
    owner.page.fill("input[name=person]", account)
    with owner.page.expect_navigation():
        owner.page.get_by_role("button", name="Show").click()
    return owner.page.locator("main tbody")


def test_a_token_that_is_made_is_in_the_trail(visit):
    owner = visit("en", TABLET)
    page = owner.page
    owner.open("/account/tokens/")
    page.fill("#token-name", "Nightly report")
    page.fill("#token-days", "30")
    with page.expect_navigation():
        page.click("button[data-once]:has-text('Make the token')")
    secret = page.inner_text("code.secret")
    trail = asked(owner, "owner")
    expect(trail.locator("tr", has_text="Nightly report").first).to_contain_text("Newly made")
    assert secret not in owner.text()
    owner.leave()
