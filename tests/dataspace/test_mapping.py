"""Headings find their columns by name, label and alias, by what was asked, and by what was used before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.dataspace.mapping import choose
from tujing.elements.definition import element, elements
from tujing.problems import BadInput

WORK_ORDER = element("work_order")
CHINESE = [column.label.zh for column in WORK_ORDER.columns.values()]


@pytest.mark.parametrize("name", sorted(elements()))
def test_every_element_recognises_its_own_names_and_both_labels(name):
    definition = element(name)
    for headings in (
        list(definition.columns),
        [column.label.zh for column in definition.columns.values()],
        [column.label.en for column in definition.columns.values()],
    ):
        assert list(choose(definition, headings).columns.values()) == list(definition.columns)


@given(st.permutations(CHINESE))
def test_order_does_not_matter(headings):
    found = choose(WORK_ORDER, headings).columns
    assert all(WORK_ORDER.columns[column].label.zh == heading for heading, column in found.items())


@pytest.mark.parametrize(
    "heading", ["Work Order Number", " ＷＯＲＫ order-number* ", "工单编号", "work_order_id", "工单号（必填）"]
)
def test_case_width_spaces_and_brackets_do_not_matter(heading):
    headings = [heading, *CHINESE[1:]]
    assert choose(WORK_ORDER, headings).columns[heading] == "work_order_id"


def test_what_nobody_claims_is_told():
    assert choose(WORK_ORDER, [*CHINESE, "车间温度"]).ignored == ("车间温度",)


def test_asked_goes_before_remembered_before_guessed():
    headings = [*CHINESE, "甲", "乙"]
    remembered = {"甲": "weight"}
    assert choose(WORK_ORDER, headings, remembered=remembered).columns["甲"] == "weight"
    both = choose(WORK_ORDER, headings, asked={"weight": "乙"}, remembered=remembered)
    assert both.columns["乙"] == "weight"
    assert "优先权重" in both.ignored and "甲" in both.ignored


def test_a_required_column_without_heading_is_named():
    with pytest.raises(BadInput) as caught:
        choose(WORK_ORDER, ["工单号", "不知道"], file="a.csv")
    assert {problem.column for problem in caught.value.problems} == {
        name for name, column in WORK_ORDER.columns.items() if column.required and name != "work_order_id"
    }
    assert "--map" in caught.value.problems[0].words.en


@pytest.mark.parametrize(
    ("asked", "code"), [({"quantty": "计划数量"}, "unknown_column"), ({"quantity": "没有的"}, "unknown_heading")]
)
def test_a_mapping_that_names_nothing_is_refused(asked, code):
    with pytest.raises(BadInput) as caught:
        choose(WORK_ORDER, CHINESE, asked=asked)
    assert caught.value.problems[0].code == code
