"""What firms measured flows into the map only with consent, and comes back as everybody's prior."""

import json
from datetime import date

import pytest

from tujing.adoption.learning_services import account, give_consent
from tujing.adoption.models import Adoption, PriorRelease, Stage
from tujing.adoption.services import beliefs, current_cycle
from tujing.enterprise.services import create_organisation
from tujing.evaluation.models import Evaluation
from tujing.iteration.contributing import account_document, measured_by, release_all
from tujing.problems import BadInput

pytest.importorskip("opendp")
pytestmark = pytest.mark.django_db

KEY = ("production/scheduling", 3, "labour_cost")
PROFILE = {"industry": "C3812", "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}


def a_firm(number, change):
    firm = create_organisation(f"firm-{number}", {"zh": f"厂{number}", "en": f"Firm {number}"}, PROFILE)
    adoption = Adoption.objects.create(
        organisation=firm,
        cycle=current_cycle(firm),
        scenario=KEY[0],
        stage=Stage.EVALUATED,
        level_today=3,
        level_target=3,
        go_live=date(2026, 1, 5),
    )
    for mean in (9.9, change):  # an older evaluation, and the one that counts
        driver = {"driver": KEY[2], "level": KEY[1], "measured": {"mean": mean, "standard_deviation": 0.002}}
        Evaluation.objects.create(
            organisation=firm, adoption=adoption, measure="setup_share", verdict="better", result={"drivers": [driver]}
        )
    return firm


@pytest.fixture
def firms():
    return [a_firm(number, -0.027) for number in range(7)]


def test_the_last_measurement_counts_and_no_prior_is_in_it(firms):
    assert measured_by(firms[0])[KEY].mean == pytest.approx(-0.027)


def test_a_release_takes_those_who_consent_and_teaches_the_one_who_does_not(firms):
    assert release_all(4.0) == []
    for firm in firms[:6]:
        give_consent(firm, 4.0)
    (row,) = release_all(4.0)
    assert (row.firms, row.industry, row.size, row.scenario) == (6, "C38", "small", KEY[0])
    assert release_all(4.0) == []  # nobody has any budget left
    assert PriorRelease.objects.count() == 1
    assert account(firms[6]).spent == 0
    outsider = beliefs(firms[6])[KEY]
    assert outsider.source == "pooled: 6 firms" and outsider.standard_deviation < 0.02 / 24**0.5

    document = json.loads(json.dumps(account_document(firms[0]), allow_nan=False))
    assert (document["consents"], document["spent"], document["budget"]) == (True, 4.0, 4.0)
    (entry,) = document["ledger"]
    assert entry["given"] == pytest.approx(-0.027) and entry["noise_scale"] > 0 and entry["firms"] == 6
    assert "firm-1" not in json.dumps(document)
    other = account_document(firms[6])
    assert other["ledger"] == [] and other["pooled"] and not other["consents"]


@pytest.mark.parametrize("epsilon", [0.0, -1.0, float("nan"), float("inf")])
def test_a_release_that_costs_nothing_is_refused(epsilon):
    with pytest.raises(BadInput) as refused:
        release_all(epsilon)
    assert refused.value.problems[0].code == "bad_epsilon"


def test_four_firms_are_too_few(firms):
    for firm in firms[:4]:
        give_consent(firm, 4.0)
    assert release_all(1.0) == []
    assert all(account(firm).spent == 0 for firm in firms)
