"""All projects of the open cycle as one plain document: what the command line prints, the workbook and pages show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from tujing.atlas.loader import atlas
from tujing.dataspace import services as dataspace
from tujing.dataspace.facts import ElementFacts
from tujing.delivery import evidence
from tujing.delivery.acceptance import in_words
from tujing.delivery.earned_value import earned_value
from tujing.delivery.gates import gates
from tujing.delivery.literacy import Taught, literacy_plan
from tujing.delivery.models import Milestone, ProjectTask, RoleHolder
from tujing.delivery.reading_services import ProjectStanding, TaskStanding, as_planned, curves, projects, standings
from tujing.delivery.rights import items_for
from tujing.delivery.services import check_of
from tujing.delivery.warning import warnings
from tujing.delivery.warning_services import Drop, drops, gate_is_passed, must_come_first, people, scenario_name, state
from tujing.enterprise.models import Organisation


def delivery_document(organisation: Organisation, day: date) -> dict[str, Any]:
    """Returns every project of the open cycle as it stands at the end of a day, with warnings; dates as ISO text."""
    found = standings(organisation, day)
    holders = list(RoleHolder.objects.filter(organisation=organisation))
    fell = drops(organisation, found, day)
    facts = dataspace.facts(organisation)
    documents = [_project(one, found, holders, fell, facts, day) for one in found]
    planned = [task for one in found if one.measured_in == "CNY" for task in as_planned(one.tasks)[0]]
    spent = sum(task.spent for one in found for task in one.tasks)
    return {
        "date": day.isoformat(),
        "portfolio": earned_value(planned, spent, day).as_dict() if planned else None,
        "projects": documents,
        "literacy": [lesson.as_dict() for lesson in literacy_plan(_taught(found))],
        "warnings": [
            {"project": one["id"], "scenario": one["scenario"], "level": one["level"], **warning}
            for one in documents
            for warning in one["warnings"]
        ],
    }


def project_documents(organisation: Organisation, day: date, only: Collection[int]) -> list[dict[str, Any]]:
    """Returns some projects as in `delivery_document`, with their warnings.

    Only they and the projects that they wait for are read.
    """
    rows = list(projects(organisation).select_related("adoption"))
    mine = [row for row in rows if row.pk in only]
    waited_for = {other.pk for row in mine for other in rows if must_come_first(row, other)}
    found = standings(organisation, day, waited_for | {row.pk for row in mine})
    shown = [one for one in found if one.row.pk in only]
    holders = list(RoleHolder.objects.filter(organisation=organisation))
    fell, facts = drops(organisation, shown, day), dataspace.facts(organisation)
    return [_project(one, found, holders, fell, facts, day) for one in shown]


def project_document(organisation: Organisation, project_id: int, day: date) -> dict[str, Any] | None:
    """Returns one project as in `delivery_document`, with its curves; none when the open cycle has no such project."""
    found = project_documents(organisation, day, [project_id])
    if not found:
        return None
    [one] = standings(organisation, day, [project_id])
    return {**found[0], "curve": curves(one, day)}


def _project(
    one: ProjectStanding,
    found: Sequence[ProjectStanding],
    holders: Sequence[RoleHolder],
    fell: Mapping[str, Drop],
    facts: Mapping[str, ElementFacts],
    day: date,
) -> dict[str, Any]:
    row = one.row
    who = people(row, holders)
    told = [warning.as_dict() for warning in warnings(state(one, found, who, fell, facts, day))] if one.is_open else []
    answers = {answer.item: answer for answer in row.rights.all()}
    return {
        "id": row.pk,
        "version": row.version,
        "adoption": row.adoption_id,
        "scenario": row.adoption.scenario,
        "name": scenario_name(row.adoption.scenario).as_dict(),
        "level": row.level,
        "option": row.option,
        "department": row.department,
        "is_open": one.is_open,
        "closed": _iso(row.closed),
        "withdrawn": None
        if row.withdrawn is None
        else {"on": row.withdrawn.isoformat(), "by": row.withdrawn_by, "reason": row.withdrawn_reason},
        "start": row.start.isoformat(),
        "end": row.end.isoformat(),
        "baseline": {"start": row.baseline_start.isoformat(), "end": row.baseline_end.isoformat()},
        "forecast": {
            "end": one.outlook.end.isoformat(),
            "critical_chain": list(one.outlook.chain),
            "chain_done": round(one.outlook.chain_done, 4),
            "buffer_days": one.outlook.buffer_days,
            "buffer_used": round(one.outlook.buffer_used, 4),
        },
        "budget": row.budget,
        "cost_by_class": _by_class(one.tasks),
        "person_days": row.person_days,
        "measured_in": one.measured_in,
        "earned_value": one.value.as_dict(),
        "tasks": [_task(task, one) for task in one.tasks],
        "gates": _gates(one, day),
        "roles": {role: names for role, names in who.items() if names},
        "contracts": [
            {
                "number": contract.number,
                "provider": contract.provider,
                "amount": contract.amount,
                "signed": contract.signed.isoformat(),
                "deliverables": [
                    {
                        "name": owed.name,
                        "gate": owed.gate,
                        "due": owed.due.isoformat(),
                        "payment": owed.payment,
                        "accepted": gate_is_passed(one.milestones, owed.gate, day),
                        "paid": _iso(owed.paid),
                    }
                    for owed in contract.deliverables.all()
                ],
            }
            for contract in row.contracts.all()
        ],
        "changes": [
            {
                "title": change.title,
                "scope": change.scope,
                "task": change.task,
                "cost": change.cost,
                "days": change.days,
                "reason": change.reason,
                "requested": change.requested.isoformat(),
                "requested_by": change.requested_by,
                "decision": change.decision,
                "decided": _iso(change.decided),
                "decided_by": change.decided_by,
                "decision_reason": change.decision_reason,
            }
            for change in row.changes.all()
        ],
        "log": [
            {
                "on": entry.on.isoformat(),
                "kind": entry.kind,
                "severity": entry.severity,
                "finding": entry.finding,
                "action": entry.action,
                "person": entry.person,
                "due": _iso(entry.due),
                "closed": _iso(entry.closed),
            }
            for entry in row.log.all()
        ],
        "rights": [
            {
                "item": key,
                "name": item.name.as_dict(),
                "why": item.why.as_dict(),
                "basis": item.basis,
                "state": answers[key].state if key in answers else "open",
                "note": answers[key].note if key in answers else "",
                "person": answers[key].person if key in answers else "",
            }
            for key, item in items_for(row.option).items()
        ],
        "warnings": told,
    }


def _task(task: TaskStanding, one: ProjectStanding) -> dict[str, Any]:
    row = task.row
    first, last = one.outlook.dates[row.number]
    return {
        "number": row.number,
        "name": row.name,
        "phase": row.phase,
        "role": row.role,
        "cost_class": row.cost_class,
        "gate": row.gate,
        "start": row.start.isoformat(),
        "end": row.end.isoformat(),
        "days": (row.end - row.start).days + 1,
        "baseline_start": _iso(row.baseline_start),
        "baseline_end": _iso(row.baseline_end),
        "forecast_start": first.isoformat(),
        "forecast_end": last.isoformat(),
        "needs": [number if not lag else f"{number}{lag:+d}" for number, lag in row.needs],
        "slack": one.outlook.slack[row.number],
        "critical": row.number in one.outlook.chain,
        "progress": task.claimed,
        "earned": task.earned,
        "reported": _iso(task.reported),
        "cost": row.cost,
        "baseline_cost": row.baseline_cost,
        "spent": round(task.spent, 2),
        "person_days": row.person_days,
        "raci": row.raci,
    }


def _by_class(tasks: Sequence[TaskStanding]) -> dict[str, dict[str, float]]:
    """Cost class → what its tasks are to cost in the baseline and as planned now, and what was spent; yuan."""
    found: dict[str, dict[str, float]] = {}
    for task in tasks:
        sums = found.setdefault(task.row.cost_class, {"baseline": 0.0, "planned": 0.0, "spent": 0.0})
        sums["baseline"] += task.row.baseline_cost
        sums["planned"] += task.row.cost
        sums["spent"] += task.spent
    return {name: {key: round(value, 2) for key, value in sums.items()} for name, sums in found.items()}


def _gates(one: ProjectStanding, day: date) -> list[dict[str, Any]]:
    found = []
    for key, name in gates().gates.items():
        mine = [milestone for milestone in one.milestones if milestone.gate == key]
        if not mine:
            continue
        if all(milestone.passed for milestone in mine):
            standing = "passed"
        elif gate_is_passed(mine, key, day):
            standing = "waived"
        else:
            standing = "open"
        found.append(
            {
                "gate": key,
                "name": name.as_dict(),
                "state": standing,
                "due": max(milestone.due for milestone in mine).isoformat(),
                "milestones": [_milestone(milestone, day) for milestone in mine],
            }
        )
    return found


def _milestone(row: Milestone, day: date) -> dict[str, Any]:
    kept = row.kept.all()
    newest = kept[0] if kept else None
    return {
        "id": row.pk,
        "kind": row.kind,
        "name": row.name,
        "criterion": {
            **in_words(check_of(row), atlas().card(row.adoption.scenario).manifest).as_dict(),
            "check": row.criterion or {"kind": row.kind},
        },
        "due": row.due.isoformat(),
        "passed": row.passed,
        "checked": None if row.checked is None else row.checked.isoformat(),
        "failures": evidence.failures_in_a_row([one.passed for one in kept]),
        "verdict": row.evidence or None,
        "evidence": None
        if newest is None
        else {
            "sha256": newest.sha256,
            "intact": evidence.digest(newest.content) == newest.sha256,
            "tables": newest.content["tables"],
            "runs": newest.content["runs"],
        },
        "waivers": [
            {
                "person": waiver.person,
                "reason": waiver.reason,
                "granted": waiver.granted.isoformat(),
                "until": waiver.until.isoformat(),
                "stands": waiver.granted <= day <= waiver.until,
            }
            for waiver in row.waivers.all()
        ],
    }


def _taught(found: Sequence[ProjectStanding]) -> list[Taught]:
    return [
        Taught(atlas().card(one.row.adoption.scenario).manifest, task.row.start, task.row.end)
        for one in found
        if one.is_open
        for task in one.tasks
        if task.row.code == "training"
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def actual_rows(organisation: Organisation) -> list[dict[str, Any]]:
    """Returns reported progress and money spent in the open cycle's projects, with the keys of `ACTUAL_COLUMNS`."""
    tasks = ProjectTask.objects.filter(organisation=organisation, project__in=projects(organisation))
    rows = []
    for task in tasks.select_related("project__adoption").prefetch_related("progress", "costs"):
        shares = {one.on: one.share for one in task.progress.all()}
        costs = [(one.on, one.amount, one.reference) for one in task.costs.all()]
        # A day's progress stands beside the day's first cost.
        for day, amount, reference in costs:
            rows.append((task, day, shares.pop(day, None), amount, reference))
        rows += [(task, day, share, None, "") for day, share in shares.items()]
    return [
        {
            "scenario": task.project.adoption.scenario,
            "level": task.project.level,
            "number": task.number,
            "on": day.isoformat(),
            "progress": share,
            "cost": amount,
            "reference": reference,
        }
        for task, day, share, amount, reference in sorted(
            rows, key=lambda row: (row[0].project_id, row[0].position, row[1], row[4])
        )
    ]
