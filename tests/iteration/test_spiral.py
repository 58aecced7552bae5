from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tujing.iteration.spiral import Standing, spiral

FRESH = Standing(
    cycle=1,
    assessment_level=None,
    assessment_progress=0.0,
    plan_projects=None,
    milestones=0,
    milestones_passed=0,
    in_use=0,
    evaluated=0,
)


def current(standing: Standing) -> str:
    return spiral(standing).current.id


def test_a_newcomer_begins_with_the_diagnosis():
    assert current(FRESH) == "diagnose"


def test_each_step_leads_to_the_next():
    standing = replace(FRESH, assessment_level=2)
    assert current(standing) == "plan"
    standing = replace(standing, plan_projects=3)
    assert current(standing) == "implement"
    standing = replace(standing, milestones=4, milestones_passed=4)
    assert current(standing) == "evaluate"
    standing = replace(standing, in_use=1, evaluated=1)
    assert current(standing) == "iterate"


def test_a_full_draft_is_not_done_until_it_is_submitted():
    assert current(replace(FRESH, assessment_progress=1.0)) == "diagnose"


@given(
    st.builds(
        Standing,
        cycle=st.integers(1, 9),
        assessment_level=st.none() | st.integers(0, 4),
        assessment_progress=st.floats(0, 1),
        plan_projects=st.none() | st.integers(0, 60),
        milestones=st.just(8),
        milestones_passed=st.integers(0, 8),
        in_use=st.just(5),
        evaluated=st.integers(0, 5),
    )
)
def test_there_is_always_exactly_one_current_step_and_none_done_after_it(standing):
    states = [step.state for step in spiral(standing).steps]
    assert states.count("current") == 1
    assert "done" not in states[states.index("current") :]
