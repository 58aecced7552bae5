"""The plan page opens its value, cost and risk."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from tests.planning.test_appraisal import around, baseline, plan

from tujing.adoption.services import current_cycle
from tujing.planning.appraisal import appraise
from tujing.planning.assumptions import assumptions
from tujing.planning.models import Plan

pytestmark = pytest.mark.django_db
VOID = {"br", "hr", "img", "input", "link", "meta", "use", "path", "source"}


class Balanced(HTMLParser):
    """Notes every element that is closed out of turn or never."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture
def appraised(organisation):
    known = baseline(revenue=2e6, late_penalty=None)
    told = appraise(plan(known), known, assumptions(), around(), draws=500)
    quarter = {"quarter": 0, "spent": 0, "left": 0, "budget": 1, "person_days": 0, "person_days_at_hand": 0}
    return Plan.objects.create(
        organisation=organisation,
        cycle=current_cycle(organisation),
        start=date(2026, 1, 1),
        quarters=1,
        budget=[6e5],
        status="optimal",
        objective=0,
        bound=0,
        seed=0,
        parameters={},
        result={**told, "gap": 0, "investment": 1, "freed_cash": 0, "by_quarter": [quarter]},
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_drivers_classes_costs_and_risks_are_on_the_page_with_what_is_withheld(appraised, sign_in, language):
    client = sign_in(appraised.organisation)
    client.cookies["django_language"] = language
    page = client.get(reverse("plan_appraisal", args=[appraised.pk])).content.decode()
    reader = Balanced()
    reader.feed(page)
    assert not reader.wrong and not reader.open
    words = {
        "zh-hans": ("效益从哪里来", "重叠扣除", "暂不测算", "逾期罚款", "风险登记册", "费用构成", "期望损失"),
        "en": (
            "Where the value comes from",
            "Overlap",
            "Withheld",
            "Late-delivery penalty",
            "Risk register",
            "Cost by class",
        ),
    }[language]
    assert all(word in page for word in words)
    assert "scrap_cost * effect" in page and "2025-01" in page


def test_a_plan_from_before_is_shown_without_an_appraisal(appraised, sign_in):
    for name in ("value_tree", "value_classes", "costs", "risks"):
        del appraised.result[name]
    appraised.save()
    page = sign_in(appraised.organisation).get(reverse("plan_appraisal", args=[appraised.pk]))
    assert page.status_code == 200 and "plan-appraisal" not in page.content.decode()
