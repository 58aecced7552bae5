"""The map learns: what firms measured, pooled over those who consent, released with differential privacy."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tujing.adoption.hierarchy import Belief
from tujing.adoption.learning_services import USUAL_EPSILON, account, group_of, pooled_beliefs, release
from tujing.adoption.models import Consent, PriorRelease
from tujing.adoption.privacy import FEWEST_FIRMS, check_epsilon
from tujing.enterprise.models import Organisation
from tujing.evaluation.models import Evaluation
from tujing.iteration.keeping import Key, as_evaluated, by_effect


def measured_by(organisation: Organisation) -> dict[Key, Belief]:
    """Returns each effect as the organisation measured it last, apart from any prior: what it can contribute."""
    newest: dict[tuple[str, bool], Evaluation] = {}
    rows = Evaluation.objects.filter(organisation=organisation).select_related("adoption__cycle")
    for row in rows.order_by("adoption__cycle__number", "created"):
        newest[row.adoption.scenario, row.adoption.is_pilot] = row
    return by_effect({row.adoption: as_evaluated(organisation, row.adoption) for row in newest.values()})


def release_all(epsilon: float = USUAL_EPSILON) -> list[PriorRelease]:
    """As the map's keeper, releases every effect that enough consenting firms of one industry and size measured.

    This alone looks across organisations, at those who consent and no others.

    Raises
    ------
    BadInput
        When ε is not above nought.
    """
    check_epsilon(epsilon)
    values: dict[tuple[Key, tuple[str, str]], dict[Organisation, float]] = defaultdict(dict)
    for consent in Consent.objects.filter(revoked__isnull=True).select_related("organisation"):
        organisation = consent.organisation
        group = group_of(organisation)
        if group is None:
            continue
        for key, measured in measured_by(organisation).items():
            values[key, group][organisation] = measured.mean
    released = []
    for (key, (industry, size)), given in sorted(values.items(), key=lambda one: (-len(one[1]), one[0])):
        able = {one: value for one, value in given.items() if account(one).can_afford(epsilon)}
        if len(able) >= FEWEST_FIRMS:
            released.append(release(key, industry, size, able, epsilon))
    return released


def account_document(organisation: Organisation) -> dict[str, Any]:
    """Consent, what it cost release by release, what could be given, and what others' contributions say. Plain JSON."""
    held = account(organisation)
    return {
        "consents": held.consents,
        "budget": held.budget,
        "spent": held.spent,
        "ledger": [
            {
                "released": row.release.released.isoformat(),
                "scenario": row.release.scenario,
                "level": row.release.level,
                "driver": row.release.driver,
                "industry": row.release.industry,
                "size": row.release.size,
                "firms": row.release.firms,
                "noise_scale": row.release.scale,
                "bounds": [row.release.low, row.release.high],
                "epsilon": row.epsilon,
                "given": row.value,
            }
            for row in held.ledger
        ],
        "measured": [
            {"scenario": scenario, "level": level, "driver": driver, "mean": one.mean, "error": one.standard_deviation}
            for (scenario, level, driver), one in sorted(measured_by(organisation).items())
        ],
        "pooled": [
            {
                "scenario": scenario,
                "level": level,
                "driver": driver,
                "mean": belief.mean,
                "standard_deviation": belief.standard_deviation,
                "firms": firms,
            }
            for (scenario, level, driver), (belief, firms) in sorted(pooled_beliefs(organisation).items())
        ],
    }
