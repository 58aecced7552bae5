"""The front, the robustness and the limits' marginal worth, as plain documents. Pure, yuan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tujing.planning.conflict import stretched
from tujing.planning.optimise import Choice, Limits, Model, Step
from tujing.planning.pareto import Point
from tujing.planning.relaxation import amount, label
from tujing.planning.robustness import Robustness
from tujing.planning.target import MEASURE

MORE = 0.1
SECONDS = 15.0
MARGIN_GAP = 1e-5


def front_document(points: Sequence[Point], model: Model) -> list[dict[str, Any]]:
    """Returns the points of the front, highest value first; `adds` and `drops` against the plan made."""
    yours = next((point for point in points if point.yours), None)
    mine = {model.steps[step].of for step in yours.choice.starts} if yours else set()
    document = []
    for point in points:
        steps = {model.steps[step].of for step in point.choice.starts if not step.startswith(MEASURE)}
        document.append(
            {
                "value": point.value,
                "maturity": point.levels,
                "risk": point.risk,
                "yours": point.yours,
                "proven": point.proven,
                "gap": point.choice.gap,
                "steps": len(steps),
                "starts": dict(point.choice.starts),
                "adds": sorted(steps - mine),
                "drops": sorted(group for group in mine - steps if not group.startswith(MEASURE)),
            }
        )
    return document


def robustness_document(found: Robustness) -> dict[str, Any]:
    return {
        "draws": found.draws,
        "proven": found.proven,
        "share": dict(found.share),
        "share_as_chosen": dict(found.share_as_chosen),
        "same_steps": found.same_steps,
        "regret": found.regret,
        "worst_regret": found.worst_regret,
    }


def limits_document(
    model: Model, best: Choice, steps: Sequence[Step], limits: Limits, pinned: Sequence[str], forbidden: Sequence[str]
) -> list[dict[str, Any]]:
    """Returns what a little more of each scarce limit would add, by planning again with it; nothing where nothing is
    short.
    """
    document = []
    for name in model.form.families:
        by = _more(name, limits)
        if by <= 0 or not _short(model, best, name):
            continue
        wider_steps, wider = stretched(steps, limits, {name: by})
        again = Model(wider_steps, wider).solve(pinned, forbidden, start=best.starts, seconds=SECONDS, gap=MARGIN_GAP)
        if again.status not in ("optimal", "feasible"):
            continue
        gained = max(0.0, again.objective - best.objective)
        document.append(
            {
                "constraint": name,
                "label": label(name).as_dict(),
                "more": by,
                "words": amount(name, by).as_dict(),
                "worth": gained,
                "worth_a_unit": gained / by,
                "exact": again.status == "optimal",
            }
        )
    return document


def _more(name: str, limits: Limits) -> float:
    kind, _, which = name.partition(":")
    if kind == "budget":
        return MORE * sum(limits.budget)
    if kind == "people":
        return MORE * max(limits.person_days)
    if kind == "skill":
        return MORE * limits.skills[which]
    if kind == "loan" and limits.loan:
        return MORE * limits.loan.amount
    return 1.0 if kind in ("parallel", "department") else 0.0


def _short(model: Model, best: Choice, name: str) -> bool:
    """True when some quarter has no room left for the smallest step that uses the limit."""
    form = model.form
    point = form.point(best.starts)
    for place, draw in enumerate(form.draws):
        point[draw] = best.loan[place] * 1e-3 if best.loan else 0.0
    for row in form.families[name]:
        span = slice(form.matrix.indptr[row], form.matrix.indptr[row + 1])
        used = float(form.matrix.data[span] @ point[form.matrix.indices[span]])
        uses = form.matrix.data[span][form.matrix.data[span] > 0]
        if len(uses) and form.row_upper[row] - used < uses.min() - 1e-9:
            return True
    return name in ("budget", "loan")
