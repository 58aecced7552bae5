"""The map learns: consent, released means with their privacy cost, and what a firm may believe from them.

Everything takes the organisation first and sees only its rows, but for `release`: the map's keeper calls it with the
values of those who consent, and what it stores of them besides their own ledgers is one noised mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from tujing.adoption.hierarchy import Belief, Pooled, declared, firm_prior, from_range, pooled_variance
from tujing.adoption.models import Consent, PriorRelease, PrivacySpend
from tujing.adoption.privacy import PrivateMean, bounds, private_mean, without_own
from tujing.atlas.loader import atlas
from tujing.enterprise.models import Organisation, Profile
from tujing.enterprise.services import classification
from tujing.problems import refuse

USUAL_BUDGET = 4.0
"""ε that consent allows when nothing else is said."""
USUAL_EPSILON = 0.5
"""ε of one release."""
ROUNDING = 1e-9

Key = tuple[str, int, str]
"""Scenario, level, driver."""


@dataclass(frozen=True)
class Account:
    """An organisation's privacy account."""

    consents: bool
    budget: float
    spent: float
    ledger: tuple[PrivacySpend, ...]

    @property
    def left(self) -> float:
        return self.budget - self.spent

    def can_afford(self, epsilon: float) -> bool:
        return self.consents and self.left + ROUNDING >= epsilon


def give_consent(organisation: Organisation, budget: float = USUAL_BUDGET) -> Consent:
    """Lets the organisation's measured effects flow into the map from now on, up to a privacy budget ε.

    Raises
    ------
    BadInput
        When the budget is not above nought, or less than what is spent already.
    """
    spent = account(organisation).spent
    if not math.isfinite(budget) or budget <= 0 or budget < spent:
        raise refuse(
            "bad_privacy_budget",
            f"隐私预算须大于零，且不少于已用的 {spent:g}。",
            f"The privacy budget must be above nought and no less than the {spent:g} already spent.",
            value=f"{budget:g}",
        )
    consent, _ = Consent.objects.update_or_create(
        organisation=organisation, defaults={"given": timezone.now(), "revoked": None, "budget": budget}
    )
    return consent


def revoke_consent(organisation: Organisation) -> None:
    """Stops all further contributions; what was released before stays released.

    Raises
    ------
    BadInput
        When there is no consent to take back.
    """
    changed = Consent.objects.filter(organisation=organisation, revoked__isnull=True).update(revoked=timezone.now())
    if not changed:
        raise refuse("no_consent", "尚未同意贡献，无可撤回。", "There is no consent to take back.")


def account(organisation: Organisation) -> Account:
    """Returns what the organisation allowed and what was spent, release by release."""
    consent = Consent.objects.filter(organisation=organisation).first()
    ledger = tuple(PrivacySpend.objects.filter(organisation=organisation).select_related("release"))
    return Account(
        consents=consent is not None and consent.revoked is None,
        budget=consent.budget if consent else 0.0,
        spent=sum(row.epsilon for row in ledger),
        ledger=ledger,
    )


def group_of(organisation: Organisation) -> tuple[str, str] | None:
    """Returns the organisation's industry (GB/T 4754 division) and size class; None without a profile."""
    profile = Profile.objects.filter(organisation=organisation).first()
    return None if profile is None else (profile.industry[:3], classification(organisation).size)


@transaction.atomic
def release(
    key: Key, industry: str, size: str, values: Mapping[Organisation, float], epsilon: float = USUAL_EPSILON
) -> PriorRelease:
    """Publishes the noised mean of those who consent and can afford it, and writes each one's cost into its ledger.

    Raises
    ------
    BadInput
        When too few consent and can afford it, or the manifest does not declare the effect.
    """
    # Locked, so that two releases at once cannot both take the last of a budget.
    consents = Consent.objects.select_for_update().filter(organisation__in=list(values), revoked__isnull=True)
    accounts = {consent.organisation: account(consent.organisation) for consent in consents}
    taken = {one: values[one] for one, held in accounts.items() if held.can_afford(epsilon)}
    scenario, level, driver = key
    world = _declared(key)
    if world is None:
        raise refuse(
            "no_such_effect",
            f"地图上没有 {scenario} {level} 级对 {driver} 的效果。",
            f"The map declares no effect of {scenario} level {level} on {driver}.",
            value=f"{scenario}@{level}",
        )
    low, high = bounds(world)
    made = private_mean(list(taken.values()), low, high, epsilon)
    row = PriorRelease.objects.create(
        scenario=scenario,
        level=level,
        driver=driver,
        industry=industry,
        size=size,
        released=timezone.now(),
        firms=made.firms,
        mean=made.mean,
        scale=made.scale,
        low=low,
        high=high,
        epsilon=made.epsilon,
    )
    PrivacySpend.objects.bulk_create(
        PrivacySpend(organisation=one, release=row, epsilon=epsilon, value=value) for one, value in taken.items()
    )
    return row


def pooled_beliefs(organisation: Organisation) -> dict[Key, tuple[Belief, int]]:
    """Returns what other firms' contributions say of each effect, as this firm's prior, and how many firms gave.

    Effects of which nothing was released are left out: their prior is the manifest's range.
    """
    newest: dict[tuple[Key, str, str], PriorRelease] = {}
    for row in PriorRelease.objects.order_by("released", "id"):
        newest[(row.scenario, row.level, row.driver), row.industry, row.size] = row
    if not newest:
        return {}
    given = dict(PrivacySpend.objects.filter(organisation=organisation).values_list("release_id", "value"))
    mine, shares = group_of(organisation), declared().effect_variance
    by_effect: dict[Key, list[tuple[PriorRelease, bool]]] = {}
    for (key, industry, size), row in newest.items():
        by_effect.setdefault(key, []).append((row, (industry, size) == mine))
    found = {}
    for key, rows in by_effect.items():
        world = _declared(key)
        if world is None:
            continue  # the scenario has left the map
        means, firms = [], 0
        for row, is_own_group in rows:
            made = PrivateMean(row.mean, row.firms, row.low, row.high, row.scale, row.epsilon)
            mean, count, noise = made.mean, made.firms, made.noise_variance
            if row.pk in given:
                mean, count, noise = without_own(made, given[row.pk])
            means.append(Pooled(mean, pooled_variance(world, shares, count, noise), is_own_group))
            firms += count
        found[key] = firm_prior(world, means, shares), firms
    return found


def _declared(key: Key) -> Belief | None:
    """Returns the manifest's range of an effect as a belief; None when the map declares no such effect (any more)."""
    scenario, level, driver = key
    card = atlas().manifests.get(scenario)
    for effect in card.effects if card else ():
        if (effect.level, effect.driver) == (level, driver):
            return from_range(effect.change.low, effect.change.mode, effect.change.high)
    return None
