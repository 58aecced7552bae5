"""Covered: readiness grows with the data and is complete exactly when nothing that is required is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.adoption.readiness import readiness
from tujing.atlas.loader import atlas
from tujing.dataspace.facts import ElementFacts
from tujing.elements.definition import element

CARD = atlas().manifests["service/predictive_maintenance"]
READS = [need.element for need in CARD.data_elements.reads]


def facts(name: str, filled: float = 1.0, **changes) -> ElementFacts:
    values = {
        "element": name,
        "rows": 10,
        "first": None,
        "last": None,
        "span_days": None,
        "freshness_days": None,
        "completeness": dict.fromkeys(element(name).columns, filled),
        "uniqueness": 1.0,
        "validity": 1.0,
    }
    return ElementFacts(**{**values, **changes})


def test_no_data_is_no_readiness():
    found = readiness(CARD, {})
    assert (found.share, found.ready) == (0.0, False)
    assert {gap.element for gap in found.missing} == set(READS)


def test_full_data_is_full_readiness():
    found = readiness(CARD, {name: facts(name) for name in READS})
    assert (found.share, found.ready, found.missing) == (1.0, True, ())


@given(st.sets(st.sampled_from(READS)), st.sampled_from(READS))
def test_one_more_table_never_lowers_readiness(present, more):
    before = readiness(CARD, {name: facts(name) for name in present})
    after = readiness(CARD, {name: facts(name) for name in {*present, more}})
    assert after.share >= before.share
    assert after.ready >= before.ready


def test_a_column_that_speaks_of_some_rows_only_needs_only_those():
    some = {name: facts(name) for name in READS}
    few = dict(some["machine_event"].completeness, reason=0.02)
    assert readiness(CARD, {**some, "machine_event": facts("machine_event", completeness=few)}).ready
    none = dict(some["machine_event"].completeness, reason=0.0)
    found = readiness(CARD, {**some, "machine_event": facts("machine_event", completeness=none)})
    assert not found.ready
    assert found.missing[0].column == "reason"


@pytest.mark.parametrize("changes", [{"validity": 0.5}, {"uniqueness": 0.99}])
def test_invalid_rows_and_repeated_keys_are_named(changes):
    name = READS[0]
    found = readiness(CARD, {**{each: facts(each) for each in READS}, name: facts(name, **changes)})
    assert any(gap.element == name for gap in found.missing)
