"""Why a step was chosen and why not, each answer verified by solving the model again.

A step left out is forced in: either no plan is possible then, and the constraints without which one is possible are
named; or one is, and the difference in worth is what the step would cost. Of one scenario only the lowest step left
out is asked, since the higher ones wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from tujing.planning.optimise import CONSTRAINTS, Choice, Constraint, Model
from tujing.words import Text

NODES = 40
"""Search nodes for one question; when they run out the answer says "at least"."""

RejectedKind = Literal["negative_value", "displaces", "no_better", "infeasible", "waits"]

WORDS: dict[Constraint, Text] = {
    "budget": Text(zh="预算", en="budget"),
    "people": Text(zh="自有人手", en="own people's days"),
    "parallel": Text(zh="同时推进的项目数", en="projects under way at once"),
}


@dataclass(frozen=True)
class Rejected:
    """Why a candidate is not in the plan. `loss`: yuan by which the plan would be worth less with it (at least)."""

    step: str
    kind: RejectedKind
    why: Text
    loss: float | None = None
    exact: bool = True
    binding: tuple[Constraint, ...] = ()
    displaced: tuple[str, ...] = ()
    """Steps that the plan would give up for it."""


def why_not(model: Model, best: Choice, pinned: Iterable[str] = (), forbidden: Iterable[str] = ()) -> list[Rejected]:
    """Returns the reason for every candidate that the best plan leaves out."""
    pinned, forbidden = frozenset(pinned), frozenset(forbidden)
    answers: dict[str, Rejected] = {}
    for step in _earlier_first(model):
        if step in best.starts:
            continue
        waits_for = [before for before in model.steps[step].after if before in answers]
        same = [before for before in waits_for if _scenario(before) == _scenario(step)]
        if step in forbidden:
            words = Text(zh="按您的要求不列入规划。", en="Left out because you asked for it.")
            answers[step] = Rejected(step, "infeasible", words)
        elif same:
            words = Text(
                zh="前一等级未列入规划，这一级须在它之后。",
                en="The level before it is not in the plan, and this one follows it.",
            )
            answers[step] = Rejected(step, "waits", words)
        else:
            answers[step] = _forced_in(model, best, step, pinned, forbidden)
    return list(answers.values())


def conflicts(
    model: Model, pinned: Iterable[str], forbidden: Iterable[str]
) -> tuple[tuple[str, ...], tuple[Constraint, ...]]:
    """Returns a smallest set of pinned steps that cannot go together, and the constraints that forbid it.

    No constraint means that time or order forbids it.
    """
    core = list(pinned)
    for step in list(core):
        rest = [one for one in core if one != step]
        if model.solve(rest, forbidden, nodes=NODES).status == "infeasible":
            core = rest
    return tuple(core), binding(model, core, forbidden)


def binding(model: Model, pinned: Iterable[str], forbidden: Iterable[str]) -> tuple[Constraint, ...]:
    """Returns the fewest constraints without which the pinned steps fit; none when they never fit in the quarters."""
    pinned, forbidden = list(pinned), list(forbidden)
    for size in range(1, len(CONSTRAINTS) + 1):
        for relaxed in combinations(CONSTRAINTS, size):
            if model.solve(pinned, forbidden, relaxed, nodes=NODES).status in ("optimal", "feasible"):
                return relaxed
    return ()


def _forced_in(model: Model, best: Choice, step: str, pinned: frozenset[str], forbidden: frozenset[str]) -> Rejected:
    forced = model.solve(pinned | {step}, forbidden, nodes=NODES)
    if forced.status == "infeasible":
        return _does_not_fit(step, binding(model, pinned | {step}, forbidden))
    if forced.status != "optimal":
        # Cut short, the search still proves that no plan with the step is worth more than `forced.bound`.
        loss = max(0.0, best.objective - forced.bound)
        return _no_better(step, loss, proven=loss > 0 or best.status == "optimal")
    loss = max(0.0, best.objective - forced.objective)
    displaced = tuple(sorted(set(best.starts) - set(forced.starts)))
    delayed = any(forced.starts.get(other, start) > start for other, start in best.starts.items())
    if displaced or delayed:
        return Rejected(step, "displaces", _displaces(loss, len(displaced)), loss, displaced=displaced)
    words = Text(
        zh=f"预期收益抵不过投入：列入后规划净现值减少 {wan(loss)}。",
        en=f"It costs more than it is expected to bring: with it the plan is worth {yuan(loss)} less.",
    )
    return Rejected(step, "negative_value", words, loss)


def _displaces(loss: float, displaced: int) -> Text:
    zh = f"挤掉 {displaced} 个更值的步骤" if displaced else "推迟更值的步骤"
    en = f"pushes out {displaced} step{'s' if displaced > 1 else ''}" if displaced else "delays steps"
    return Text(
        zh=f"列入它要{zh}，规划净现值减少 {wan(loss)}。",
        en=f"Taking it {en} worth more; the plan is worth {yuan(loss)} less.",
    )


def _no_better(step: str, loss: float, proven: bool) -> Rejected:
    zh, en = "没有一个列入它的规划更值", "No plan with it is worth more"
    if not proven:
        zh, en = (
            "限定的搜索内没有找到列入它而更值的规划",
            "Within the search limit no plan with it was found to be worth more",
        )
    if loss > 0:
        zh, en = f"{zh}，净现值至少减少 {wan(loss)}", f"{en}; the best of them is worth at least {yuan(loss)} less"
    return Rejected(step, "no_better", Text(zh=f"{zh}。", en=f"{en}."), loss, exact=False)


def _does_not_fit(step: str, limits: tuple[Constraint, ...]) -> Rejected:
    if not limits:
        words = Text(
            zh="连同它的前置步骤，在规划期内做不完。",
            en="With the steps that must come before it, it cannot be finished within the plan's quarters.",
        )
    else:
        words = Text(
            zh=f"{'、'.join(WORDS[name].zh for name in limits)}不够，放不下它和它的前置步骤。",
            en=f"Not enough room ({', '.join(WORDS[name].en for name in limits)}) for it and the steps before it.",
        )
    return Rejected(step, "infeasible", words, binding=limits)


def _earlier_first(model: Model) -> list[str]:
    """Returns the steps so that each comes after those it waits for."""
    order: dict[str, None] = {}
    left = list(model.steps)
    while left:
        free = [step for step in left if all(before in order for before in model.steps[step].after)]
        if not free:  # steps that wait for each other can never be chosen
            free = left
        order.update(dict.fromkeys(free))
        left = [step for step in left if step not in order]
    return list(order)


def _scenario(step: str) -> str:
    return step.rpartition("@")[0]


def wan(amount: float) -> str:
    """Returns an amount the way a Chinese reader writes it, in 万元."""
    return f"{amount / 10_000:,.1f} 万元"


def yuan(amount: float) -> str:
    """Returns an amount in yuan for an English reader."""
    return f"CNY {amount:,.0f}"
