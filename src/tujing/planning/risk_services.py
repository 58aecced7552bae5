"""Use-cases of the risk register: who answers for a risk, and what is done about it."""

from __future__ import annotations

from typing import Any

from tujing.enterprise.models import Organisation
from tujing.planning.models import RiskResponse
from tujing.problems import refuse

Key = tuple[str, int, str]
"""Scenario, level, risk."""


def answers_to_risks(organisation: Organisation) -> dict[Key, RiskResponse]:
    """Returns what was said to the risks of an organisation's steps, whichever plan they were found in."""
    rows = RiskResponse.objects.filter(organisation=organisation).select_related("changed_by")
    return {(row.scenario, row.level, row.risk): row for row in rows}


def answer_risk(
    organisation: Organisation,
    scenario: str,
    level: int,
    risk: str,
    *,
    owner: str,
    response: str,
    state: str,
    by: Any,
) -> RiskResponse:
    """Keeps who answers for a risk, what is done, and how it stands.

    Raises
    ------
    BadInput
        When there is no such state.
    """
    if state not in RiskResponse.State.values:
        raise refuse(
            "unknown_state",
            f"没有“{state}”这种状态，可选：{'、'.join(RiskResponse.State.values)}。",
            f"There is no state {state}; there are: {', '.join(RiskResponse.State.values)}.",
            key="state",
            value=state,
        )
    row, _ = RiskResponse.objects.update_or_create(
        organisation=organisation,
        scenario=scenario,
        level=level,
        risk=risk,
        defaults={"owner": owner.strip()[:60], "response": response.strip()[:300], "state": state, "changed_by": by},
    )
    return row
