"""Early warning: what tells that a project will be late, cost more or not be accepted, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from tujing.atlas.manifest import Entry, Status
from tujing.delivery.earned_value import EarnedValue
from tujing.delivery.forecast import Forecast
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "warnings.yaml"

Severity = Literal["high", "medium"]


class Limits(Entry):
    source: str = Field(min_length=3)
    status: Status
    late_days: int = Field(ge=0)
    over_share: float = Field(ge=0)
    buffer_third: float = Field(ge=0, le=1)
    silent_days: int = Field(ge=1)
    failures: int = Field(ge=1)
    due_days: int = Field(ge=0)
    expiry_days: int = Field(ge=0)
    quality_drop: float = Field(ge=0, le=1)
    history_days: int = Field(ge=1)


@dataclass(frozen=True)
class Checked:
    """A milestone as a warning sees it."""

    name: Text
    due: date
    passed: bool
    failures: int
    """Times in a row that its check has failed."""
    words: Text | None
    """The last verdict."""
    waived_until: date | None = None
    waived_by: str = ""


@dataclass(frozen=True)
class State:
    """What is known of one open project on a day."""

    name: Text
    today: date
    start: date
    end: date
    budget: float
    value: EarnedValue
    outlook: Forecast
    checks: Sequence[Checked] = ()
    waits_for: Sequence[tuple[Text, date]] = ()
    """Projects that must be finished first, with their expected ends."""
    drops: Sequence[tuple[Text, float, float]] = ()
    """Required tables whose quality fell: label, best earlier version, now."""
    silent: Sequence[tuple[str, Text, date]] = ()
    """Tasks that should be under way: number, name, day since when nothing was reported."""
    findings: Sequence[tuple[str, date]] = ()
    """Open entries of the log with a due date."""
    owed: Sequence[tuple[str, date]] = ()
    """Deliverables that are not accepted, with their due dates."""
    unfilled: Sequence[Text] = ()
    """Roles that tasks name and nobody holds."""
    rights_open: int = 0
    """Items of the rights checklist that are not settled."""
    contracts: int = 0
    undecided: Sequence[tuple[str, date]] = ()
    """Change requests without a decision."""


@dataclass(frozen=True)
class Warning:
    kind: str
    severity: Severity
    words: Text
    next_step: Text
    facts: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "severity": self.severity,
            **self.words.as_dict(),
            "next_step": self.next_step.as_dict(),
            "facts": self.facts,
        }


@cache
def limits() -> Limits:
    """Reads the limits shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return check_model(Limits, read_yaml(FILE), FILE)


def warnings(state: State, known: Limits | None = None) -> list[Warning]:
    """Returns the warnings of a project, the grave ones first."""
    bounds = known or limits()
    found = [warning for rule in RULES for warning in rule(state, bounds)]
    return sorted(found, key=lambda one: one.severity != "high")


def ranked(told: Sequence[Mapping[str, Any]], budgets: Mapping[int, float]) -> list[Mapping[str, Any]]:
    """Orders warnings of several projects, as plain documents: the grave ones first, then what is late by the most
    days, then what most money hangs on (`budgets`: project → yuan)."""

    def weight(one: Mapping[str, Any]) -> tuple[bool, float, float]:
        return one["severity"] != "high", -one["facts"].get("days", 0), -budgets.get(one["project"], 0.0)

    return sorted(told, key=weight)


def _late(state: State, known: Limits) -> Iterator[Warning]:
    """By earned schedule: at the pace so far."""
    end = state.value.forecast_end
    if end is None or state.value.earned >= state.value.budget or (end - state.end).days <= known.late_days:
        return
    days, pace = (end - state.end).days, state.value.spi_time or 0.0
    yield Warning(
        "late_forecast",
        "high",
        Text(
            zh=f"按已完成的进度推算（SPI(t)={pace:.2f}），将于 {end} 完成，比计划晚 {days} 天。",
            en=f"At the pace so far (SPI(t) = {pace:.2f}) it ends on {end}, {days} days late.",
        ),
        Text(
            zh="看关键链上的任务：增派人手、拆分范围，或提出变更申请改期。",
            en="Look at the tasks on the critical chain: add people, split the scope, or request a change of date.",
        ),
        {"forecast_end": end.isoformat(), "days": days, "spi_time": round(pace, 4)},
    )


def _over_budget(state: State, known: Limits) -> Iterator[Warning]:
    estimate, budget = state.value.estimate_at_completion, state.budget
    if estimate is None or budget <= 0 or estimate <= budget * (1 + known.over_share):
        return
    share, cpi = estimate / budget - 1, state.value.cpi or 0.0
    yield Warning(
        "over_budget",
        "high",
        Text(
            zh=f"按已发生的费用推算（CPI={cpi:.2f}），完工费用约 {estimate:,.0f} 元，超预算 {share:.0%}。",
            en=f"At the cost so far (CPI = {cpi:.2f}) it ends at CNY {estimate:,.0f}, {share:.0%} over budget.",
        ),
        Text(
            zh="核对超支任务的凭证；确需追加的，提出变更申请并写明理由。",
            en="Check the vouchers of tasks that overspend; where more is needed, request a change with its reason.",
        ),
        {"estimate_at_completion": round(estimate, 2), "budget": budget, "cpi": round(cpi, 4)},
    )


