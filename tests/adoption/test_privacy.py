"""The noise is what theory asks for, consent and budget are kept, and nobody sees another's figures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tujing.adoption.hierarchy import Belief
from tujing.adoption.learning_services import account, give_consent, group_of, pooled_beliefs, release, revoke_consent
from tujing.adoption.models import PriorRelease, PrivacySpend
from tujing.adoption.privacy import FEWEST_FIRMS, PrivateMean, bounds, private_mean, without_own
from tujing.adoption.services import beliefs
from tujing.enterprise.services import create_organisation
from tujing.problems import BadInput

pytest.importorskip("opendp")

KEY = ("production/scheduling", 3, "labour_cost")
PROFILE = {"industry": "C3812", "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}


@settings(max_examples=25, deadline=None)
@given(st.integers(FEWEST_FIRMS, 200), st.floats(0.05, 5.0), st.floats(-0.5, 0.0), st.floats(0.01, 0.5))
def test_scale_and_loss_equal_theory(firms, epsilon, low, width):
    made = private_mean([low] * firms, low, low + width, epsilon)
    assert made.scale == pytest.approx(width / (firms * epsilon), rel=1e-6)
    assert made.epsilon == pytest.approx(epsilon, rel=1e-6)
    assert made.noise_variance == pytest.approx(2 * made.scale**2)


def test_the_noise_that_comes_out_is_laplace_of_that_scale():
    values = [-0.03, -0.02, -0.01, -0.02, -0.02]
    made = [private_mean(values, -0.05, 0.0, 1.0) for _ in range(1500)]
    noise = np.array([one.mean for one in made]) - np.mean(values)
    scale = made[0].scale
    # Mean absolute Laplace noise is its scale; 1500 draws have a standard error of scale/√1500.
    assert np.abs(noise).mean() == pytest.approx(scale, abs=5 * scale / np.sqrt(1500))
    assert noise.mean() == pytest.approx(0, abs=5 * np.sqrt(2) * scale / np.sqrt(1500))


def test_an_outlier_moves_the_mean_no_more_than_its_bounds():
    tame = [private_mean([0.0] * 9 + [value], -0.1, 0.1, 1e6).mean for value in (0.1, 1e9)]
    assert tame[1] == pytest.approx(tame[0], abs=1e-4)


@pytest.mark.parametrize(
    ("values", "low", "high", "epsilon", "code"),
    [
        ([0.0] * (FEWEST_FIRMS - 1), -1, 1, 1.0, "too_few_firms"),
        ([0.0] * 5, -1, 1, 0.0, "bad_epsilon"),
        ([0.0] * 5, -1, 1, float("inf"), "bad_epsilon"),
        ([0.0] * 5, 0.5, 0.5, 1.0, "no_bounds"),
        ([0.0] * 4 + [float("nan")], -1, 1, 1.0, "not_a_number"),
    ],
)
def test_what_cannot_be_released_is_refused(values, low, high, epsilon, code):
    with pytest.raises(BadInput) as refused:
        private_mean(values, low, high, epsilon)
    assert refused.value.problems[0].code == code


def test_a_contributor_can_leave_itself_out():
    made = PrivateMean(mean=-0.02, firms=5, low=-0.05, high=0.0, scale=0.001, epsilon=1.0)
    mean, count, noise = without_own(made, -0.9)
    assert (mean, count) == (pytest.approx((-0.02 * 5 + 0.05) / 4), 4)
    assert noise == pytest.approx(made.noise_variance * (5 / 4) ** 2)


@pytest.fixture
def firms(db):
    return [
        create_organisation(f"firm-{number}", {"zh": f"厂{number}", "en": f"Firm {number}"}, PROFILE)
        for number in range(8)
    ]


def give(firms, epsilon=0.5, value=-0.03):
    return release(KEY, *group_of(firms[0]), dict.fromkeys(firms, value), epsilon)


@pytest.mark.django_db
def test_without_consent_nothing_is_taken(firms):
    for firm in firms[:5]:
        give_consent(firm, 1.0)
    row = give(firms)
    assert row.firms == 5
    assert not PrivacySpend.objects.filter(organisation__in=firms[5:]).exists()
    revoke_consent(firms[0])
    with pytest.raises(BadInput) as refused:
        give(firms)
    assert refused.value.problems[0].code == "too_few_firms"
    assert account(firms[0]).spent == pytest.approx(0.5) and not account(firms[0]).consents


@pytest.mark.django_db
def test_a_budget_cannot_be_exceeded(firms):
    for firm in firms:
        give_consent(firm, 1.0)
    give(firms), give(firms)
    with pytest.raises(BadInput):
        give(firms)
    for firm in firms:
        held = account(firm)
        assert held.spent == pytest.approx(1.0) and held.left == pytest.approx(0.0) and len(held.ledger) == 2
    assert PriorRelease.objects.count() == 2
    with pytest.raises(BadInput) as refused:
        give_consent(firms[0], 0.5)
    assert refused.value.problems[0].code == "bad_privacy_budget"


@pytest.mark.django_db
def test_released_means_become_priors_of_the_group_with_their_noise(firms):
    stranger = create_organisation("other", {"zh": "外", "en": "Other"}, {**PROFILE, "industry": "C3412"})
    assert pooled_beliefs(stranger) == {} and beliefs(stranger) == {}
    for firm in firms:
        give_consent(firm)
    give(firms, epsilon=4.0, value=-0.027)
    mine, (theirs, count) = beliefs(firms[0])[KEY], pooled_beliefs(stranger)[KEY]
    world = Belief(-0.02, 0.02 / 24**0.5)
    assert count == 8 and mine.source == "pooled: 7 firms"
    # The group's own firms are pulled further than those of another industry.
    assert abs(mine.mean - world.mean) > abs(theirs.mean - world.mean) > 0
    assert mine.standard_deviation < world.standard_deviation
    low, high = bounds(world)
    assert (PriorRelease.objects.get().low, PriorRelease.objects.get().high) == (
        pytest.approx(low),
        pytest.approx(high),
    )


@pytest.mark.django_db
def test_accounts_of_others_stay_theirs(firms):
    for firm in firms[:5]:
        give_consent(firm)
    give(firms)
    assert account(firms[7]).ledger == () and account(firms[7]).spent == 0
    assert {row.organisation_id for row in account(firms[0]).ledger} == {firms[0].pk}
    with pytest.raises(BadInput) as refused:
        revoke_consent(firms[7])
    assert refused.value.problems[0].code == "no_consent"


@pytest.mark.django_db
def test_an_effect_that_the_map_does_not_declare_is_refused(firms):
    with pytest.raises(BadInput) as refused:
        release(("production/scheduling", 1, "revenue"), "C38", "small", dict.fromkeys(firms, 0.0))
    assert refused.value.problems[0].code == "no_such_effect"
