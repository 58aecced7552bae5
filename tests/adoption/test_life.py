from itertools import pairwise

import pytest

from tujing.adoption.life import FOLLOWS, check_step
from tujing.problems import BadInput

STAGES = list(FOLLOWS)


@pytest.mark.parametrize("now", STAGES)
@pytest.mark.parametrize("then", STAGES)
def test_only_the_steps_of_the_life_cycle_are_allowed(now, then):
    if then in FOLLOWS[now]:
        check_step("production/scheduling", now, then)
    else:
        with pytest.raises(BadInput) as caught:
            check_step("production/scheduling", now, then)
        assert now in caught.value.problems[0].sentence("en")


def test_the_whole_way_can_be_walked():
    way = ["candidate", "planned", "implementing", "in_use", "evaluated"]
    for now, then in pairwise(way):
        check_step("x/y", now, then)


def test_a_scenario_cannot_be_in_use_before_it_is_implemented():
    with pytest.raises(BadInput):
        check_step("x/y", "planned", "in_use")
