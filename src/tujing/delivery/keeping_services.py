"""Keeping the records beside the tasks: roles, contracts, log, rights, changes, waivers, checks. All of a book or none.

Kept twice, a book changes nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tujing.adoption.models import Adoption
from tujing.atlas.loader import atlas
from tujing.atlas.manifest import Entry
from tujing.delivery.acceptance import KINDS, read_check
from tujing.delivery.editing_services import find, stretch
from tujing.delivery.gates import gates
from tujing.delivery.models import (
    ChangeRequest,
    Contract,
    Deliverable,
    LevelProject,
    LogEntry,
    Milestone,
    RightsAnswer,
    RoleHolder,
    Waiver,
)
from tujing.delivery.people_services import check_known, check_may, member_named
from tujing.delivery.reading_services import is_waived
from tujing.delivery.record_book import (
    ChangeEntry,
    CheckEntry,
    ContractEntry,
    DeliverableEntry,
    LogRecord,
    RecordBook,
    RightsEntry,
    RoleEntry,
    WaiverEntry,
)
from tujing.delivery.responsibility import check_role, responsibilities
from tujing.delivery.rights import check_answer
from tujing.delivery.services import settle
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput, Problem, refuse


def keep(organisation: Organisation, book: RecordBook, today: date | None = None, file: str = "") -> dict[str, int]:
    """Keeps every entry of a book. Returns how many of each kind were new or changed.

    Raises
    ------
    BadInput
        When an entry names a project, task, role, person or item that is not there, pays for what is not accepted,
        decides again what is decided, or waives without the right to; names the entry. Nothing is kept then.
    """
    day = today or timezone.localdate()
    counts = {}
    with transaction.atomic():
        for name, put in _puts().items():
            counts[name] = 0
            for place, entry in enumerate(getattr(book, name)):
                with _placed(file, f"{name}.{place}"):
                    counts[name] += put(organisation, entry, day)[1]
    return counts


def keep_entry(organisation: Organisation, kind: str, entry: Entry, day: date) -> tuple[Any, bool]:
    """Keeps one entry of a kind of the book. Returns its row, and whether anything is other than before.

    Raises
    ------
    BadInput
        As `keep` does.
    """
    with transaction.atomic(), _placed(kind, f"{kind}.0"):
        return _puts()[kind](organisation, entry, day)


def _puts() -> dict[str, Callable[[Organisation, Any, date], tuple[Any, bool]]]:
    # Roles first, as the others name people; checks before contracts, whose deliverables are accepted by them.
    return {
        "roles": _role,
        "checks": _check,
        "contracts": _contract,
        "log": _log,
        "rights": _rights,
        "changes": _change,
        "waivers": _waiver,
    }


def waive(
    organisation: Organisation, milestone_id: int, person: str, reason: str, until: date, today: date | None = None
) -> Waiver:
    """Lets a named person waive a check until a day; it stays visible, and does not make the check pass.

    Raises
    ------
    BadInput
        When there is no such milestone, it has passed, the person is not known or may not waive, there is no reason,
        or the day is over or more than a year away.
    """
    day = today or timezone.localdate()
    milestone = Milestone.objects.filter(organisation=organisation, pk=milestone_id).select_related("adoption").first()
    if milestone is None:
        raise refuse("no_milestone", "没有这个里程碑。", "There is no such milestone.", value=str(milestone_id))
    project = LevelProject.objects.filter(
        organisation=organisation, adoption=milestone.adoption_id, level=milestone.level
    ).first()
    check_may(organisation, project, person, responsibilities().may_waive, "waive", "批准豁免", "grant a waiver")
    if milestone.passed:
        raise refuse(
            "nothing_to_waive", "这项检查已经通过，无需豁免。", "This check has passed; there is nothing to waive."
        )
    if len(reason.strip()) < 5:
        raise refuse("no_reason", "请写明豁免的理由。", "Give the reason for the waiver.", key="reason", value=reason)
    if not day <= until <= date(day.year + 1, day.month, min(day.day, 28)):
        raise refuse(
            "bad_expiry",
            f"豁免期限 {until} 须在今天之后、一年之内。",
            f"A waiver ends today or later, and within a year; {until} does not.",
            key="until",
            value=until.isoformat(),
        )
    with transaction.atomic():
        adoption = Adoption.objects.select_for_update().get(pk=milestone.adoption_id, organisation=organisation)
        granted, _ = Waiver.objects.get_or_create(
            organisation=organisation,
            milestone=milestone,
            person=person,
            reason=reason.strip(),
            until=until,
            defaults={"granted": day},
        )
        settle(adoption, day)
    return granted


def _role(organisation: Organisation, entry: RoleEntry, day: date) -> tuple[RoleHolder, bool]:
    check_role(entry.role)
    project = find(organisation, entry.scenario, entry.level) if entry.scenario else None
    member = member_named(organisation, entry.person)
    return RoleHolder.objects.get_or_create(
        organisation=organisation,
        project=project,
        role=entry.role,
        person=entry.person,
        defaults={"membership": member},
    )


def _contract(organisation: Organisation, entry: ContractEntry, day: date) -> tuple[Contract, bool]:
    project = find(organisation, entry.scenario, entry.level)
    owed = sum(one.payment for one in entry.deliverables)
    if owed > entry.amount + 0.005:
        raise refuse(
            "pays_too_much",
            f"交付物付款合计 {owed:,.2f} 元，超过合同额 {entry.amount:,.2f} 元，请核对。",
            f"The deliverables pay {owed:,.2f}, more than the contract's {entry.amount:,.2f}.",
            key="deliverables",
            value=entry.number,
        )
    _check_money(entry.amount, project.budget, entry.number)
    other = Contract.objects.filter(organisation=organisation, number=entry.number).exclude(project=project).first()
    if other is not None:
        raise refuse(
            "contract_elsewhere",
            f"合同 {entry.number} 已登记在另一个项目，请核对编号。",
            f"Contract {entry.number} belongs to another project; check its number.",
            key="number",
            value=entry.number,
        )
    contract, changed = _put(
        Contract,
        {"organisation": organisation, "number": entry.number},
        {"project": project, "provider": entry.provider, "amount": entry.amount, "signed": entry.signed},
    )
    for place, one in enumerate(entry.deliverables, start=1):
        changed |= _deliverable(contract, place, one, day)
    return contract, changed


def _deliverable(contract: Contract, place: int, entry: DeliverableEntry, day: date) -> bool:
    """A deliverable is paid only when the gate that accepts it has been passed, or is waived."""
    if entry.gate not in gates().gates:
        raise _no_gate(entry.gate)
    checks = [one for one in _milestones(contract.project) if one.gate == entry.gate]
    if not checks:
        name = gates().gates[entry.gate]
        raise refuse(
            "gate_without_checks",
            f"本项目的{name.zh}没有检查，交付物“{entry.name}”永远不能验收；"
            "请改用别的阶段门，或先用 checks 加一项检查。",
            f"The {name.en.lower()} of this project has no check, so “{entry.name}” could never be accepted; name "
            "another gate, or add a check to it first.",
            key="gate",
            value=entry.gate,
        )
    if entry.due < contract.signed:
        raise refuse(
            "due_before_signed",
            f"交付物“{entry.name}”的期限 {entry.due} 早于合同签订日 {contract.signed}，请核对。",
            f"“{entry.name}” is due on {entry.due}, before the contract was signed on {contract.signed}.",
            key="due",
            value=entry.due.isoformat(),
        )
    if entry.paid is not None and not all(one.passed or is_waived(one, day) for one in checks):
        name = gates().gates[entry.gate]
        raise refuse(
            "paid_before_accepted",
            f"交付物“{entry.name}”所属的{name.zh}还没有通过，不能付款；请先运行验收。",
            f"“{entry.name}” belongs to the {name.en.lower()}, which is not passed; accept it before paying.",
            key="paid",
            value=entry.paid.isoformat(),
        )
    return _put(
        Deliverable,
        {"organisation": contract.organisation, "contract": contract, "position": place},
        {"name": entry.name, "gate": entry.gate, "due": entry.due, "payment": entry.payment, "paid": entry.paid},
    )[1]


def _log(organisation: Organisation, entry: LogRecord, day: date) -> tuple[LogEntry, bool]:
    project = find(organisation, entry.scenario, entry.level)
    check_known(organisation, project, entry.person)
    if entry.closed is not None and entry.closed < entry.day:
        raise refuse(
            "closed_before_found",
            f"关闭日 {entry.closed} 早于发现日 {entry.day}，请核对。",
            f"It was closed on {entry.closed}, before it was found on {entry.day}.",
            key="closed",
        )
    return _put(
        LogEntry,
        {"organisation": organisation, "project": project, "on": entry.day, "finding": entry.finding},
        {name: getattr(entry, name) for name in ("kind", "severity", "action", "person", "due", "closed")},
    )


def _rights(organisation: Organisation, entry: RightsEntry, day: date) -> tuple[RightsAnswer, bool]:
    project = find(organisation, entry.scenario, entry.level)
    check_answer(entry.item, entry.state, project.option)
    check_known(organisation, project, entry.person)
    return _put(
        RightsAnswer,
        {"organisation": organisation, "project": project, "item": entry.item},
        {"state": entry.state, "note": entry.note, "person": entry.person, "on": entry.day},
    )


def _check(organisation: Organisation, entry: CheckEntry, day: date) -> tuple[Milestone, bool]:
    """Replaces a milestone's check, or adds one to a gate, before the level is reached; logs by whom and why."""
    project = find(organisation, entry.scenario, entry.level)
    check = read_check(entry.check, "check", atlas().card(entry.scenario).manifest)
    asked = check.model_dump(mode="json")
    mine = list(_milestones(project))
    for one in mine:
        if one.criterion == asked and one.gate == (entry.gate or one.gate):
            return one, False  # kept before
    check_may(
        organisation, project, entry.person, responsibilities().may_waive, "check", "修改验收检查", "change a check"
    )
    if entry.gate:
        milestone = _new_milestone(project, entry.gate, len(mine) + 1)
    else:
        found = next((one for one in mine if one.kind == entry.replaces), None)
        if found is None:
            raise _no_check(project, entry.replaces)
        milestone = found
    if milestone.passed or project.closed is not None:
        raise refuse(
            "check_closed",
            "这项检查已经通过，不能再改。",
            "This check has passed and can no longer be changed.",
            key="replaces",
            value=entry.replaces,
        )
    LogEntry.objects.create(
        organisation=organisation,
        project=project,
        on=day,
        kind="quality",
        severity="note",
        finding=f"{entry.replaces or entry.gate}: {milestone.criterion or milestone.kind or '+'} → {asked}",
        action=entry.reason,
        person=entry.person,
    )
    milestone.kind, milestone.criterion, milestone.name = check.kind, asked, KINDS[check.kind].as_dict()
    milestone.save()
    return milestone, True


