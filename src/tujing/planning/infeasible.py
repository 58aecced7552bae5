"""What is said when no plan is possible: the conflict in words, the cheapest way out, and a later date. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tujing.planning.candidates import Candidate
from tujing.planning.conflict import Conflict, find_conflict
from tujing.planning.optimise import Constraint, Limits, Model, Step
from tujing.planning.relaxation import amount, label
from tujing.problems import BadInput, Problem
from tujing.words import Text


class PlanConflict(BadInput):
    """Raised when what is asked of a plan cannot be had together. `document`: conflict and cheapest relaxation."""

    exit_code = 3

    def __init__(self, problem: Problem, document: Mapping[str, Any]) -> None:
        self.document = dict(document)
        super().__init__(problem)


def explain(
    model: Model,
    steps: Sequence[Step],
    waiting: Sequence[Step],
    limits: Limits,
    candidates: Sequence[Candidate],
    pinned: Sequence[str],
    forbidden: Sequence[str],
) -> PlanConflict:
    """Returns the refusal; `waiting` are steps that a condition outside the plan holds back."""
    mandatory = dict(limits.mandatory)
    banned = set(forbidden)
    for wish in pinned:
        group = model.steps[wish].of if wish in model.steps else wish
        mandatory.setdefault(group, None)
        if wish in model.steps:  # this way of the step, and no other
            banned |= {other for other in model.groups[group] if other != wish}
    asked = replace(limits, mandatory=mandatory)
    known = {step.of for step in steps}
    spare = [step for step in waiting if step.of not in known] if limits.target else []
    conflict = find_conflict([*steps, *spare], asked, banned)
    names = {
        one.id: Text(zh=f"“{one.name.zh}”{one.level} 级", en=f"{one.name.en} level {one.level}") for one in candidates
    }
    later = _later([*steps, *spare], asked, sorted(banned)) if limits.target else None
    return _refusal(conflict, names, later, bool(limits.target), bool(banned))


def _later(steps: Sequence[Step], limits: Limits, forbidden: Sequence[str]) -> int | None:
    """Returns the earliest quarter by which the target could be met with all else as asked, or None."""
    target = limits.target
    assert target is not None
    for by in range(target.by + 1, limits.quarters):
        moved = replace(limits, target=replace(target, by=by))
        if Model(steps, moved).solve((), forbidden, aim="stretch").status in ("optimal", "feasible"):
            return by
    return None


def _demand(name: Constraint, names: Mapping[str, Text]) -> Text:
    kind, _, which = name.partition(":")
    if kind == "mandatory":
        about = names.get(which, Text(zh=which, en=which))
        return Text(zh=f"必须列入{about.zh}", en=f"{about.en} must be taken")
    if kind == "blocked":
        return Text(zh="数据未就绪的场景暂不能升级", en="scenarios whose data are not ready cannot rise yet")
    if kind == "target":
        about = label(name)
        return Text(zh=f"{about.zh}须达到目标", en=f"the target asks for enough {about.en}")
    about = label(name)
    return Text(zh=f"{about.zh}有限", en=f"{about.en} is limited")


def _refusal(
    conflict: Conflict, names: Mapping[str, Text], later: int | None, target: bool, banned: bool
) -> PlanConflict:
    demands = [{"constraint": name, **_demand(name, names).as_dict()} for name in conflict.demands]
    out = conflict.way_out
    relaxation = None
    if out:
        relaxation = {
            "stretch": [
                {"constraint": name, "by": by, "label": label(name).as_dict(), "words": amount(name, by).as_dict()}
                for name, by in out.stretch
            ],
            "price": out.price,
            "objective": out.objective,
            "verified": True,
            "words": out.words.as_dict(),
        }
    zh, en = "；".join(one["zh"] for one in demands), "; ".join(one["en"] for one in demands)
    more_zh = f"最省的办法：{out.words.zh}。" if out else "请减少要求。"
    more_en = f"The cheapest way out: {out.words.en}." if out else "Ask for less."
    if not any(one["constraint"].partition(":")[0] not in ("mandatory", "target") for one in demands):
        zh += "；前置步骤被排除，或规划期内做不完" if banned else "；连同前置步骤在规划期内做不完"
        en += (
            "; a step before it is left out, or time is too short"
            if banned
            else "; with what comes before, time is too short"
        )
    if later is not None:
        more_zh += f"或把目标推迟到第 {later + 1} 个季度末。"
        more_en += f" Or move the target to the end of quarter {later + 1}."
    code = "target_conflict" if target else "pins_conflict"
    words = Text(zh=f"这些要求不能同时满足：{zh}。{more_zh}", en=f"These cannot be met together: {en}. {more_en}")
    document = {"status": "infeasible", "conflict": demands, "relaxation": relaxation, "later_quarter": later}
    return PlanConflict(Problem(code, words), document)
