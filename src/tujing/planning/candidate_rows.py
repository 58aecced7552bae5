"""Every step that could be planned, with what it is worth, costs and risks on its own, as plain JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tujing.adoption.readiness import Readiness
from tujing.planning.candidates import Candidate
from tujing.planning.problem import Floats, Step

DRAWS = 400


def candidate_rows(
    candidates: Sequence[Candidate],
    steps: Sequence[Step],
    drawn: Floats,
    readiness: Mapping[str, Readiness],
    lock_in: Mapping[str, float],
) -> list[dict[str, Any]]:
    """Returns one row a step and way, in the order of the candidates. Money in yuan.

    Worth is told for a start in the first quarter, alone and linear with overlap, whatever the limits.

    Parameters
    ----------
    steps
        The optimiser's steps of the candidates, in the same order; more may follow.
    drawn
        Worth of each candidate's each start in each draw, shape (draws, candidates, quarters).
    lock_in
        Option → how hard it is to leave, 0–1.
    """
    rows = []
    for place, (one, step) in enumerate(zip(candidates, steps, strict=False)):
        at_once = drawn[:, place, 0]
        low, high = np.quantile(at_once, [0.1, 0.9])
        ready = readiness.get(one.scenario)
        rows.append(
            {
                "scenario": one.scenario,
                "level": one.level,
                "option": one.option or "buy",
                "department": one.department,
                "quarters": one.quarters,
                "cost": {"low": one.one_off.low, "mean": one.one_off.mean, "high": one.one_off.high},
                "yearly_cost": one.yearly.mean,
                "fee": one.fee,
                "person_days": one.person_days,
                "benefit": step.benefit[0] if step.benefit else 0.0,
                "npv": step.value[0],
                "p10": float(low),
                "p90": float(high),
                "loss_probability": float((at_once < 0).mean()),
                "lock_in": lock_in.get(one.option or "buy", 0.0),
                "readiness": ready.share if ready else None,
                "ready": ready.ready if ready else True,
                "measured": any(effect.status == "measured" for effect in one.effects),
                "after": list(one.after),
            }
        )
    return rows
