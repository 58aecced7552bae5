"""National code lists."""

from __future__ import annotations

from collections import Counter

import pytest

from tujing.enterprise import codes
from tujing.problems import BadInput


def test_manufacturing_has_the_standards_own_counts():
    levels = Counter(one.level for one in codes.industries().values())
    assert levels == {"section": 1, "division": 31, "group": 179, "class": 609}
    assert codes.industry("C3812").name == "电动机制造"


def test_a_county_code_gives_its_city():
    assert codes.region("330200").name == "宁波市"
    assert codes.region("330203").name == "宁波市"
    assert codes.region("330000").name == "浙江省"


@pytest.mark.parametrize("code", ["3812", "C9999", "", "c3812"])
def test_an_unknown_industry_is_refused_and_a_missing_letter_is_named(code):
    with pytest.raises(BadInput) as refusal:
        codes.industry(code)
    problem = refusal.value.problems[0]
    assert problem.code == "unknown_industry"
    assert ("C3812？" in problem.words.zh) == (code == "3812")


@pytest.mark.parametrize("code", ["999999", "33020", "宁波市", "3302000", "33０２００"])
def test_an_unknown_region_is_refused(code):
    with pytest.raises(BadInput):
        codes.region(code)
