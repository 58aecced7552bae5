"""The board: projects by where they stand, and the moves that a person may make between the columns.

A column after the first is the gate that a project is working towards. Gates open on evidence alone, so nobody moves a
card past one; what a person decides is when work begins, and that a project is given up or taken up again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import transaction
from django.utils import timezone

from tujing.adoption.models import Adoption, Stage
from tujing.adoption.services import move as move_adoption
from tujing.delivery.gates import gates
from tujing.delivery.models import CostRecord, LevelProject, LogEntry, Milestone
from tujing.delivery.reading_services import is_open, is_waived, projects
from tujing.delivery.withdrawing_services import check_reason, has_begun, reinstate, withdraw
from tujing.enterprise.models import Organisation
from tujing.problems import refuse
from tujing.words import Text

Move = Literal["begin", "wait", "withdraw", "reinstate"]

WAITING, REACHED, WITHDRAWN = "waiting", "reached", "withdrawn"
NAMES = {
    WAITING: Text(zh="未开工", en="Not begun"),
    REACHED: Text(zh="已达成", en="Level reached"),
    WITHDRAWN: Text(zh="已撤销", en="Withdrawn"),
}


@dataclass(frozen=True)
class Card:
    """A project on the board."""

    project: LevelProject
    column: str
    moves: tuple[Move, ...]
    """What a person may decide of it now."""
    passed: int
    checks: int


def columns() -> dict[str, Text]:
    """Returns the columns from left to right: not begun, each gate, reached, withdrawn."""
    return {WAITING: NAMES[WAITING], **gates().gates, REACHED: NAMES[REACHED], WITHDRAWN: NAMES[WITHDRAWN]}


def board(organisation: Organisation, day: date) -> dict[str, list[Card]]:
    """Returns column → its cards by planned end; two queries, however many projects there are."""
    rows = list(projects(organisation).select_related("adoption").order_by("end", "id"))
    checks: dict[tuple[int, int], list[Milestone]] = {}
    mine = Milestone.objects.filter(organisation=organisation, adoption__in={row.adoption_id for row in rows})
    for one in mine.prefetch_related("waivers"):
        checks.setdefault((one.adoption_id, one.level), []).append(one)
    found: dict[str, list[Card]] = {name: [] for name in columns()}
    for row in rows:
        card = _card(row, checks.get((row.adoption_id, row.level), []), day)
        found[card.column].append(card)
    return found


def move(
    organisation: Organisation, project_id: int, to: str, person: str, reason: str, today: date | None = None
) -> LevelProject:
    """Makes one of a card's moves, or brings it to a column, in the name of a person and with a reason that the log
    keeps.

    Raises
    ------
    BadInput
        When the rules do not allow it; says why, and what would.
    """
    day = today or timezone.localdate()
    project = projects(organisation).select_related("adoption").filter(pk=project_id).first()
    if project is None:
        raise refuse("no_project", "没有这个项目。", "There is no such project.", value=str(project_id))
    wanted = {WITHDRAWN: "withdraw", WAITING: "reinstate" if project.withdrawn else "wait"}.get(to, to)
    if wanted == "withdraw":
        return withdraw(organisation, project_id, person, reason, day)
    if wanted == "reinstate":
        return reinstate(organisation, project_id, person, reason, day)
    if not is_open(project):
        raise refuse(
            "not_open",
            "项目已经达成或已撤销，不能再移动。",
            "The project has reached its level or is withdrawn; it moves no more.",
            value=to,
        )
    if wanted in ("begin", "wait"):
        return _begin_or_wait(organisation, project, wanted == "begin", person, reason, day)
    raise refuse(
        "only_by_evidence",
        "阶段门只凭检查的证据通过，不能手工移动；请运行检查，或由负责人豁免并写明理由。",
        "A gate is passed on the evidence of its checks alone; run them, or have one waived with a reason.",
        value=to,
    )


def _card(row: LevelProject, checks: Sequence[Milestone], day: date) -> Card:
    open_gates = {one.gate for one in checks if not (one.passed or is_waived(one, day))}
    passed = sum(one.passed for one in checks)
    if row.withdrawn is not None:
        return Card(row, WITHDRAWN, ("reinstate",), passed, len(checks))
    if not is_open(row):
        return Card(row, REACHED, (), passed, len(checks))
    if not _is_under_way(row, day):
        can_begin = row.adoption.stage == Stage.PLANNED and row.start <= day and _is_next(row)
        return Card(row, WAITING, ("begin", "withdraw") if can_begin else ("withdraw",), passed, len(checks))
    column = next((gate for gate in gates().gates if gate in open_gates), list(gates().gates)[-1])
    is_first = row.adoption.stage == Stage.IMPLEMENTING
    return Card(row, column, ("wait", "withdraw") if is_first else ("withdraw",), passed, len(checks))


def _is_next(row: LevelProject) -> bool:
    return row.level == row.adoption.level_today + 1


def _is_under_way(row: LevelProject, day: date) -> bool:
    return row.adoption.stage != Stage.PLANNED and _is_next(row) and row.start <= day


def _begin_or_wait(
    organisation: Organisation, project: LevelProject, begin: bool, person: str, reason: str, day: date
) -> LevelProject:
    check_reason(reason)
    with transaction.atomic():
        adoption = Adoption.objects.select_for_update().get(pk=project.adoption_id, organisation=organisation)
        if begin:
            if project.start > day:
                raise refuse(
                    "starts_later",
                    f"项目计划 {project.start} 开工；要提前，请先修改日期。",
                    f"The project is planned to start on {project.start}; to begin earlier, change its dates first.",
                    key="start",
                    value=project.start.isoformat(),
                )
            if not _is_next(project):
                raise refuse(
                    "level_below_open",
                    f"须先达到 {project.level - 1} 级，再开始 {project.level} 级。",
                    f"Level {project.level - 1} comes first.",
                    value=str(project.level),
                )
            words = "开工 · Work begins"
        else:
            reported = CostRecord.objects.filter(task__project=project).exists()
            if reported or has_begun(project):
                raise refuse(
                    "work_reported",
                    "已有进度、费用或通过的检查，不能退回未开工；如要停止，请撤销并写明理由。",
                    "Progress, money or a passed check is on record, so it has begun; withdraw it to stop.",
                )
            words = "退回未开工 · Put back"
        move_adoption(adoption, Stage.IMPLEMENTING if begin else Stage.PLANNED)
        LogEntry.objects.create(
            organisation=organisation,
            project=project,
            on=day,
            kind="supervision",
            severity="note",
            finding=f"{words}: {reason.strip()}",
            person=person,
        )
    return project


def moves_in_words() -> Mapping[Move, Text]:
    """What each move is called on a button."""
    return {
        "begin": Text(zh="开工", en="Begin work"),
        "wait": Text(zh="退回未开工", en="Put back"),
        "withdraw": Text(zh="撤销项目", en="Withdraw"),
        "reinstate": Text(zh="恢复项目", en="Resume"),
    }
