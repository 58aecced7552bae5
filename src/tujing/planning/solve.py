"""From candidates to a whole plan: chosen and rejected with reasons, front, robustness, value, money. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tujing.atlas.manifest import Driver
from tujing.planning.appraisal import appraise
from tujing.planning.assumptions import Assumptions
from tujing.planning.candidate_rows import DRAWS, candidate_rows
from tujing.planning.candidates import Candidate
from tujing.planning.cashflow import Horizon, Portfolio, horizon_of
from tujing.planning.chosen import why
from tujing.planning.findings import front_document, limits_document, robustness_document
from tujing.planning.funding import by_quarter, funding_document, sources_of
from tujing.planning.infeasible import explain
from tujing.planning.optimise import Choice, Limits, Model, RiskBound, Step, Watch, cvar
from tujing.planning.pareto import front, levels_of
from tujing.planning.reasons import Rejected, why_not
from tujing.planning.risk_register import Surroundings
from tujing.planning.robustness import robustness, step_draws
from tujing.planning.steps import overlap_factors, to_steps
from tujing.planning.target import MEASURE, Wanted, measure_steps, reached
from tujing.planning.value import DRIVERS, STOCKS, Baseline, worth
from tujing.problems import refuse
from tujing.words import Text

CASES = 40
"""Drawn cases over which the plan's risk is bounded and compared."""
TAIL = 0.9
NO_BOUND = 1e12

Say = Callable[[Text], None]


@dataclass(frozen=True)
class Depth:
    """How much is worked out beside the plan itself."""

    points: int = 0
    """Most points of the Pareto front; 0 leaves it out."""
    by_risk: int = 2
    """Further points of the front that give up value for less risk."""
    robust_draws: int = 0
    """Draws in which the plan is made anew; 0 leaves it out."""
    risk_draws: int = 100_000
    reasons: bool = True
    what_if: bool = False
    """Also what would let each step in that was left out, and what more of each scarce limit would add."""
    limits: bool = False
    """What more of each scarce limit would add, without the reasons."""
    about: frozenset[str] = frozenset()
    """Steps whose reason is asked for; empty: all that were left out."""


@dataclass(frozen=True)
class Chosen:
    """One step of the plan. `npv` in the optimiser's linear terms; `sources`: its one-off cost by source. Yuan."""

    candidate: Candidate
    start: int
    npv: float
    why: Text
    sources: Mapping[str, float]


@dataclass(frozen=True)
class Solved:
    """A plan before it is stored. `document` is plain JSON."""

    choice: Choice
    projects: tuple[Chosen, ...]
    rejected: tuple[Rejected, ...]
    factors: dict[Driver, float]
    document: dict[str, Any]


def solve(
    candidates: Sequence[Candidate],
    baseline: Baseline,
    limits: Limits,
    given: Assumptions,
    pinned: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    seed: int = 0,
    *,
    depth: Depth = Depth(),
    wanted: Wanted | None = None,
    most_loss: float | None = None,
    levels: int | None = None,
    unready: Sequence[Candidate] = (),
    around: Surroundings | None = None,
    before: Mapping[str, int] | None = None,
    say: Say | None = None,
    watch: Watch | None = None,
) -> Solved:
    """Chooses among the candidates and works out what the choice is worth.

    Parameters
    ----------
    wanted
        A maturity level by a date, with the measures that raise its score.
    most_loss
        Most yuan that the worst tenth of the cases may lose on average (CVaR); negative: they must earn.
    levels
        Fewest levels to raise.
    unready
        Steps whose data are not ready; only named as a way out of a conflict.
    around
        What is known around the plan, for its risk register and its classes of cost and value.
    before
        Step → start of an earlier plan, to begin from.
    watch
        Is told the best plan so far and the bound, yuan.

    Raises
    ------
    PlanConflict
        When what is asked cannot be done together; says what conflicts, and the cheapest way out.
    """
    say = say or (lambda words: None)
    horizon = horizon_of(limits.quarters, given)
    priced = {driver: worth(driver, baseline, given.cost_of_capital.value) for driver in DRIVERS}
    prices = {driver: amount for driver, amount in priced.items() if amount is not None}
    factors = overlap_factors(candidates)
    measures = wanted.measures if wanted else ()
    steps = [*to_steps(candidates, prices, factors, horizon), *measure_steps(measures, horizon)]
    cases = _cases(candidates, len(steps), prices, factors, horizon, given, CASES, seed)
    limits = replace(
        limits,
        discount=(1 + given.discount_rate.value) ** -0.25,
        target=wanted.target if wanted else limits.target,
        risk=RiskBound(cases, TAIL, most_loss) if most_loss is not None else None,
    )
    model = Model(steps, limits)
    say(Text(zh="求最优规划……", en="Solving for the best plan …"))
    choice = model.solve(pinned, forbidden, levels=levels, start=before, watch=watch)
    if choice.status == "infeasible":
        say(
            Text(
                zh="没有可行的规划，正在找最小冲突与最省的办法……", en="No plan is possible; looking for the conflict …"
            )
        )
        waiting = [
            replace(step, blocked=step.of.rpartition("@")[0])
            for step in to_steps(unready, prices, factors | _ones(prices, factors), horizon)
        ]
        raise explain(model, steps, waiting, limits, candidates, pinned, forbidden)
    if choice.status == "failed":
        raise refuse(
            "no_plan_in_time",
            "限定时间内没有找到可行的规划，请减少指定的场景或放宽预算后再试。",
            "No plan was found in time; ask for fewer steps or widen the budget, and try again.",
        )

    projects = _projects(candidates, choice, model, limits, prices, factors, pinned)
    portfolio = Portfolio([(one.candidate, one.start) for one in projects], prices, horizon)
    balances = {driver: baseline.annual[driver] or 0.0 for driver in STOCKS}
    document = {
        **appraise(portfolio, baseline, given, around, seed, depth.risk_draws),
        "gap": choice.gap,
        "investment": sum(one.candidate.one_off.mean for one in projects),
        "freed_cash": portfolio.freed_cash(balances),
        "by_quarter": by_quarter(choice, model, limits),
        "funding": funding_document(choice, model, limits),
        "maturity": levels_of(model, choice),
    }
    if around:
        document["candidates"] = candidate_rows(
            candidates,
            steps,
            step_draws(candidates, prices, factors, horizon, given, DRAWS, seed + 2),
            around.readiness,
            {name: option.lock_in for name, option in around.figures.options.options.items()},
        )
    if wanted:
        document["target"] = reached(wanted, choice, model.steps)
    document["cvar"] = cvar(_losses(cases, model, choice), TAIL)
    if depth.points:
        say(Text(zh="求价值与成熟度、风险的帕累托前沿……", en="Working out the Pareto front …"))
        bound = RiskBound(cases, TAIL, most_loss if most_loss is not None else NO_BOUND)
        points = front(
            model,
            choice,
            pinned,
            forbidden,
            depth.points,
            depth.by_risk,
            model if most_loss is not None else Model(steps, replace(limits, risk=bound)),
            said=_counted(say, "前沿点", "points of the front"),
        )
        document["pareto"] = front_document(points, model)
    if depth.robust_draws:
        drawn = _cases(candidates, len(steps), prices, factors, horizon, given, depth.robust_draws, seed + 1)
        found = robustness(model, choice, drawn, pinned, forbidden, _counted(say, "次抽样重算", "draws planned anew"))
        document["robustness"] = robustness_document(found)
    rejected: tuple[Rejected, ...] = ()
    if depth.reasons:
        said = _counted(say, "个未列入步骤的理由", "reasons why not")
        rejected = tuple(why_not(model, choice, pinned, forbidden, said, what_if=depth.what_if, about=depth.about))
    if depth.limits or (depth.what_if and depth.reasons and not depth.about):
        document["limits"] = limits_document(model, choice, steps, limits, pinned, forbidden)
    return Solved(choice, projects, rejected, factors, document)


