"""The demonstration: an account a role, and the example made anew — what was done in it goes, who works in it stays."""

from __future__ import annotations

import pytest
from tests.browser.visitor import TABLET, WORK_MS, Visitor

pytestmark = pytest.mark.browser

ROLES = ("owner", "manager", "department_head", "line_worker", "consultant", "viewer")


def test_the_example_is_made_anew(browser, demonstration):
    _address, passwords = demonstration
    assert set(passwords) == set(ROLES)
    owner = Visitor(browser, demonstration, "zh")
    page = owner.page
    owner.open("/people/profile/")
    page.fill("input[name=name_zh]", "改过名的工厂")
    with page.expect_navigation():
        page.click("main form button.btn-primary")
    owner.open("/")
    assert "改过名的工厂" in owner.text()

    owner.open("/operations/")
    owner.shot("make-anew")
    page.fill("#confirm", "yes")
    with page.expect_navigation():
        page.click("main .btn-danger")
    assert "motor-works" in owner.text(), "it says what to type"
    owner.complaints = [one for one in owner.complaints if "422" not in one]

    owner.open("/operations/")
    page.fill("#confirm", "motor-works")
    with page.expect_navigation():
        page.click("main .btn-danger")
    page.wait_for_selector("#job-state[data-status=done]", timeout=WORK_MS)
    owner.open("/")
    owner.end_tour()  # a new beginning is shown around again
    assert "图景伺服电机厂" in owner.text() and "改过名的工厂" not in owner.text()
    owner.leave()

    worker = Visitor(browser, demonstration, "en", TABLET, account="line_worker")
    assert "Tujing Servo Motor Works" in worker.text()
    worker.shot("worker-after-anew")
    worker.leave()
