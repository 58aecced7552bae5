"""What each check accepts and what it does not, on facts as the data space counts them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.delivery.examples import SCENARIO, all_facts, full

from tujing.atlas.loader import manifest
from tujing.delivery.acceptance import KINDS, read_check
from tujing.delivery.judging import Figure, Situation, Stood, judge, quality

TODAY = date(2026, 6, 30)
GOOD_RUN = {"id": 7, "status": "feasible", "kpis": {"makespan": {"value": 90.0, "unit": "min", "baseline": 100.0}}}
CHECKS = [
    {"kind": "data_ready"},
    {"kind": "run_green"},
    {"kind": "output_present"},
    {"kind": "beats_today"},
    {"kind": "element_quality", "elements": ["work_order", "work_centre"], "at_least": 0.95, "days": 14},
    {"kind": "kpi_target", "kpi": "makespan", "improvement": 0.1},
    {"kind": "all_of", "checks": [{"kind": "data_ready"}, {"kind": "run_green"}]},
]


def stood(name: str, days_ago: int, share: float = 1.0, number: int = 1) -> Stood:
    return Stood(number, "0" * 64, TODAY - timedelta(days=days_ago), replace(full(name), validity=share))


def best() -> Situation:
    return Situation(
        manifest(SCENARIO),
        all_facts(),
        [GOOD_RUN],
        {"makespan": [Figure(90.0, 100.0, TODAY, "run:7")]},
        {name: [stood(name, 14)] for name in ("work_order", "work_centre")},
        TODAY,
    )


def test_every_kind_is_shown():
    assert {check["kind"] for check in CHECKS} == set(KINDS)


@pytest.mark.parametrize("content", CHECKS, ids=lambda one: one["kind"])
def test_nothing_passes_without_evidence(content):
    verdict = judge(read_check(content), Situation(manifest(SCENARIO), {}, today=TODAY))
    assert not verdict.passed and verdict.words.zh and verdict.words.en


@pytest.mark.parametrize("content", CHECKS, ids=lambda one: one["kind"])
def test_everything_passes_on_full_evidence(content):
    assert judge(read_check(content), best()).passed


def run(**figures: tuple[float, float]) -> Situation:
    kpis = {name: {"value": value, "unit": "min", "baseline": base} for name, (value, base) in figures.items()}
    return replace(best(), runs=[{**GOOD_RUN, "kpis": kpis}])


def test_a_result_worse_than_today_does_not_pass():
    assert not judge(read_check({"kind": "beats_today"}), run(makespan=(101.0, 100.0))).passed


def test_a_gain_elsewhere_does_not_make_up_for_a_worse_headline():
    situation = run(weighted_tardiness=(51.0, 50.0), makespan=(10.0, 100.0))
    assert not judge(read_check({"kind": "beats_today"}), situation).passed


def test_runs_must_all_be_green():
    check = read_check({"kind": "run_green", "runs": 3})
    bad = {**GOOD_RUN, "id": 6, "status": "infeasible"}
    assert not judge(check, replace(best(), runs=[GOOD_RUN] * 2)).passed
    assert not judge(check, replace(best(), runs=[GOOD_RUN, bad, GOOD_RUN])).passed
    assert judge(check, replace(best(), runs=[GOOD_RUN] * 3)).passed


@given(st.lists(st.tuples(st.integers(1, 20), st.floats(0, 1)), min_size=1, max_size=6), st.integers(0, 40))
def test_quality_lasts_when_every_version_that_stood_in_the_days_was_good(spans, days):
    ago, versions = 0, []
    for number, (length, share) in enumerate(spans):
        ago += length
        versions.append(stood("work_order", ago, round(share, 3), 100 - number))
    check = read_check({"kind": "element_quality", "elements": ["work_order"], "at_least": 0.9, "days": days})
    # Day by day, from today back to the first day that counts: which version stood, and was it good?
    expected = True
    for back in range(days + 1):
        day = TODAY - timedelta(days=back)
        standing = next((one for one in versions if one.since <= day), None)
        expected = expected and standing is not None and quality(standing.facts) >= 0.9
    # Versions that came and went within a day count too.
    on_the_way = [one for one in versions if one.since > TODAY - timedelta(days=days)]
    expected = expected and all(quality(one.facts) >= 0.9 for one in on_the_way)
    verdict = judge(check, replace(best(), versions={"work_order": versions}))
    assert verdict.passed == expected


def test_it_says_until_when_to_keep_the_quality():
    check = read_check({"kind": "element_quality", "elements": ["work_order"], "at_least": 0.9, "days": 14})
    verdict = judge(check, replace(best(), versions={"work_order": [stood("work_order", 4)]}))
    assert not verdict.passed
    assert "4 of 14 days" in verdict.words.en and "2026-07-10" in verdict.words.en


@pytest.mark.parametrize(("age", "passed"), [(3, True), (7, True), (8, False), (None, False)])
def test_data_that_no_longer_come_do_not_count(age, passed):
    asked = {"kind": "element_quality", "elements": ["operation_event"], "at_least": 0.9, "fresh_days": 7}
    one = stood("operation_event", 30)
    one = replace(one, facts=replace(one.facts, freshness_days=age))
    assert judge(read_check(asked), replace(best(), versions={"operation_event": [one]})).passed == passed


def test_the_emptiest_required_column_tells():
    facts = full("work_order")
    assert quality(facts) == 1.0
    emptier = {**facts.completeness, "due_time": 0.4}
    assert quality(replace(facts, completeness=emptier), ["due_time"]) == 0.4


@pytest.mark.parametrize(
    ("content", "values", "passed"),
    [
        ({"at": 90}, [(90.0, None)], True),
        ({"at": 89}, [(90.0, None)], False),
        ({"improvement": 0.1}, [(90.0, 100.0)], True),
        ({"improvement": 0.11}, [(90.0, 100.0)], False),
        ({"improvement": 0}, [(100.0, 100.0)], False),
        ({"improvement": 0.1}, [(90.0, None)], False),
        ({"improvement": 0.1, "baseline": 100}, [(90.0, None)], True),
        ({"at": 90, "runs": 2}, [(90.0, None)], False),
        ({"at": 90, "runs": 2}, [(80.0, None), (95.0, None)], False),
        ({"at": 90, "runs": 2}, [(80.0, None), (85.0, None), (200.0, None)], True),
    ],
)
def test_a_target_is_reached_by_every_measurement_asked_for(content, values, passed):
    check = read_check({"kind": "kpi_target", "kpi": "makespan", **content})
    figures = [Figure(value, base, TODAY, "run:1") for value, base in values]
    assert judge(check, replace(best(), figures={"makespan": figures})).passed == passed


def test_more_is_better_where_the_manifest_says_so():
    check = read_check({"kind": "kpi_target", "kpi": "on_time_share", "at": 0.9})
    for value, passed in ((0.9, True), (0.89, False)):
        figures = {"on_time_share": [Figure(value, None, TODAY, "run:1")]}
        assert judge(check, replace(best(), figures=figures)).passed == passed


def test_one_failing_part_fails_the_whole_and_speaks():
    check = read_check(
        {"kind": "all_of", "checks": [{"kind": "run_green"}, {"kind": "kpi_target", "kpi": "makespan", "at": 1}]}
    )
    verdict = judge(check, best())
    assert not verdict.passed
    assert "not met" in verdict.words.en
    assert [one["passed"] for one in verdict.facts["checks"]] == [True, False]
