"""What the pages draw of projects: bars over time, and value against money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tujing.web.words import say, scenario_name


def level_name(one: Mapping[str, Any]) -> str:
    return f"{scenario_name(one['scenario'])} → {one['level']}"


def task_bars(one: Mapping[str, Any], today: date, editable: bool) -> dict[str, Any]:
    """A row a task: planned bar with its progress, baseline beneath, links, the critical chain, today."""
    rows = [
        {
            "id": task["number"],
            "name": f"{task['number']} {say(task['name'])}",
            "start": task["start"],
            "end": task["end"],
            "baseline": [task["baseline_start"], task["baseline_end"]] if task["baseline_start"] else None,
            "forecast": task["forecast_end"] if one["is_open"] and task["earned"] < 1 else None,
            "progress": task["progress"],
            "critical": task["critical"] and one["is_open"],
            "gate": bool(task["gate"]),
            "needs": [number.split("+")[0].split("-")[0] for number in task["needs"]],
            "detail": _("Slack %(days)s days") % {"days": task["slack"]},
        }
        for task in one["tasks"]
    ]
    frame = {"rows": rows, "today": today.isoformat(), "end": one["end"], "seen": one["version"]}
    if editable:
        frame["url"] = reverse("delivery_drag", args=[one["id"]])
    return {**frame, "words": _words()}


def project_bars(
    projects: Sequence[Mapping[str, Any]], links: Mapping[int, Iterable[int]], today: date
) -> dict[str, Any]:
    """A row a project: from start to planned end, expected end where it differs, baseline, which waits for which."""
    rows = [
        {
            "id": str(one["id"]),
            "name": level_name(one),
            "url": reverse("delivery_project", args=[one["id"]]),
            "start": one["start"],
            "end": one["closed"] or one["end"],
            "baseline": [one["baseline"]["start"], one["baseline"]["end"]],
            "forecast": one["forecast"]["end"] if one["is_open"] else None,
            "progress": one["done"],
            "critical": one["is_open"] and one["forecast"]["end"] > one["end"],
            "faint": one["withdrawn"] is not None,
            "needs": [str(other) for other in links.get(one["id"], ())],
            "detail": one["department"],
        }
        for one in projects
    ]
    return {"rows": rows, "today": today.isoformat(), "words": _words()}


def value_line(rows: Sequence[Mapping[str, Any]], one: Mapping[str, Any]) -> dict[str, Any] | None:
    """Planned value, earned value and cost over time; the last two end today. A dashed end is the forecast."""
    if not rows:
        return None

    def values(name: str) -> list[float | None]:
        return [None if row[name] is None else round(row[name]) for row in rows]

    in_money = one["measured_in"] == "CNY"
    series = [{"name": _("Planned value (PV)"), "values": values("planned")}]
    series.append({"name": _("Earned value (EV)"), "values": values("earned")})
    if in_money:
        series.append({"name": _("Actual cost (AC)"), "values": values("actual")})
    return {
        "kind": "line",
        "categories": [row["date"].isoformat() for row in rows],
        "series": series,
        "unit": _("yuan") if in_money else _("days"),
    }


def _words() -> dict[str, str]:
    return {
        "today": _("Today"),
        "baseline": _("Baseline"),
        "expected": _("Expected end"),
        "hint": _("Arrow keys move by a day, with Shift they move the end; Enter saves, Escape puts back"),
        "save": _("Save"),
    }