def steps_of(candidates: Sequence[Candidate], baseline: Baseline, quarters: int, given: Assumptions) -> list[Step]:
    """Returns the optimiser's steps of one enterprise, priced on its own baseline."""
    horizon = horizon_of(quarters, given)
    priced = {driver: worth(driver, baseline, given.cost_of_capital.value) for driver in DRIVERS}
    prices = {driver: amount for driver, amount in priced.items() if amount is not None}
    return to_steps(candidates, prices, overlap_factors(candidates), horizon)


def _ones(prices: Mapping[Driver, float], factors: Mapping[Driver, float]) -> dict[Driver, float]:
    """Drivers that no candidate moves count in full."""
    return {driver: 1.0 for driver in prices if driver not in factors}


def _counted(say: Say, zh: str, en: str) -> Callable[[int, int], None]:
    """Says every tenth of the way."""

    def said(done: int, total: int) -> None:
        if done == total or done % max(1, total // 10) == 0:
            say(Text(zh=f"  {done}/{total} {zh}", en=f"  {done}/{total} {en}"))

    return said


def _cases(
    candidates: Sequence[Candidate],
    steps: int,
    prices: Mapping[Driver, float],
    factors: Mapping[Driver, float],
    horizon: Horizon,
    given: Assumptions,
    count: int,
    seed: int,
) -> Any:
    """Returns the drawn worth of every step; measures, which come last, cost what they cost."""
    import numpy as np

    values = step_draws(candidates, prices, factors, horizon, given, count, seed)
    rest = np.zeros((count, steps - len(candidates), horizon.quarters))
    return np.concatenate([values, rest], axis=1)


def _losses(cases: Any, model: Model, choice: Choice) -> Any:
    number = {step.id: place for place, step in enumerate(model.form.steps)}
    return -choice.finance - sum(cases[:, number[step], start] for step, start in choice.starts.items())


def _projects(
    candidates: Sequence[Candidate],
    choice: Choice,
    model: Model,
    limits: Limits,
    prices: Mapping[Driver, float],
    factors: Mapping[Driver, float],
    pinned: Sequence[str],
) -> tuple[Chosen, ...]:
    by_key = {one.key: one for one in candidates}
    taken = sorted(
        (step for step in choice.starts if not step.startswith(MEASURE)), key=lambda step: (choice.starts[step], step)
    )
    sources = sources_of(choice, model, limits)
    projects = []
    for step in taken:
        one, npv = by_key[step], model.steps[step].value[choice.starts[step]]
        enables = [by_key[other] for other in taken if one.id in by_key[other].after]
        words = why(one, npv, enables, prices, factors, step in pinned or one.id in pinned)
        projects.append(Chosen(one, choice.starts[step], npv, words, sources[step]))
    return tuple(projects)
