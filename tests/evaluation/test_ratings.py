"""Covered: the usability scale after Brooke, weights over who spoke, disagreement, files refused row by row."""

from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.evaluation.appraisal.rating_file import read_ratings
from tujing.evaluation.appraisal.ratings import STATEMENTS, Rating, rules, score, summaries
from tujing.problems import BadInput

SCENARIOS = {"production/scheduling"}
STANDARDS = {"GB/T 39116"}
HEAD = "rater,group,party,indicator,subject,item,answer,rated\n"


def survey(answers):
    return dict(zip(STATEMENTS, answers, strict=True))


def rating(points, group="manager", party="self", rater="R1", indicator="customer_satisfaction"):
    return Rating(rater, group, party, indicator, "", {"score": points}, date(2026, 9, 30))


def test_usability_is_scored_as_brooke_did():
    assert score("usability", survey([5, 1] * 5)) == 100.0
    assert score("usability", survey([1, 5] * 5)) == 0.0
    assert score("usability", survey([3] * 10)) == 50.0
    assert score("usability", survey([4, 2, 4, 2, 5, 1, 3, 3, 4, 2])) == 75.0


@given(st.lists(st.integers(1, 5), min_size=10, max_size=10), st.integers(0, 9))
def test_usability_stays_in_its_range_and_one_step_is_two_and_a_half_points(answers, place):
    before = score("usability", survey(answers))
    assert 0.0 <= before <= 100.0
    if answers[place] < 5:
        answers[place] += 1
        assert score("usability", survey(answers)) - before == (2.5 if place % 2 == 0 else -2.5)


def test_conformity_counts_only_clauses_that_apply():
    assert score("conformity", {"4.1": "met", "4.2": "not_met", "5": "not_applicable"}) == 50.0
    assert score("conformity", {"4.1": "not_applicable"}) is None


def test_groups_weigh_as_declared_and_who_is_silent_is_named():
    (found,) = summaries([rating(90), rating(60, "line_worker", rater="R2"), rating(70, "line_worker", rater="R3")])
    assert found.score == pytest.approx((0.3 * 90 + 0.4 * 65) / 0.7)
    assert found.missing == ("department_head",)
    assert found.raters == {"manager": 1, "department_head": 0, "line_worker": 2}
    assert found.spread == 25 and found.disagrees


def test_self_and_third_party_stand_side_by_side():
    (found,) = summaries([rating(90), rating(60, party="third_party", rater="T1")])
    assert found.by_party == {"self": 90, "third_party": 60}
    assert found.score == 75 and found.disagrees


def test_the_declared_weights_sum_to_one():
    assert sum(one.weight for one in rules().groups.values()) == pytest.approx(1.0)
    assert sum(one.weight for one in rules().parties.values()) == pytest.approx(1.0)


def test_the_same_ratings_come_from_a_table_a_workbook_and_yaml(tmp_path):
    rows = [
        ["R1", "一线技术工人", "自评", "系统易用性", "production/scheduling", f"Q{n}", n % 5 + 1, "2026-09-30"]
        for n in range(1, 11)
    ]
    (tmp_path / "r.csv").write_bytes(
        ("评价人,角色,评价方,指标,对象,题目,答案,日期\n" + "\n".join(",".join(map(str, row)) for row in rows)).encode(
            "gbk"
        )
    )
    book = openpyxl.Workbook()
    for row in [["评价人", "角色", "评价方", "指标", "对象", "题目", "答案", "日期"], *rows]:
        book.active.append(row)
    book.save(tmp_path / "r.xlsx")
    answers = "\n".join(f"    Q{n}: {n % 5 + 1}" for n in range(1, 11))
    (tmp_path / "r.yaml").write_text(
        "- rater: R1\n  group: line_worker\n  party: self\n  indicator: usability\n  subject: production/scheduling\n"
        f"  rated: 2026-09-30\n  answers:\n{answers}\n",
        encoding="utf-8",
    )
    found = [read_ratings(tmp_path / name, SCENARIOS, STANDARDS) for name in ("r.csv", "r.xlsx", "r.yaml")]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 1 and len(found[0][0].answers) == 10


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (",manager,self,customer_satisfaction,,score,80,2026-09-30", "no_rater", ""),
        ("R1,boss,self,customer_satisfaction,,score,80,2026-09-30", "unknown_group", "group"),
        ("R1,manager,friend,customer_satisfaction,,score,80,2026-09-30", "unknown_party", "party"),
        ("R1,manager,self,beauty,,score,80,2026-09-30", "unknown_indicator", "indicator"),
        ("R1,manager,self,customer_satisfaction,,score,180,2026-09-30", "bad_answer", "answer"),
        ("R1,manager,self,customer_satisfaction,,score,80,last week", "bad_date", "rated"),
        ("R1,manager,self,usability,production/sheduling,Q1,3,2026-09-30", "unknown_subject", "subject"),
        ("R1,manager,self,usability,,Q11,3,2026-09-30", "unknown_item", "item"),
        ("R1,manager,self,usability,,Q1,6,2026-09-30", "bad_answer", "answer"),
        ("R1,manager,self,usability,,Q1,3,2026-09-30", "incomplete_survey", ""),
        ("R1,manager,self,conformity,GB/T 39116,4.1,perhaps,2026-09-30", "bad_answer", "answer"),
        ("R1,manager,self,conformity,GB/T 99999,4.1,met,2026-09-30", "unknown_subject", "subject"),
    ],
)
def test_a_bad_row_is_named_with_its_column(tmp_path, row, code, column):
    path = tmp_path / "ratings.csv"
    path.write_text(HEAD + row + "\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_ratings(path, SCENARIOS, STANDARDS)
    problem = caught.value.problems[0]
    assert (problem.code, problem.row, problem.column) == (code, 2, column)


def test_a_missing_column_and_a_double_answer_are_named(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("rater,group\nR1,manager\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_ratings(path, SCENARIOS, STANDARDS)
    assert "indicator" in caught.value.problems[0].sentence("en")
    row = "R1,manager,self,customer_satisfaction,,score,80,2026-09-30\n"
    path.write_text(HEAD + row + row, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_ratings(path, SCENARIOS, STANDARDS)
    assert (caught.value.problems[0].code, caught.value.problems[0].row) == ("answered_twice", 3)