def _new_milestone(project: LevelProject, gate: str, position: int) -> Milestone:
    task = project.tasks.filter(gate=gate).first()
    if task is None:
        raise _no_gate(gate)
    return Milestone(
        organisation=project.organisation,
        adoption=project.adoption,
        level=project.level,
        position=position,
        gate=gate,
        due=task.end,
    )


def _change(organisation: Organisation, entry: ChangeEntry, day: date) -> tuple[ChangeRequest, bool]:
    """Keeps a change request; the first time that it is approved, task, budget and dates follow."""
    project = LevelProject.objects.select_for_update().get(pk=find(organisation, entry.scenario, entry.level).pk)
    if not project.tasks.filter(number=entry.task).exists():
        raise refuse(
            "unknown_task",
            f"项目没有任务 {entry.task}，请改为已有的编号。",
            f"The project has no task {entry.task}; name one that it has.",
            key="task",
            value=entry.task,
        )
    check_known(organisation, project, entry.requested_by, "requested_by")
    _check_money(abs(entry.cost), project.budget, entry.title)
    before = ChangeRequest.objects.filter(project=project, title=entry.title).first()
    wanted = {
        name: getattr(entry, name)
        for name in (
            *("scope", "task", "cost", "days", "reason", "requested", "requested_by"),
            *("decision", "decided", "decided_by", "decision_reason"),
        )
    }
    if before is not None and before.decision != "open":
        if any(getattr(before, name) != value for name, value in wanted.items()):
            raise refuse(
                "decided_already",
                f"变更“{entry.title}”已于 {before.decided} 作出决定，不能再改；请另提一项变更。",
                f"The change “{entry.title}” was decided on {before.decided}; request another one.",
                key="title",
                value=entry.title,
            )
        return before, False
    if entry.decision != "open":
        check_may(
            *(organisation, project, entry.decided_by, responsibilities().may_decide),
            *("decided_by", "决定变更", "decide on a change"),
        )
        if entry.decided is None or entry.decided < entry.requested:
            raise refuse(
                "no_decision_day",
                f"请写明变更“{entry.title}”的决定日期，且不早于申请日 {entry.requested}。",
                f"Give the day on which “{entry.title}” was decided, on or after {entry.requested}.",
                key="decided",
            )
    kept, changed = _put(
        ChangeRequest, {"organisation": organisation, "project": project, "title": entry.title}, wanted
    )
    if entry.decision == "approved":
        stretch(project, entry.task, entry.days, entry.cost)
    return kept, changed


