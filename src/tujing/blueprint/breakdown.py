"""How each chosen step is carried out and accepted: the delivery room's own breakdown and milestones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tujing.atlas.loader import atlas
from tujing.blueprint.given import Check, Subtask, Work
from tujing.delivery.breakdown import break_down, gate_days, templates
from tujing.delivery.gates import declare
from tujing.delivery.responsibility import responsibilities


def work_of(project: Mapping[str, Any]) -> Work:
    """Returns a step's work breakdown and its milestones, as the delivery room would open the project."""
    card = atlas().card(project["scenario"])
    tasks = break_down(
        project["level"],
        project.get("option") or "buy",
        date.fromisoformat(project["start"]),
        date.fromisoformat(project["end"]),
        project["cost"],
        project["person_days"],
    )
    days = gate_days(tasks)
    phases, roles = templates().phases, responsibilities().roles
    return Work(
        tuple(
            Subtask(
                one.number,
                one.name,
                phases[one.phase],
                roles[one.role].name,
                one.start,
                one.end,
                one.cost,
                one.person_days,
            )
            for one in tasks
        ),
        tuple(
            Check(one.check.kind, one.name, days[one.gate], one.criterion, getattr(one.check, "kpi", ""))
            for one in declare(card.manifest, project["level"], card.runnable)
        ),
    )
