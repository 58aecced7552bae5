"""The grammar of checks: what may be asked, what is refused, and that every scenario's defaults can be asked."""

import pytest

from tujing.atlas.loader import atlas, manifest
from tujing.delivery.acceptance import KINDS, in_words, parts, read_check
from tujing.delivery.gates import declare, gates
from tujing.problems import BadInput

SCENARIO = "production/scheduling"


def test_every_scenario_has_milestones_at_every_level_that_fit_its_manifest():
    for name, card in atlas().cards.items():
        for level in (1, 2, 3, 4):
            declared = declare(card.manifest, level, card.runnable)
            assert [one.gate for one in declared] == sorted(
                (one.gate for one in declared), key=list(gates().gates).index
            ), name
            kinds = [one.check.kind for one in declared]
            assert {"data_ready", "output_present"} <= set(kinds)
            assert ("run_green" in kinds) == card.runnable
            for one in declared:
                assert read_check(one.check.model_dump(mode="json"), "kept", card.manifest) == one.check


def test_higher_levels_ask_for_quality_that_lasts():
    assert [one.check.kind for one in declare(manifest(SCENARIO), 2, True)] == [
        "data_ready",
        "run_green",
        "output_present",
        "beats_today",
    ]
    held = {
        level: next(
            one.check for one in declare(manifest(SCENARIO), level, True) if one.check.kind == "element_quality"
        )
        for level in (3, 4)
    }
    assert held[3].elements == ("work_order", "operation_route", "work_centre")
    assert held[4].at_least > held[3].at_least and held[4].days > held[3].days


def test_checks_may_be_put_together():
    check = read_check(
        {"kind": "all_of", "checks": [{"kind": "data_ready"}, {"kind": "all_of", "checks": [{"kind": "run_green"}]}]}
    )
    assert [one.kind for one in parts(check)] == ["data_ready", "run_green"]


def test_every_kind_has_words():
    checks = [
        {"kind": "data_ready"},
        {"kind": "run_green", "runs": 2},
        {"kind": "output_present"},
        {"kind": "beats_today"},
        {"kind": "element_quality", "elements": ["work_order"], "at_least": 0.9, "days": 7},
        {"kind": "kpi_target", "kpi": "makespan", "at": 600},
        {"kind": "all_of", "checks": [{"kind": "data_ready"}]},
    ]
    assert {one["kind"] for one in checks} == set(KINDS)
    for one in checks:
        words = in_words(read_check(one), manifest(SCENARIO))
        assert words.zh.endswith("。") and words.en.endswith(".")
    assert "at most 600 min" in words_of({"kind": "kpi_target", "kpi": "makespan", "at": 600})
    assert "by 5.0% or more" in words_of({"kind": "kpi_target", "kpi": "makespan", "improvement": 0.05})


def words_of(content) -> str:
    return in_words(read_check(content), manifest(SCENARIO)).en


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("data_ready", "unknown_check"),
        ({"kind": "by_hand"}, "unknown_check"),
        ({"kind": "run_green", "runs": 0}, "greater_than_equal"),
        ({"kind": "run_green", "passed": True}, "extra_forbidden"),
        ({"kind": "kpi_target", "kpi": "makespan"}, "value_error"),
        ({"kind": "kpi_target", "kpi": "makespan", "at": 3, "improvement": 0.1}, "value_error"),
        ({"kind": "kpi_target", "kpi": "profit", "at": 3}, "unknown_kpi"),
        ({"kind": "element_quality", "elements": ["orders"], "at_least": 0.9}, "unknown_element"),
        ({"kind": "element_quality", "elements": ["work_order"], "at_least": 0.9, "columns": ["x"]}, "unknown_column"),
        ({"kind": "element_quality", "elements": ["work_order"], "at_least": 95}, "less_than_equal"),
        ({"kind": "element_quality", "elements": ["work_centre"], "at_least": 0.9, "fresh_days": 7}, "no_time_column"),
        ({"kind": "element_quality", "elements": [], "at_least": 0.9}, "too_short"),
        ({"kind": "all_of", "checks": [{"kind": "kpi_target", "kpi": "profit", "at": 3}]}, "unknown_kpi"),
        ({"kind": "all_of", "checks": [{"kind": "by_hand"}]}, "union_tag_invalid"),
    ],
)
def test_a_check_that_cannot_be_run_is_refused_by_name(content, code):
    with pytest.raises(BadInput) as error:
        read_check(content, "checks.yaml", manifest(SCENARIO))
    assert error.value.problems[0].code == code
