"""Prerequisites go round in a circle exactly when some step needs itself."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tujing.atlas.checks import LEVELS, find_circle, holds_alone, prerequisite_steps
from tujing.atlas.loader import manifest
from tujing.atlas.manifest import Prerequisite
from tujing.words import Text

STEPS = st.tuples(st.sampled_from("abcde"), st.integers(1, 4))
NEEDS = st.dictionaries(STEPS, st.sets(STEPS, max_size=3), max_size=12)


def _reachable(steps, start):
    """All steps that `start` needs, directly or not, by walking."""
    seen, ahead = set(), list(steps.get(start, ()))
    while ahead:
        step = ahead.pop()
        if step not in seen:
            seen.add(step)
            ahead += steps.get(step, ())
    return seen


@given(NEEDS)
def test_a_circle_is_found_exactly_when_a_step_needs_itself(steps):
    circle = find_circle(steps)
    assert bool(circle) == any(step in _reachable(steps, step) for step in steps)


@given(NEEDS)
def test_a_found_circle_is_closed_and_made_of_real_needs(steps):
    circle = find_circle(steps)
    if circle:
        assert circle[0] == circle[-1]
        pairs = list(pairwise(circle))
        forwards = all(later in steps.get(earlier, ()) for earlier, later in pairs)
        backwards = all(earlier in steps.get(later, ()) for earlier, later in pairs)
        assert forwards or backwards


PREREQUISITES = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(1, 4), st.integers(1, 4)), max_size=8
)


@given(PREREQUISITES)
def test_a_level_needs_its_own_level_below_and_every_prerequisite_that_holds_from_it_on(drawn):
    base = manifest("supply_chain/order_tracking")
    why = Text(zh="因", en="why")
    manifests = {
        name: base.model_copy(
            update={
                "prerequisites": tuple(
                    Prerequisite(scenario=other, level=level, from_level=from_level, reason=why)
                    for owner, other, level, from_level in drawn
                    if owner == name
                )
            }
        )
        for name in "abcd"
    }
    steps = prerequisite_steps(manifests)
    assert set(steps) == {(name, level) for name in "abcd" for level in LEVELS}
    for (name, level), needed in steps.items():
        expected = {(other, low) for owner, other, low, start in drawn if owner == name and start <= level}
        assert needed == expected | ({(name, level - 1)} if level > 1 else set())


def test_a_formula_that_asks_for_a_value_its_column_never_has_is_told():
    card = manifest("production/digital_twin")
    kpi = card.kpis[1].model_copy(update={"formula": "count(machine_event | machine_event.state = failure or broken)"})
    (problem,) = holds_alone(card.model_copy(update={"kpis": (card.kpis[0], kpi, *card.kpis[2:])}), "file")
    assert (problem.code, problem.key, problem.value) == ("unknown_value", "kpis.1.formula", "broken")