def _waiver(organisation: Organisation, entry: WaiverEntry, day: date) -> tuple[Waiver, bool]:
    project = find(organisation, entry.scenario, entry.level)
    milestone = _milestones(project).filter(kind=entry.check).first()
    if milestone is None:
        raise _no_check(project, entry.check)
    known = milestone.waivers.filter(person=entry.person, reason=entry.reason, until=entry.until).first()
    if known is not None:
        return known, False
    return waive(organisation, milestone.pk, entry.person, entry.reason, entry.until, day), True


def _milestones(project: LevelProject) -> QuerySet[Milestone]:
    return Milestone.objects.filter(
        organisation=project.organisation_id, adoption=project.adoption_id, level=project.level
    ).prefetch_related("waivers")


def _no_gate(gate: str) -> BadInput:
    known = gates().gates
    return refuse(
        "unknown_gate",
        f"没有阶段门 {gate}，可用的有：{'、'.join(known)}。",
        f"There is no gate {gate}; there are: {', '.join(known)}.",
        key="gate",
        value=gate,
    )


def _no_check(project: LevelProject, kind: str) -> BadInput:
    kinds = list(project.adoption.milestones.filter(level=project.level).values_list("kind", flat=True))
    return refuse(
        "no_such_check",
        f"项目没有检查 {kind}，现有：{'、'.join(kinds)}。",
        f"The project has no check {kind}; it has: {', '.join(kinds)}.",
        key="check",
        value=kind,
    )


