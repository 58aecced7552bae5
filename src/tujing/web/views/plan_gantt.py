"""The plan over its quarters, by department, with money and people beneath: one table, so that all columns align."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tujing.atlas.loader import atlas
from tujing.planning.departments import departments, skill_days
from tujing.planning.models import Plan, PlannedProject
from tujing.planning.wishes import quarter_start
from tujing.web.words import say, scenario_name

STRIP = 40
"""Height of a strip's picture, in its own units."""


def quarter_name(plan: Plan, place: int) -> str:
    start = quarter_start(plan.start, place)
    return f"{start.year}Q{(start.month + 2) // 3}"


def step_name(scenario: str, level: int) -> str:
    return _("%(scenario)s L%(level)s") % {"scenario": scenario_name(scenario), "level": level}


def gantt_context(plan: Plan, projects: Sequence[PlannedProject]) -> dict[str, Any]:
    """Returns `groups` of rows, `quarter_names`, `strips`, and what the drawing needs as plain JSON."""
    asked = plan.parameters.get("asked", {})
    pinned = {one.partition(":")[0] for one in plan.parameters.get("pinned", ())}
    duties = {one.partition(":")[0] for one in plan.parameters.get("mandatory", ())}
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in projects:
        step = f"{one.scenario}@{one.level}"
        rows.setdefault(one.department, []).append(
            {
                "step": step,
                "scenario": one.scenario,
                "level": one.level,
                "name": step_name(one.scenario, one.level),
                "option": one.option,
                "start": one.start_quarter,
                "span": one.quarters,
                "before": range(one.start_quarter),
                "after": range(plan.quarters - one.start_quarter - one.quarters),
                "from": quarter_name(plan, one.start_quarter),
                "to": quarter_name(plan, one.start_quarter + one.quarters - 1),
                "cost": one.cost,
                "npv": one.npv,
                "fixed": step in asked.get("starts", {}),
                "pinned": step in pinned,
                "duty": step in duties,
            }
        )
    known = departments().departments
    order = {name: place for place, name in enumerate(known)}
    return {
        "groups": [
            {"id": name, "name": say(known[name].label) if name in known else _("Others"), "rows": found}
            for name, found in sorted(rows.items(), key=lambda one: order.get(one[0], len(order)))
        ],
        "quarter_names": [quarter_name(plan, place) for place in range(plan.quarters)],
        "strips": _strips(plan, projects),
        "gantt": {
            "links": _links(projects),
            "today": _today(plan),
            "todayName": _("Today"),
            "quarters": [quarter_name(plan, place) for place in range(plan.quarters)],
        },
        "today_before": timezone.localdate() < plan.start,
    }


def _links(projects: Sequence[PlannedProject]) -> list[list[str]]:
    """Which bar waits for which: lower levels of the same scenario, and prerequisites on the map."""
    steps = {(one.scenario, one.level) for one in projects}
    links = []
    for one in projects:
        lower = [level for scenario, level in steps if scenario == one.scenario and level < one.level]
        if lower:
            links.append([f"{one.scenario}@{max(lower)}", f"{one.scenario}@{one.level}"])
        card = atlas().manifests.get(one.scenario)
        for before in card.prerequisites if card else ():
            enough = [level for scenario, level in steps if scenario == before.scenario and level >= before.level]
            if enough and before.from_level <= one.level:
                links.append([f"{before.scenario}@{min(enough)}", f"{one.scenario}@{one.level}"])
    return links


def _today(plan: Plan) -> float | None:
    """Where today lies in the plan, in quarters; None outside it."""
    today, end = timezone.localdate(), quarter_start(plan.start, plan.quarters)
    if not plan.start <= today < end:
        return None
    place = (today.year - plan.start.year) * 4 + (today.month - 1) // 3 - (plan.start.month - 1) // 3
    begin, after = quarter_start(plan.start, place), quarter_start(plan.start, place + 1)
    return place + _days(begin, today) / _days(begin, after)


def _days(begin: date, end: date) -> int:
    return (end - begin).days


def _strips(plan: Plan, projects: Sequence[PlannedProject]) -> list[dict[str, Any]]:
    """Money and days of each quarter against what there is: `{name, unit, cells: [{used, have, height}]}`."""
    quarters = plan.result["by_quarter"]
    paid = [row["spent"] + row.get("fees", 0.0) + row.get("repaid", 0.0) for row in quarters]
    money = [(amount, amount + row["left"]) for amount, row in zip(paid, quarters, strict=True)]
    people = [(row["person_days"], row["person_days_at_hand"]) for row in quarters]
    strips = [
        _strip(_("Money spent (yuan)"), "money", money),
        _strip(_("Own people's days"), "days", people),
    ]
    days: dict[str, list[float]] = {}
    for one in projects:
        card = atlas().manifests.get(one.scenario)
        for role, amount in (skill_days(card, one.person_days) if card else {}).items():
            line = days.setdefault(role, [0.0] * plan.quarters)
            for quarter in range(one.start_quarter, one.start_quarter + one.quarters):
                line[quarter] += amount / one.quarters
    roles, limits = departments().roles, plan.parameters.get("skills", {})
    for role in (name for name in roles if name in days):
        have = limits.get(role)
        strips.append(_strip(say(roles[role].label), "days", [(used, have) for used in days[role]]))
    return strips


def _strip(name: str, kind: str, pairs: Sequence[tuple[float, float | None]]) -> dict[str, Any]:
    most = max([max(used, have or 0.0) for used, have in pairs], default=0.0) or 1.0
    return {
        "name": name,
        "kind": kind,
        "cells": [
            {
                "used": used,
                "have": have,
                "top": round(STRIP * (1 - used / most), 1),
                "height": round(STRIP * used / most, 1),
                "line": None if have is None else round(STRIP * (1 - have / most), 1),
                "full": have is not None and have > 0 and used > 0.9 * have,
            }
            for used, have in pairs
        ],
    }
