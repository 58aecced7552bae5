"""Why a step was left out, what would let it in, and what would have to be true; each answer verified by solving again.

A step left out is forced in. Either no plan is possible then, and the fewest constraints without which one is possible
are named; or one is, and the difference in worth is what the step would cost. When asked what if, two more questions
are put to the model:

- relaxation: the cheapest stretch of the limits with which a plan that takes the step is worth no less than the plan
  made, minimise Σ price · stretch subject to step taken, worth ≥ best;
- break-even: the least factor λ on the step's effect with which some best plan takes it. The worth of the best plan
  with the step is convex and rising in λ, so Newton's steps from above (Dinkelbach 1967) end at the exact λ.

Of one scenario only the lowest step left out is asked, since the higher ones wait for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from tujing.planning.optimise import CONSTRAINTS, Choice, Constraint, Model
from tujing.planning.questions import Said, answers
from tujing.planning.relaxation import amount, label, prices
from tujing.words import Text

NODES = 400
"""Search nodes for one question; when they run out the answer says "at least"."""
SECONDS = 30.0
QUESTION_GAP = 1e-4
"""Answers are proven to within a ten-thousandth of the plan's worth."""
STRETCH_NODES = 60
YUAN = 1.0
ROUNDS = 2

RejectedKind = Literal["negative_value", "displaces", "no_better", "infeasible", "waits"]


@dataclass(frozen=True)
class Relaxation:
    """A verified way to let a step in: stretch each constraint by so much, and a plan with it is worth `objective`."""

    stretch: tuple[tuple[Constraint, float], ...]
    price: float
    """Yuan, by the declared prices of `relaxation.yaml`."""
    objective: float
    words: Text


@dataclass(frozen=True)
class BreakEven:
    """What would have to be true of the step. `effect`: factor on its effect; `cheaper`: yuan less of its cost."""

    effect: float | None
    cheaper: float
    exact: bool
    words: Text


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
    relaxation: Relaxation | None = None
    break_even: BreakEven | None = None


def why_not(
    model: Model,
    best: Choice,
    pinned: Iterable[str] = (),
    forbidden: Iterable[str] = (),
    said: Said | None = None,
    *,
    what_if: bool = True,
    about: Collection[str] = (),
) -> list[Rejected]:
    """Returns the reason for every step that the best plan leaves out, whichever way it would be brought in.

    With `what_if` each also tells what would let the step in. `about` names the steps to speak of; empty: all.
    """
    pinned, forbidden = frozenset(pinned), frozenset(forbidden)
    taken = {model.steps[step].of for step in best.starts}
    left_out = [group for group in _earlier_first(model) if group not in taken and not group.startswith("measure:")]
    out = set(left_out)

    def reason(group: str) -> Rejected:
        if group in forbidden or set(model.groups[group]) <= forbidden:
            words = Text(zh="按您的要求不列入规划。", en="Left out because you asked for it.")
            return Rejected(group, "infeasible", words)
        if any(before in out and _scenario(before) == _scenario(group) for before in _after(model, group)):
            words = Text(
                zh="前一等级未列入规划，这一级须在它之后。",
                en="The level before it is not in the plan, and this one follows it.",
            )
            return Rejected(group, "waits", words)
        return _forced_in(model, best, group, pinned, forbidden, what_if)

    return answers(reason, [group for group in left_out if not about or group in about], said)


def binding(model: Model, pinned: Iterable[str], forbidden: Iterable[str]) -> tuple[Constraint, ...]:
    """Returns the fewest constraints without which the pinned steps fit; none when they never fit in the quarters."""
    pinned, forbidden = list(pinned), list(forbidden)
    names = _resources(model)
    if model.solve(pinned, forbidden, names, nodes=NODES).status == "infeasible":
        return ()
    for size in range(1, 4):
        for relaxed in combinations(names, size):
            if model.solve(pinned, forbidden, relaxed, nodes=NODES).status in ("optimal", "feasible"):
                return relaxed
    return tuple(names)


def _resources(model: Model) -> list[Constraint]:
    """Returns the limits on money, people and projects; the common three first."""
    kinds = ("department", "skill", "loan", "risk")
    return [*CONSTRAINTS, *(name for name in model.form.families if name.partition(":")[0] in kinds)]


def _forced_in(
    model: Model, best: Choice, group: str, pinned: frozenset[str], forbidden: frozenset[str], what_if: bool
) -> Rejected:
    wanted = pinned | {group}
    forced = model.solve(wanted, forbidden, nodes=NODES, seconds=SECONDS, gap=QUESTION_GAP, start=best.starts)
    if forced.status == "infeasible":
        limits = binding(model, wanted, forbidden)
        answer = _does_not_fit(group, limits)
        asked = what_if and limits
        return replace(answer, relaxation=_relaxed(model, wanted, forbidden, limits, None)) if asked else answer
    if forced.status != "optimal":
        # Cut short, the search still proves that no plan with the step is worth more than `forced.bound`.
        loss = max(0.0, best.objective - forced.bound)
        return _no_better(group, loss, proven=loss > 0 or best.status == "optimal")
    loss = max(0.0, best.objective - forced.objective)
    then = {model.steps[step].of: start for step, start in forced.starts.items()}
    now = {model.steps[step].of: start for step, start in best.starts.items()}
    displaced = tuple(sorted(set(now) - set(then)))
    delayed = any(then.get(other, start) > start for other, start in now.items())
    pushes = bool(displaced) or delayed
    relaxed = _relaxed(model, wanted, forbidden, _resources(model), best) if what_if and pushes else None
    even = _break_even(model, best, forced, group, wanted, forbidden) if what_if else None
    if pushes:
        limits = tuple(name for name, _ in relaxed.stretch) if relaxed else ()
        words = _displaces(loss, len(displaced))
        return Rejected(group, "displaces", words, loss, True, limits, displaced, relaxed, even)
    words = Text(
        zh=f"预期收益抵不过投入：列入后规划净现值减少 {wan(loss)}。",
        en=f"It costs more than it is expected to bring: with it the plan is worth {yuan(loss)} less.",
    )
    return Rejected(group, "negative_value", words, loss, break_even=even)