def _put(model: Any, which: dict[str, Any], values: dict[str, Any]) -> tuple[Any, bool]:
    """Makes or changes one row. Returns it, and whether anything is other than before."""
    row = model.objects.filter(**which).first()
    if row is None:
        return model.objects.create(**which, **values), True
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    if different:
        row.save(update_fields=list(different))
    return row, bool(different)


def _check_money(amount: float, budget: float, what: str) -> None:
    """Refuses an amount a thousand times off the project's budget: 万元 taken for 元, or the other way round."""
    is_small = amount < 1000 and amount * 1000 < budget
    if amount > 0 and budget > 0 and (is_small or amount > budget * 1000):
        raise refuse(
            "unit_suspected",
            f"“{what}”的金额 {amount:,.2f} 元与项目预算 {budget:,.0f} 元相差千倍以上，疑似元与万元混用；"
            "金额请以元为单位，或写成“12 万元”。",
            f"The amount of “{what}”, {amount:,.2f}, is a thousand times off the budget of {budget:,.0f}; "
            "give it in yuan, or write 12万元.",
            key="amount",
            value=f"{amount:g}",
        )


@contextmanager
def _placed(file: str, key: str) -> Iterator[None]:
    """Names the entry in the problems that its keeping raises."""
    try:
        yield
    except BadInput as error:
        raise BadInput(
            [
                Problem(
                    one.code,
                    one.words,
                    file=one.file if one.file not in ("", "check") else file,
                    row=one.row,
                    column=one.column,
                    key=f"{key}.{one.key}" if one.key else key,
                    value=one.value,
                    detail=one.detail,
                )
                for one in error.problems
            ]
        ) from error
