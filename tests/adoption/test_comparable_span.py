"""Which weeks an adoption's effect is told from: since the level below stood, until its control adopts too."""

from datetime import date

import pytest

from tujing.adoption.models import Adoption, Cycle
from tujing.adoption.services import comparable_span

pytestmark = pytest.mark.django_db
SCENARIO = "production/scheduling"


@pytest.fixture
def cycles(organisation):
    return [
        Cycle.objects.create(organisation=organisation, number=number, opened=date(2025 + number, 1, 1))
        for number in (1, 2)
    ]


def adopt(cycle, go_live, carried_from=None, is_pilot=False, scenario=SCENARIO):
    return Adoption.objects.create(
        organisation=cycle.organisation,
        cycle=cycle,
        scenario=scenario,
        go_live=go_live,
        is_pilot=is_pilot,
        carried_from=carried_from,
    )


def test_one_level_live_once_has_all_its_weeks(cycles):
    first = adopt(cycles[0], date(2026, 3, 1))
    assert comparable_span(first) == (None, None)
    assert comparable_span(adopt(cycles[1], date(2026, 3, 1), carried_from=first)) == (None, None)


def test_a_further_level_is_compared_with_the_one_before_it(cycles):
    first = adopt(cycles[0], date(2026, 3, 1))
    second = adopt(cycles[1], date(2027, 6, 1), carried_from=first)
    assert comparable_span(second) == (date(2026, 3, 1), None)


def test_a_pilot_is_compared_until_the_first_level_of_its_roll_out(cycles):
    pilot = adopt(cycles[0], date(2026, 1, 5), is_pilot=True)
    assert comparable_span(pilot) == (None, None)
    rolled = adopt(cycles[0], date(2026, 9, 1))
    adopt(cycles[0], date(2026, 8, 1), scenario="service/after_sales")
    later = adopt(cycles[1], date(2026, 1, 5), carried_from=pilot, is_pilot=True)
    adopt(cycles[1], date(2027, 6, 1), carried_from=rolled)
    assert comparable_span(pilot)[1] == comparable_span(later)[1] == date(2026, 9, 1)
