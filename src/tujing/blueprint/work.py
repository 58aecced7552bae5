"""By which work: phases, one task a chosen step with its dates and money, the roles in it, and what accepts it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tujing.atlas.catalogues import occupation_named, occupations
from tujing.atlas.manifest import Skill
from tujing.blueprint.architecture import needs
from tujing.blueprint.content import content
from tujing.blueprint.given import Check, Given, step_id
from tujing.blueprint.model import Builder, Element
from tujing.planning.assumptions import assumptions
from tujing.words import Text

QUARTERS_A_PHASE = 4
"""A phase is a year of the plan; the guide asks for phases (二（一）) and leaves their length open."""


def add_work(builder: Builder, given: Given) -> None:
    """Adds phases, tasks, roles and acceptances, and what each acceptance verifies."""
    phases = _phases(builder, given)
    for project in given.steps:
        task = _task(builder, project)
        builder.relate("realises", task, f"capability.{step_id(project)}")
        builder.relate("belongs_to", task, phases[project["start_quarter"] // QUARTERS_A_PHASE])
        for before in needs(given, project["scenario"], project["level"]):
            builder.relate("precedes", f"task.{before}", task)
        _acceptances(builder, given, project, task)
    _roles(builder, given)


def _phases(builder: Builder, given: Given) -> dict[int, str]:
    names, rows = content().phases, given.plan["budget"]
    found: dict[int, str] = {}
    for number, first in enumerate(range(0, given.plan["quarters"], QUARTERS_A_PHASE)):
        inside = rows[first : first + QUARTERS_A_PHASE]
        after = rows[first + QUARTERS_A_PHASE]["start"] if first + QUARTERS_A_PHASE < len(rows) else None
        words = names[min(number, len(names) - 1)]
        found[number] = builder.add(
            Element(
                f"phase.{number + 1}",
                "phase",
                Text(
                    zh=f"第{_numeral(number + 1)}阶段：{words.zh}",
                    en=f"Phase {number + 1}: {words.en.lower()}",
                ),
                facts={
                    "start": inside[0]["start"],
                    "end": _day_before(after) if after else _end(given.plan),
                    "spent": sum(row["spent"] for row in inside),
                },
                source="plan",
            )
        )
        if number:
            builder.relate("precedes", found[number - 1], found[number])
    return found


def _task(builder: Builder, project: Mapping[str, Any]) -> str:
    name = project["name"]
    return builder.add(
        Element(
            f"task.{step_id(project)}",
            "task",
            Text(
                zh=f"建设{name['zh']} {project['level']} 级",
                en=f"Bring {name['en'][0].lower()}{name['en'][1:]} to level {project['level']}",
            ),
            Text(**project["why"]),
            facts={
                "scenario": project["scenario"],
                "level": project["level"],
                "start": project["start"],
                "end": project["end"],
                "start_quarter": project["start_quarter"],
                "quarters": project["quarters"],
                "cost": project["cost"],
                "yearly_cost": project["yearly_cost"],
                "person_days": project["person_days"],
                "npv": project["npv"],
                "option": project.get("option"),
                "department": _plain(project.get("department")),
            },
            source="plan",
        )
    )


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)


def _roles(builder: Builder, given: Given) -> None:
    """The occupations that the manifests' skills name. The days of one level are an equal part, as in the plan."""
    scale = assumptions().person_days_by_size.value[given.plan["parameters"]["size"]]
    days: dict[str, float] = {}
    names: dict[str, Text] = {}
    staffed: list[tuple[str, str]] = []
    for project in given.steps:
        manifest = given.manifests[project["scenario"]]
        part = scale / len({cost.level for cost in manifest.costs})
        for skill in manifest.skills:
            name = _occupation(skill)
            role = f"role.{name.zh}"
            names[role] = name
            days[role] = days.get(role, 0.0) + skill.person_days * part
            staffed.append((role, f"task.{step_id(project)}"))
    for role, name in names.items():
        builder.add(Element(role, "role", name, facts={"person_days": round(days[role], 1)}, source="atlas"))
    builder.relate_all("staffs", staffed)


def _occupation(skill: Skill) -> Text:
    known = occupation_named(skill.occupation)
    if known:
        return Text(zh=known, en=occupations()[known].en)
    return Text(zh=skill.occupation.split("（")[0], en=skill.name.en)


def _acceptances(builder: Builder, given: Given, project: Mapping[str, Any], task: str) -> None:
    scenario, level = project["scenario"], project["level"]
    for place, check in enumerate(_checks(given, project), start=1):
        known = content().acceptance.get(check.kind)
        acceptance = builder.add(
            Element(
                f"acceptance.{scenario}@{level}.{place}.{check.kind}",
                "acceptance",
                Text(
                    zh=f"{project['name']['zh']} {level} 级：{check.name.zh}",
                    en=f"{project['name']['en']} level {level}: {check.name.en[0].lower()}{check.name.en[1:]}",
                ),
                check.words,
                facts={
                    "acceptance": check.kind,
                    "due": check.due.isoformat(),
                    "runs": known.runs if known else True,
                    "scenario": scenario,
                    "level": level,
                },
                source="delivery" if known is None or known.runs else "content",
            )
        )
        builder.relate("delivers", task, acceptance)
        for need in _verified(builder, check, scenario, level):
            builder.relate("verifies", acceptance, need)


def _checks(given: Given, project: Mapping[str, Any]) -> list[Check]:
    """The checks that run, and the ones that people carry out at the project's end or some weeks later."""
    end = date.fromisoformat(project["end"])
    by_people = [
        Check(kind, one.name, end + timedelta(weeks=one.after_weeks))
        for kind, one in content().acceptance.items()
        if not one.runs
    ]
    return [*given.work[step_id(project)].checks, *by_people]


def _verified(builder: Builder, check: Check, scenario: str, level: int) -> list[str]:
    """Returns the step's requirements that a check speaks to; one that judges a KPI speaks to the effects on it, and to
    the function where the step claims none."""
    known = content().acceptance.get(check.kind)
    speaks_to: tuple[str, ...] = known.verifies if known else ("function",)
    mine = [
        one
        for one in builder.elements("requirement")
        if one.facts["scenario"] == scenario and one.facts["level"] in (None, level)
    ]
    found = [
        one.id
        for one in mine
        if one.facts["requirement"] in speaks_to and (not check.kpi or one.facts["kpi"] == check.kpi)
    ]
    return found or [one.id for one in mine if one.facts["requirement"] == "function"]


def _numeral(number: int) -> str:
    return "一二三四五六七八九十"[number - 1] if number <= 10 else str(number)


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _end(plan: Mapping[str, Any]) -> str:
    """The last day of the plan's last quarter."""
    first = date.fromisoformat(plan["budget"][-1]["start"])
    months = first.year * 12 + first.month - 1 + 3
    return (date(months // 12, months % 12 + 1, 1) - timedelta(days=1)).isoformat()
