"""What is known of each project when its warnings are told: other projects, tables that fell, people and papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tujing.adoption.readiness import readiness
from tujing.atlas.loader import atlas
from tujing.dataspace.facts import ElementFacts
from tujing.dataspace.history_services import stood_since_each
from tujing.delivery import evidence
from tujing.delivery.judging import quality
from tujing.delivery.models import LevelProject, Milestone, RoleHolder
from tujing.delivery.reading_services import ProjectStanding, is_waived
from tujing.delivery.responsibility import responsibilities
from tujing.delivery.rights import items_for
from tujing.delivery.warning import Checked, State, limits
from tujing.elements.definition import element
from tujing.enterprise.models import Organisation
from tujing.words import Text

Drop = tuple[Text, float, float]
"""What is looked at, its best earlier quality and that of now, 0–1."""


def gate_is_passed(milestones: Sequence[Milestone], gate: str, day: date) -> bool:
    """Returns whether every check of a gate has passed or is waived on a day; a gate without checks never has."""
    mine = [one for one in milestones if one.gate == gate]
    return bool(mine) and all(one.passed or is_waived(one, day) for one in mine)


def state(
    one: ProjectStanding,
    found: Sequence[ProjectStanding],
    holders: Mapping[str, Sequence[str]],
    fell: Mapping[str, Drop],
    facts: Mapping[str, ElementFacts],
    day: date,
) -> State:
    """Gathers what the rules look at; `found`: all projects that this one may wait for."""
    row = one.row
    name = scenario_name(row.adoption.scenario)
    required = [need.element for need in _reads(row) if need.required]
    named = {role for task in one.tasks for role in task.row.raci}
    known = responsibilities().roles
    return State(
        name=name,
        today=day,
        start=row.start,
        end=row.end,
        budget=row.budget,
        value=one.value,
        outlook=one.outlook,
        checks=[_checked(milestone, day) for milestone in one.milestones],
        waits_for=[
            (
                Text(
                    zh=f"{scenario_name(other.row.adoption.scenario).zh} {other.row.level} 级",
                    en=f"{scenario_name(other.row.adoption.scenario).en}, level {other.row.level}",
                ),
                other.outlook.end,
            )
            for other in found
            if other.is_open and must_come_first(row, other.row)
        ],
        drops=[*(fell[name] for name in required if name in fell), *_readiness_drop(one, facts)],
        silent=[
            (task.row.number, Text.model_validate(task.row.name), task.reported or task.row.start)
            for task in one.tasks
            if task.row.start <= day and task.claimed < 1
        ],
        findings=[(entry.finding, entry.due) for entry in row.log.all() if entry.due and not entry.closed],
        owed=[
            (owed.name, owed.due)
            for contract in row.contracts.all()
            for owed in contract.deliverables.all()
            if not gate_is_passed(one.milestones, owed.gate, day)
        ],
        unfilled=[known[role].name for role in known if role in named and not holders[role]],
        rights_open=sum(
            1
            for key in items_for(row.option)
            if key not in {answer.item for answer in row.rights.all() if answer.state != "open"}
        ),
        contracts=len(row.contracts.all()),
        undecided=[(change.title, change.requested) for change in row.changes.all() if change.decision == "open"],
    )


def _checked(row: Milestone, day: date) -> Checked:
    waivers = [waiver for waiver in row.waivers.all() if waiver.granted <= day]
    last = max(waivers, key=lambda waiver: waiver.until, default=None)
    return Checked(
        name=Text.model_validate(row.name),
        due=row.due,
        passed=row.passed,
        failures=evidence.failures_in_a_row([one.passed for one in row.kept.all()]),
        words=Text(zh=row.evidence["zh"], en=row.evidence["en"]) if row.evidence else None,
        waived_until=last.until if last else None,
        waived_by=last.person if last else "",
    )


def must_come_first(row: LevelProject, other: LevelProject) -> bool:
    """A lower level of the same scenario, or a level of another that the manifest makes a prerequisite."""
    mine, theirs = row.adoption.scenario, other.adoption.scenario
    if mine == theirs:
        return other.level < row.level
    needed = atlas().card(mine).manifest.prerequisites
    return any(one.scenario == theirs and one.from_level <= row.level and other.level <= one.level for one in needed)


def _readiness_drop(one: ProjectStanding, facts: Mapping[str, ElementFacts]) -> list[Drop]:
    """Compares the scenario's readiness now with the best that a check of the project ever found."""
    shares = [
        kept.content["verdict"]["facts"]["share"]
        for milestone in one.milestones
        if milestone.kind == "data_ready"
        for kept in milestone.kept.all()
    ]
    if not shares:
        return []
    card = atlas().card(one.row.adoption.scenario).manifest
    label = Text(zh=f"“{card.name.zh}”所需数据", en=f"The data of {card.name.en.lower()}")
    return [(label, max(shares), readiness(card, facts).share)]


def drops(organisation: Organisation, found: Sequence[ProjectStanding], day: date) -> dict[str, Drop]:
    """Returns, for the tables that open projects require, the best quality of earlier versions and that of today."""
    wanted = {need.element for one in found if one.is_open for need in _reads(one.row) if need.required}
    histories = stood_since_each(organisation, sorted(wanted), day - timedelta(days=limits().history_days))
    fell = {}
    for name, history in histories.items():
        if len(history) > 1:
            now, *before = (quality(facts) for _, facts in history)
            fell[name] = (element(name).label, max(before), now)
    return fell


def people(row: LevelProject, holders: Sequence[RoleHolder]) -> dict[str, list[str]]:
    """Role → who holds it in the project; where nobody was named for it, who holds it everywhere."""
    found = {}
    for role in responsibilities().roles:
        here = [one.person for one in holders if one.role == role and one.project_id == row.pk]
        found[role] = here or [one.person for one in holders if one.role == role and one.project_id is None]
    return found


def _reads(row: LevelProject) -> Sequence[Any]:
    return atlas().card(row.adoption.scenario).manifest.data_elements.reads


def scenario_name(scenario: str) -> Text:
    return atlas().card(scenario).manifest.name
