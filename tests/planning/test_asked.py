"""Wishes as plain data: changed step by step, stretched by a way out."""

import pytest

from tujing.planning.asked import Asked
from tujing.problems import BadInput

ONE = "production/scheduling@3"
TWO = "supply_chain/inventory@2"


def test_a_change_gives_way_to_the_next_one_of_the_same_step():
    asked = Asked(budget=1e6, pinned=(f"{ONE}:buy", TWO), forbidden=("service/after_sales@2",))
    moved = asked.with_changes(starts={ONE: 4})
    assert moved.pinned == (TWO, ONE) and moved.starts == {ONE: 4}
    left_out = moved.with_changes(forbid=[ONE])
    assert left_out.pinned == (TWO,) and left_out.starts == {} and left_out.forbidden[-1] == ONE
    free = left_out.with_changes(free=[ONE, "service/after_sales@2"])
    assert (free.pinned, free.forbidden, free.starts) == ((TWO,), (), {})
    assert asked.pinned == (f"{ONE}:buy", TWO), "what was asked is never changed itself"


def test_a_step_named_wrongly_is_refused():
    with pytest.raises(BadInput, match="level from 1 to 4"):
        Asked(budget=1e6).with_changes(pin=["production/scheduling@9"])


def test_a_way_out_is_put_into_the_wishes():
    asked = Asked(budget=1_200_000, quarters=4, pinned=(ONE,), mandatory=(TWO,), starts={ONE: 1}, loan=5e5)
    written = asked.with_usual(100.0, 4, 2)
    wider = written.stretched(
        {
            "budget": 70_000,
            "people": 12.5,
            "parallel": 1,
            "department:production": 1,
            "loan": 1e5,
            f"mandatory:{ONE}": 1,
        }
    )
    assert wider.budget == (370_000, 300_000, 300_000, 300_000)
    assert (wider.capacity, wider.parallel, wider.department_parallel, wider.loan) == (112.5, 5, 3, 6e5)
    assert wider.pinned == () and wider.starts == {} and wider.mandatory == (TWO,)
    assert asked.with_usual(100.0, 4, 2).stretched({"target:score": 3}).target_level is None


def test_they_live_as_json():
    asked = Asked(budget=(1.0, 2.0), quarters=2, starts={ONE: 1}, skills={"digital": 20.0})
    assert Asked(**asked.model_dump(mode="json")) == asked