def _chain_eaten(state: State, known: Limits) -> Iterator[Warning]:
    """The buffer goes faster than the chain: above 1 the end itself moves."""
    outlook = state.outlook
    if outlook.buffer_used <= outlook.chain_done + known.buffer_third or not outlook.chain:
        return
    chain = " → ".join(outlook.chain)
    is_late = outlook.end > state.end
    buffer = _buffer(outlook)
    yield Warning(
        "chain_eaten",
        "high" if is_late else "medium",
        Text(
            zh=f"关键链 {chain} 完成 {outlook.chain_done:.0%}，{buffer.zh}，预计 {outlook.end} 完成。",
            en=f"The critical chain {chain} is {outlook.chain_done:.0%} done and {buffer.en}; "
            f"it should end on {outlook.end}.",
        ),
        Text(
            zh=f"先保任务 {outlook.chain[0]}：它每晚一天，项目就晚一天。",
            en=f"Protect task {outlook.chain[0]} first: a day lost there is a day lost for the project.",
        ),
        {
            "chain": list(outlook.chain),
            "buffer_used": round(outlook.buffer_used, 4),
            "chain_done": round(outlook.chain_done, 4),
            "end": outlook.end.isoformat(),
        },
    )


def _buffer(outlook: Forecast) -> Text:
    """How much of the buffer is used, in days; what goes beyond it is told apart."""
    used, kept = max((outlook.end - outlook.planned_end).days, 0), outlook.buffer_days
    if kept == 0:
        return Text(zh=f"没有缓冲，已晚 {used} 天", en=f"there is no buffer, so it is {used} days late")
    if used <= kept:
        return Text(zh=f"{kept} 天缓冲已用 {used} 天", en=f"{used} of the {kept} days of buffer are used")
    return Text(
        zh=f"{kept} 天缓冲已用完，还差 {used - kept} 天",
        en=f"the buffer of {kept} days is used up, with {used - kept} days more to go",
    )


def _dependency_late(state: State, known: Limits) -> Iterator[Warning]:
    for name, end in state.waits_for:
        if end >= max(state.start, state.today):
            days = (end - state.start).days + 1
            yield Warning(
                "dependency_late",
                "medium",
                Text(
                    zh=f"前置项目“{name.zh}”预计 {end} 才完成，晚于本项目开始日 {state.start}。",
                    en=f"It waits for “{name.en}”, expected on {end}, after its own start on {state.start}.",
                ),
                Text(
                    zh="推后本项目开始日，或先做不依赖它的任务。",
                    en="Move this project's start, or begin with the tasks that do not need it.",
                ),
                {"waits_for": name.as_dict(), "expected": end.isoformat(), "days": days},
            )


def _readiness_falling(state: State, known: Limits) -> Iterator[Warning]:
    for label, before, now in state.drops:
        if before - now > known.quality_drop:
            yield Warning(
                "readiness_falling",
                "medium",
                Text(
                    zh=f"{label.zh}的数据质量由 {before:.1%} 降到 {now:.1%}，验收可能因此通不过。",
                    en=f"The quality of {label.en.lower()} fell from {before:.1%} to {now:.1%}; "
                    "acceptance may fail on it.",
                ),
                Text(
                    zh="请数据责任人比较这两次导入，补全缺项或撤销最近一次导入。",
                    en="Let the data owner compare the two imports, fill what is missing or take the last one back.",
                ),
                {"before": round(before, 4), "now": round(now, 4)},
            )


