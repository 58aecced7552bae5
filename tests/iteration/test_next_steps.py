"""The best next steps: few, allowed, in order, each with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.iteration.next_steps import WEEKS_TO_TELL, Known, next_steps
from tujing.words import Text

TODAY = date(2026, 3, 31)
NAME = Text(zh="排程排产", en="Scheduling")
SETTLED = Known(
    today=TODAY,
    assessed=True,
    draft_share=None,
    has_baseline=True,
    planned=True,
    milestones=4,
    late_milestones=0,
    earliest_late=None,
    unevaluated=(),
    all_evaluated=False,
    never_run=(),
    own_late=0,
)


def ids(known: Known, allowed=lambda action: True) -> list[str]:
    return [one.id for one in next_steps(known, allowed)]


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({}, []),
        ({"assessed": False}, ["assess"]),
        ({"assessed": False, "draft_share": 0.4}, ["go_on_answering"]),
        ({"draft_share": 0.4}, ["go_on_answering"]),
        ({"has_baseline": False, "planned": False}, ["baseline"]),
        ({"planned": False}, ["plan"]),
        ({"assessed": False, "planned": False}, ["assess"]),
        ({"milestones": 0}, ["take_up"]),
        ({"late_milestones": 2, "earliest_late": date(2026, 3, 1)}, ["late"]),
        ({"own_late": 1, "late_milestones": 1}, ["own_late", "late"]),
        ({"never_run": (("production/scheduling", NAME),)}, ["run"]),
        ({"unevaluated": ((NAME, TODAY - timedelta(weeks=WEEKS_TO_TELL)),)}, ["evaluate"]),
        ({"unevaluated": ((NAME, TODAY - timedelta(weeks=WEEKS_TO_TELL, days=-1)),)}, []),
        ({"all_evaluated": True}, ["next_turn"]),
    ],
)
def test_what_comes_next(change, first):
    assert ids(replace(SETTLED, **change)) == first


KNOWN = st.builds(
    Known,
    today=st.just(TODAY),
    assessed=st.booleans(),
    draft_share=st.none() | st.floats(0, 1),
    has_baseline=st.booleans(),
    planned=st.booleans(),
    milestones=st.integers(0, 3),
    late_milestones=st.integers(0, 3),
    earliest_late=st.just(date(2026, 1, 1)),
    unevaluated=st.sampled_from([(), ((NAME, date(2025, 1, 1)),)]),
    all_evaluated=st.booleans(),
    never_run=st.sampled_from([(), (("production/scheduling", NAME),)]),
    own_late=st.integers(0, 2),
)
ACTIONS = st.sets(st.sampled_from(["answer", "import", "plan", "deliver", "run", "evaluate", "comment"]))


@given(KNOWN, ACTIONS, st.integers(1, 5))
def test_they_are_few_allowed_and_in_order(known, allowed, most):
    found = next_steps(known, allowed.__contains__, most)
    assert len(found) <= most
    assert all(one.action in allowed for one in found)
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
    assert len({one.id for one in found}) == len(found)
    assert not {"assess", "go_on_answering"} <= {one.id for one in found}


def test_a_viewer_gets_none():
    assert ids(replace(SETTLED, late_milestones=3, earliest_late=TODAY), lambda action: action == "view") == []
