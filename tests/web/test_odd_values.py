"""What no form offers but anybody can send: numbers that are none, days at the ends of time, superscripts."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.urls import reverse
from tests.web.conftest import SCENARIO

from tujing.problems import BadInput
from tujing.web.plan_form import yuan
from tujing.web.profile_form import profile_from

ASKED = {
    "a day before all zones": ("operations_audit", {"since": "0001-01-01"}),
    "a day after all zones": ("operations_audit", {"until": "9999-12-31"}),
    "a square for a cycle": ("iteration_lessons", {"cycle": "²"}),
    "no number for a loss": ("plan_wishes", {"most_loss": "nan", "maturity": "9" * 5_000}),
    "a square for a maturity": ("plan_wishes", {"most_loss": "inf", "maturity": "²"}),
}


@pytest.mark.parametrize("typed", ["1e400", "1e999999999亿", "nan", "-inf", "300万万"])
def test_an_amount_that_no_float_holds_is_none(typed):
    with pytest.raises(BadInput) as refused:
        yuan(typed, "most_loss")
    assert refused.value.problems[0].code == "not_an_amount"


@pytest.mark.parametrize("typed", ["1e400", "1e999999999", "nan"])
def test_a_figure_of_the_profile_that_no_float_holds_is_none(typed):
    with pytest.raises(BadInput) as refused:
        profile_from(QueryDict(f"name_zh=a&staff={typed}&revenue={typed}"))
    assert refused.value.problems[0].code == "not_a_number"


@pytest.mark.parametrize("name", ASKED)
def test_an_odd_address_shows_the_page_all_the_same(works, sign_in, name):
    page, asked = ASKED[name]
    assert sign_in(works).get(reverse(page), asked).status_code == 200


@pytest.mark.parametrize("value", ["NaN", "inf", "-1e309", "²", "1" * 5_000])
def test_a_number_that_is_none_is_refused_where_it_stands(works, sign_in, value):
    client = sign_in(works)
    for page, arguments, field in (
        ("plan_make", [], "loan_rate"),
        ("plan_make", [], "quarters"),
        ("scenarios_bench", [SCENARIO], "seed"),
        ("scenarios_bench", [SCENARIO], "seconds"),
    ):
        form = {"budget": "300万", "quarters": "8", field: value}
        refused = client.post(reverse(page, args=arguments), form)
        assert refused.status_code == 422 and "这里要填" in refused.content.decode(), (page, field)


def test_a_seed_beyond_what_solvers_take_is_refused(works, sign_in):
    for seed in ("-1", str(2**31)):
        refused = sign_in(works, name=f"with-{seed}").post(reverse("scenarios_bench", args=[SCENARIO]), {"seed": seed})
        assert refused.status_code == 422 and "随机种子" in refused.content.decode()
