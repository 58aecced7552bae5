"""When no plan is possible: the smallest set of demands that cannot be met together, and the cheapest way out.

Smallest by number, not only irreducible: minimum hitting sets of correction sets (Ignatiev, Previti, Liffiton and
Marques-Silva 2015). A set of demands is tried; if a plan meets it, it is grown until nothing more fits, and what is
then left over must be touched by every conflict; the smallest set touching all of these is tried next. The first that
no plan meets is a conflict, and none is smaller.

The cheapest way out minimises Σ price · stretch over the limits (prices: `relaxation.yaml`), and is verified by
planning again with the limits stretched.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from tujing.planning.optimise import Constraint, Limits, Model, Step
from tujing.planning.relaxation import amount, label, prices
from tujing.words import Text

SECONDS = 20.0


@dataclass(frozen=True)
class WayOut:
    """The cheapest stretch with which a plan exists. `objective`: worth of the best plan then, yuan, by solving."""

    stretch: tuple[tuple[Constraint, float], ...]
    price: float
    objective: float
    words: Text


@dataclass(frozen=True)
class Conflict:
    """Demands that cannot be met together; leaving out any one of them, the others can."""

    demands: tuple[Constraint, ...]
    way_out: WayOut | None


def find_conflict(steps: Sequence[Step], limits: Limits, forbidden: Iterable[str] = ()) -> Conflict:
    """Explains why no plan meets the limits; what must be taken stands in `limits.mandatory`.

    Raises
    ------
    ValueError
        When there is a plan after all.
    """
    model, banned = Model(steps, limits), list(forbidden)

    def fits(kept: frozenset[Constraint]) -> bool:
        # A loan is what the lender offers: it is never more, and a conflict names the budget.
        relaxed = [name for name in model.form.families if _demand(name) not in kept and name != "loan"]
        return model.solve((), banned, relaxed, SECONDS, aim="stretch").status != "infeasible"

    names = dict.fromkeys(_demand(name) for name in model.form.families if name != "loan")
    demands = smallest_conflict(list(names), fits)
    return Conflict(demands, cheapest_way_out(steps, limits, banned, model))


def _demand(name: Constraint) -> Constraint:
    """What holds steps back from outside the plan is one demand, whatever it is."""
    return "blocked" if name.startswith("blocked:") else name


def smallest_conflict(
    names: Sequence[Constraint], fits: Callable[[frozenset[Constraint]], bool]
) -> tuple[Constraint, ...]:
    """Returns a conflict with the fewest names, in the order of `names`.

    Raises
    ------
    ValueError
        When all of them fit together.
    """
    if fits(frozenset(names)):
        raise ValueError("there is no conflict")
    corrections: list[frozenset[Constraint]] = []
    while True:
        tried = _smallest_touching(corrections)
        if not fits(tried):
            return tuple(name for name in names if name in tried)
        grown = set(tried)
        for name in names:
            if name not in grown and fits(frozenset(grown | {name})):
                grown.add(name)
        corrections.append(frozenset(names) - grown)


def _smallest_touching(sets: Sequence[frozenset[Constraint]]) -> frozenset[Constraint]:
    """Returns a smallest set that has a member of each."""
    every = sorted(set().union(*sets)) if sets else []
    for size in range(len(every) + 1):
        for chosen in combinations(every, size):
            if all(one & set(chosen) for one in sets):
                return frozenset(chosen)
    raise ValueError("an empty set cannot be touched")


def cheapest_way_out(
    steps: Sequence[Step], limits: Limits, forbidden: Sequence[str] = (), model: Model | None = None
) -> WayOut | None:
    """Returns the cheapest verified stretch, or None when time or order alone forbids what is asked."""
    model = model or Model(steps, limits)
    price = prices(model.form.families)
    least = model.solve((), forbidden, seconds=SECONDS, aim="stretch", stretch=price)
    if least.status not in ("optimal", "feasible"):
        return None
    # A hair more than the solver's tolerance, so that the stretched limits hold to the last digit.
    slack = {name: by for name, by in least.slack.items() if by > 1e-6}
    stretched_steps, stretched_limits = stretched(
        steps, limits, {name: _rounded(name, by) for name, by in slack.items()}
    )
    again = Model(stretched_steps, stretched_limits).solve((), forbidden, seconds=SECONDS, gap=1e-4)
    if again.status not in ("optimal", "feasible"):
        return None
    ways = tuple((name, _rounded(name, by)) for name, by in slack.items())
    return WayOut(ways, sum(price[name] * by for name, by in ways), again.objective, words_of(ways))


def _rounded(name: Constraint, by: float) -> float:
    """Rounds a stretch up to what one would say: whole yuan, projects and steps; tenths of days and points."""
    if name in ("people", "target:score") or name.startswith("skill:"):
        return math.ceil(by * 10 - 1e-6) / 10
    return float(math.ceil(by - 1e-6))


def words_of(ways: Iterable[tuple[Constraint, float]]) -> Text:
    """Returns what to change, in words."""
    zh, en = [], []
    for name, by in ways:
        kind, _, which = name.partition(":")
        if kind == "mandatory":
            zh.append(f"不再要求按期完成 {which}")
            en.append(f"no longer ask for {which} in time")
        elif kind == "blocked":
            zh.append(f"先满足：{which}")
            en.append(f"first make ready: {which}")
        elif kind == "target":
            zh.append(f"{label(name).zh}降低 {amount(name, by).zh}")
            en.append(f"ask for {amount(name, by).en} fewer ({label(name).en})")
        else:
            zh.append(f"{label(name).zh}增加 {amount(name, by).zh}")
            en.append(f"{amount(name, by).en} more ({label(name).en})")
    return Text(zh="；".join(zh) or "无需放宽", en="; ".join(en) or "nothing need give way")


def stretched(steps: Sequence[Step], limits: Limits, stretch: Mapping[Constraint, float]) -> tuple[list[Step], Limits]:
    """Returns the steps and limits with each constraint stretched by so much."""
    changed, open_now = limits, set()
    for name, by in stretch.items():
        kind, _, which = name.partition(":")
        if kind == "budget":
            changed = replace(changed, budget=(changed.budget[0] + by, *changed.budget[1:]))
        elif kind == "people":
            changed = replace(changed, person_days=tuple(days + by for days in changed.person_days))
        elif kind == "parallel":
            changed = replace(changed, parallel=changed.parallel + round(by))
        elif kind == "loan" and changed.loan:
            changed = replace(changed, loan=replace(changed.loan, amount=changed.loan.amount + by))
        elif kind == "risk" and changed.risk:
            changed = replace(changed, risk=replace(changed.risk, most=changed.risk.most + by))
        elif kind == "department":
            more = {**changed.departments, which: changed.departments[which] + round(by)}
            changed = replace(changed, departments=more)
        elif kind == "skill":
            changed = replace(changed, skills={**changed.skills, which: changed.skills[which] + by})
        elif kind == "mandatory":
            rest = {group: last for group, last in changed.mandatory.items() if group != which}
            changed = replace(changed, mandatory=rest)
        elif kind == "blocked":
            open_now.add(which)
        elif kind == "target" and changed.target:
            field = which
            lower = getattr(changed.target, field) - by
            changed = replace(changed, target=replace(changed.target, **{field: lower}))
    return [replace(step, blocked="") if step.blocked in open_now else step for step in steps], changed