def _acceptance(state: State, known: Limits) -> Iterator[Warning]:
    for check in state.checks:
        waived = check.waived_until is not None
        is_waived = check.waived_until is not None and check.waived_until >= state.today
        if check.passed:
            continue
        is_near = (check.due - state.today).days <= known.due_days
        is_failing = check.failures >= known.failures and is_near and not is_waived
        if is_failing:
            told = check.words or check.name
            yield Warning(
                "acceptance_failing",
                "high",
                Text(
                    zh=f"“{check.name.zh}”已连续 {check.failures} 次未通过：{told.zh}",
                    en=f"“{check.name.en}” has failed {check.failures} times in a row: {told.en}",
                ),
                Text(
                    zh="按上述原因改正后再验，不要反复空验；属需求不当的，修改检查并写明理由。",
                    en="Mend the cause before checking again; where the demand is wrong, change it with a reason.",
                ),
                {"failures": check.failures},
            )
        if waived and not is_waived:
            yield Warning(
                "waiver_over",
                "high",
                Text(
                    zh=f"“{check.name.zh}”的豁免（{check.waived_by} 批准）已于 {check.waived_until} 到期，"
                    "检查仍未通过。",
                    en=f"The waiver for “{check.name.en}” ({check.waived_by}) ended on {check.waived_until} "
                    "and the check still fails.",
                ),
                Text(zh="补做并通过检查，或重新申请豁免。", en="Pass the check, or ask for another waiver."),
                {"until": str(check.waived_until)},
            )
        elif check.waived_until and (check.waived_until - state.today).days <= known.expiry_days:
            yield Warning(
                "waiver_ending",
                "medium",
                Text(
                    zh=f"“{check.name.zh}”的豁免（{check.waived_by} 批准）将于 {check.waived_until} 到期。",
                    en=f"The waiver for “{check.name.en}” ({check.waived_by}) ends on {check.waived_until}.",
                ),
                Text(zh="在到期前让检查通过。", en="Make the check pass before then."),
                {"until": str(check.waived_until)},
            )
        if check.due < state.today and not is_waived and not is_failing:
            days = (state.today - check.due).days
            told = check.words or Text(zh="还没有检查过。", en="It was never checked.")
            yield Warning(
                "milestone_overdue",
                "medium",
                Text(
                    zh=f"里程碑“{check.name.zh}”应于 {check.due} 通过，已逾期 {days} 天。{told.zh}",
                    en=f"“{check.name.en}” was due on {check.due} and has not passed. {told.en}",
                ),
                Text(zh="运行检查，按其说明补齐。", en="Run the check and do what it says."),
                {"due": check.due.isoformat(), "days": days},
            )


def _silent(state: State, known: Limits) -> Iterator[Warning]:
    quiet = [(number, (state.today - since).days) for number, _, since in state.silent]
    quiet = [(number, days) for number, days in quiet if days > known.silent_days]
    if quiet:
        numbers, days = [number for number, _ in quiet], max(days for _, days in quiet)
        yield Warning(
            "no_report",
            "medium",
            Text(
                zh=f"任务 {'、'.join(numbers)} 应在进行中，已有 {days} 天没有进度报告。",
                en=f"Nothing was reported for up to {days} days on what should be under way: {', '.join(numbers)}.",
            ),
            Text(zh="请执行人报告完成比例。", en="Ask whoever does it how far it is."),
            {"tasks": numbers, "days": days},
        )


def _overdue(state: State, known: Limits) -> Iterator[Warning]:
    for finding, due in state.findings:
        if due < state.today:
            yield Warning(
                "finding_open",
                "medium",
                Text(
                    zh=f"监督记录的问题应于 {due} 整改，仍未关闭：{finding}",
                    en=f"A finding of supervision was to be closed by {due} and is open: {finding}",
                ),
                Text(
                    zh="督促整改并关闭，或改期并写明原因。", en="Have it mended and closed, or move it with a reason."
                ),
                {"due": due.isoformat()},
            )
    for name, due in state.owed:
        if due < state.today:
            yield Warning(
                "deliverable_late",
                "medium",
                Text(
                    zh=f"合同交付物“{name}”应于 {due} 交付，还没有通过验收，不得付款。",
                    en=f"The deliverable “{name}” was due on {due} and is not accepted; it must not be paid.",
                ),
                Text(
                    zh="与服务商确认交付日期，按合同追究延误。",
                    en="Settle a date with the provider, as the contract says.",
                ),
                {"due": due.isoformat()},
            )
    for title, since in state.undecided:
        if (state.today - since).days > known.expiry_days:
            yield Warning(
                "change_undecided",
                "medium",
                Text(
                    zh=f"变更申请“{title}”自 {since} 起未作决定。", en=f"The change “{title}” has waited since {since}."
                ),
                Text(zh="请发起人批准或驳回。", en="Let the sponsor approve or reject it."),
                {"since": since.isoformat()},
            )


def _organisation(state: State, known: Limits) -> Iterator[Warning]:
    if state.unfilled and state.start <= state.today:
        yield Warning(
            "role_unfilled",
            "medium",
            Text(
                zh=f"这些岗位还没有人：{'、'.join(role.zh for role in state.unfilled)}。",
                en=f"Nobody holds these roles: {', '.join(role.en for role in state.unfilled)}.",
            ),
            Text(zh="指定人员；小企业可一人多岗。", en="Name people; in a small firm one person may hold several."),
        )
    if state.rights_open and state.contracts:
        yield Warning(
            "rights_open",
            "medium",
            Text(
                zh=f"已签合同，知识产权与数据权益还有 {state.rights_open} 项未落实。",
                en=f"A contract is signed and {state.rights_open} items on rights and data are not settled.",
            ),
            Text(zh="对照核对清单补签条款，再付下一笔款。", en="Settle them by the checklist before the next payment."),
            {"open": state.rights_open},
        )


RULES: tuple[Callable[[State, Limits], Iterator[Warning]], ...] = (
    _late,
    _over_budget,
    _chain_eaten,
    _dependency_late,
    _readiness_falling,
    _acceptance,
    _silent,
    _overdue,
    _organisation,
)