def _relaxed(
    model: Model, wanted: frozenset[str], forbidden: frozenset[str], names: Sequence[Constraint], best: Choice | None
) -> Relaxation | None:
    """Returns the cheapest stretch of the named limits that lets the step in, the plan worth no less than `best`."""
    price = prices(names)
    worth = None if best is None else best.objective - YUAN
    least = model.solve(
        wanted, forbidden, worth=worth, aim="stretch", stretch=price, nodes=STRETCH_NODES, seconds=SECONDS, gap=1e-2
    )
    if least.status not in ("optimal", "feasible"):
        return None
    stretch = tuple((name, by) for name, by in least.slack.items() if by > 1e-6)
    if not stretch:
        return None
    cost = sum(price[name] * by for name, by in stretch)
    zh = "、".join(f"{label(name).zh}增加 {amount(name, by).zh}" for name, by in stretch)
    en = "; ".join(f"{amount(name, by).en} more ({label(name).en})" for name, by in stretch)
    best_known = least.status == "optimal"
    words = Text(
        zh=f"{'' if best_known else '不超过'}{zh}，就能列入而规划不减值。",
        en=f"{'With' if best_known else 'With no more than'} {en}, it fits and the plan is worth no less.",
    )
    if best is None:
        words = Text(zh=f"{zh}，就能列入。", en=f"With {en}, it fits.")
    return Relaxation(stretch, cost, least.objective, words)


def _break_even(
    model: Model, best: Choice, forced: Choice, group: str, wanted: frozenset[str], forbidden: frozenset[str]
) -> BreakEven | None:
    """Returns the least factor on the step's effect with which some best plan takes it, and how much cheaper it must
    be.
    """
    loss = best.objective - forced.objective
    if loss <= YUAN:
        return None
    factor, plan, exact = 1.0, forced, False
    options = model.groups[group]
    for _ in range(ROUNDS):
        [step] = [one for one in options if one in plan.starts]
        benefit = model.steps[step].benefit
        if not benefit or benefit[plan.starts[step]] <= YUAN:
            return BreakEven(None, loss, True, _cheaper(loss))
        worth = _scaled_worth(model, plan, step, factor)
        factor += (best.objective - worth) / benefit[plan.starts[step]]
        values = {
            one: [
                worth + (factor - 1) * gain
                for worth, gain in zip(model.steps[one].value, model.steps[one].benefit, strict=True)
            ]
            for one in options
            if model.steps[one].benefit
        }
        again = model.solve(
            wanted, forbidden, nodes=NODES, seconds=SECONDS, gap=QUESTION_GAP, values=values, start=plan.starts
        )
        if again.status != "optimal":
            break
        if again.objective <= best.objective + max(YUAN, QUESTION_GAP * abs(best.objective)):
            exact = True
            break
        plan = again
    words = Text(
        zh=f"若它的效果达到预期的 {factor:.2f} 倍，或费用少 {wan(loss)}，就会入选。",
        en=f"It enters if its effect is {factor:.2f} times what is expected, or if it costs {yuan(loss)} less.",
    )
    return BreakEven(factor, loss, exact, words)


def _scaled_worth(model: Model, plan: Choice, step: str, factor: float) -> float:
    """Returns the plan's worth with the step's effect times `factor`; `plan.objective` may hold another factor."""
    worth = sum(model.steps[one].value[start] for one, start in plan.starts.items())
    return worth + plan.finance + (factor - 1) * model.steps[step].benefit[plan.starts[step]]


def _cheaper(loss: float) -> Text:
    return Text(
        zh=f"它没有可以放大的效果；费用少 {wan(loss)} 才会入选。",
        en=f"It has no effect that could be larger; it enters if it costs {yuan(loss)} less.",
    )


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
            zh=f"{'、'.join(label(name).zh for name in limits)}不够，放不下它和它的前置步骤。",
            en=f"Not enough room ({', '.join(label(name).en for name in limits)}) for it and the steps before it.",
        )
    return Rejected(step, "infeasible", words, binding=limits)


def _after(model: Model, group: str) -> list[str]:
    return list(dict.fromkeys(before for option in model.groups[group] for before in model.steps[option].after))


def _earlier_first(model: Model) -> list[str]:
    """Returns the groups so that each comes after those it waits for."""
    order: dict[str, None] = {}
    left = list(model.groups)
    while left:
        free = [group for group in left if all(before in order for before in _after(model, group))]
        if not free:  # steps that wait for each other can never be chosen
            free = left
        order.update(dict.fromkeys(free))
        left = [group for group in left if group not in order]
    return list(order)


def _scenario(step: str) -> str:
    return step.rpartition("@")[0]


def wan(amount: float) -> str:
    """Returns an amount the way a Chinese reader writes it, in 万元."""
    return f"{amount / 10_000:,.1f} 万元"


def yuan(amount: float) -> str:
    """Returns an amount in yuan for an English reader."""
    return f"CNY {amount:,.0f}"
