"""The exact choice: which steps to take, in which way, and in which quarter each starts, for the highest value.

`formulation.py` says what the programme is; here it is solved. A large one is solved around its core (Balas and Zemel
1980; reduced-cost fixing of Dantzig, Fulkerson and Johnson 1954):

1. the linear relaxation gives a bound on every plan, and for each start a reduced cost: by how much the bound falls if
   that start is taken;
2. the starts whose reduced cost is small, the core, are solved first and give a plan;
3. a start whose reduced cost takes the bound below that plan can be in no better one: it is shut for good;
4. what is left is solved to the end.

"Proven" means that no plan is worth more by over a ten-millionth of its worth, or by over a yuan.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from tujing.planning.formulation import SCALE, Formulation
from tujing.planning.problem import (
    CONSTRAINTS,
    Choice,
    Constraint,
    Floats,
    Gain,
    Item,
    Limits,
    Loan,
    RiskBound,
    Status,
    Step,
    Subsidy,
    Target,
)

__all__ = [
    "CONSTRAINTS",
    "Choice",
    "Constraint",
    "Gain",
    "Item",
    "Limits",
    "Loan",
    "Model",
    "RiskBound",
    "Status",
    "Step",
    "Subsidy",
    "Target",
]

GAP = 1e-7
YUAN = 1.0
RISK_TOLERANCE = 0.01
SMALL = 240
"""A programme with no more open starts than this is solved at once."""
CORES = (1 / 30, 1 / 12)
"""Share of the open starts in the first core, and in the second where the first leaves too much open."""
ENOUGH = 1500
"""What is left open is solved to the end when it is no more than this."""
CORE_GAP = 5e-4

Aim = Literal["value", "levels", "risk", "stretch"]


@dataclass
class Bounds:
    """One question's bounds on columns and rows, and what is maximised."""

    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    cost: Floats


Watch = Callable[[float, float], None]
"""Told, while a plan is sought, what the best so far is worth and what no plan can be worth more than, yuan."""


class Model:
    """The model, built once; questions are asked of it by moving bounds only, so that asking again is cheap."""

    def __init__(self, steps: Sequence[Step], limits: Limits) -> None:
        self.steps = {step.id: step for step in steps}
        self.limits = limits
        self.form = Formulation(steps, limits)
        self.groups = {group: [steps[one].id for one in numbers] for group, numbers in self.form.groups.items()}
        self._number = {step.id: number for number, step in enumerate(steps)}
        # A bound on risk has a long row for every drawn case, and is often met unasked: it is asked for only when not.
        self._carefree = Model(steps, replace(limits, risk=None)) if limits.risk is not None else None

    def solve(
        self,
        pinned: Iterable[str] = (),
        forbidden: Iterable[str] = (),
        relaxed: Iterable[Constraint] = (),
        seconds: float = 60.0,
        nodes: int | None = None,
        *,
        worth: float | None = None,
        levels: float | None = None,
        risk: float | None = None,
        aim: Aim = "value",
        stretch: Mapping[Constraint, float] | None = None,
        start: Mapping[str, int] | None = None,
        values: Mapping[str, Sequence[float]] | None = None,
        gap: float = GAP,
        watch: Watch | None = None,
    ) -> Choice:
        """Returns the best plan that takes every pinned step and no forbidden one, leaving out the relaxed constraints.

        Deterministic (one thread, fixed seed) unless `seconds` runs out first; `nodes` limits the search without a
        clock.

        Parameters
        ----------
        pinned, forbidden
            Groups (`scenario@level`, any option) or options (`scenario@level:subscribe`).
        worth, levels, risk
            Bounds: least value in yuan, fewest levels raised, most CVaR in yuan.
        aim
            What is sought: the highest value, the most levels, the lowest CVaR, or the least stretch.
        stretch
            Constraint → price of stretching it by one of its own units; with aim `stretch` their sum is made least.
            Under any other aim those named may be stretched at that price, which comes off the plan's worth.
        start
            A plan to begin from.
        values
            Step → net present value of each start, in place of the model's.
        watch
            Is told every better plan as it is found; what it raises ends the search.
        """
        pinned, forbidden = list(pinned), list(forbidden)
        names, prices = set(relaxed), dict(stretch or {})
        if self._carefree is not None and aim == "value" and nodes is None and "risk" not in names | set(prices):
            calm = self._carefree.solve(
                pinned,
                forbidden,
                names,
                seconds,
                worth=worth,
                levels=levels,
                stretch=prices,
                start=start,
                values=values,
                gap=gap,
                watch=watch,
            )
            solved = calm.status in ("optimal", "feasible")
            if calm.status == "infeasible" or (solved and self.risk_of(calm) <= self._bearable(risk)):
                return calm
            start = calm.starts if solved else start
        if not self.steps and not pinned and self._nothing_is_asked(worth, levels):
            return Choice("optimal", 0.0, 0.0, {})
        bounds = self._bounds(values)
        if not self._wish(bounds, pinned, set(forbidden)):
            return _none("infeasible")
        form = self.form
        for name in names:
            bounds.row_upper[form.families.get(name, [])] = np.inf
        if worth is not None:
            bounds.row_upper[form.value_row] = -worth * SCALE
        if levels is not None:
            bounds.row_upper[form.maturity_row] = -float(levels)
        if risk is not None:
            bounds.row_upper[form.families["risk"]] = risk * SCALE
        value = bounds.cost.copy()
        self._aim(bounds, aim, prices)
        found = self._search(bounds, seconds, nodes, start, gap, watch)
        return self._read(found, value, aim, prices, gap)

    def risk_of(self, choice: Choice) -> float:
        """Returns the CVaR of a plan's loss over the drawn cases, yuan (Rockafellar and Uryasev 2000)."""
        bound = self.limits.risk
        assert bound is not None
        losses = -choice.finance - sum(
            (bound.values[:, self._number[step], start] for step, start in choice.starts.items()),
            np.zeros(len(bound.values)),
        )
        return cvar(losses, bound.level)

    def _bearable(self, risk: float | None) -> float:
        assert self.limits.risk is not None
        return (self.limits.risk.most if risk is None else risk) + RISK_TOLERANCE

    def _nothing_is_asked(self, worth: float | None, levels: float | None) -> bool:
        target = self.limits.target
        return not self.limits.mandatory and not worth and not levels and (target is None or not target.score)

    def _bounds(self, values: Mapping[str, Sequence[float]] | None) -> Bounds:
        form = self.form
        cost = form.cost.copy()
        for step, worth in (values or {}).items():
            number = self._number[step]
            cost[form.columns_of(number)] = np.asarray(worth[: form.starts(form.steps[number])]) * SCALE
        return Bounds(form.lower.copy(), form.upper.copy(), form.row_lower.copy(), form.row_upper.copy(), cost)

    def _wish(self, bounds: Bounds, pinned: Iterable[str], forbidden: set[str]) -> bool:
        """Sets pins and bans; False when a pin is banned or is not there."""
        form = self.form
        for name in forbidden:
            for step in self.groups.get(name, [name] if name in self.steps else []):
                bounds.upper[form.columns_of(self._number[step])] = 0.0
        for name in pinned:
            if name in form.group_row:
                options = list(self.groups[name])
            elif name in self.steps:
                options = [name]
                group = self.steps[name].of
                for other in self.groups[group]:
                    if other != name:
                        bounds.upper[form.columns_of(self._number[other])] = 0.0
            else:
                return False
            columns = np.concatenate([np.arange(*_ends(form.columns_of(self._number[step]))) for step in options])
            if not bounds.upper[columns].any():
                return False
            bounds.row_lower[form.group_row[self.steps[options[0]].of]] = 1.0
        return True

    def _aim(self, bounds: Bounds, aim: Aim, stretch: Mapping[Constraint, float]) -> None:
        form = self.form
        if aim != "value":
            bounds.cost = np.zeros_like(bounds.cost)
        if aim == "levels":
            bounds.cost[: form.pulses] = [form.steps[number].maturity for number in form.step_of]
        if aim == "risk":
            for column, share in form.risk_terms:
                bounds.cost[column] = -share
        for name, price in stretch.items():
            if name in form.slack:
                bounds.upper[form.slack[name]] = np.inf
                bounds.cost[form.slack[name]] = -price * form.unit[name] * SCALE

    # Solving

    def _search(
        self,
        bounds: Bounds,
        seconds: float,
        nodes: int | None,
        start: Mapping[str, int] | None,
        gap: float,
        watch: Watch | None,
    ) -> _Found:
        until = time.monotonic() + seconds
        form = self.form
        open_now = bounds.upper[: form.pulses] > 0
        begin = None
        if start is not None:
            begin = form.point({step: when for step, when in start.items() if step in self.steps})
        if open_now.sum() <= SMALL:
            return _branch(form, bounds, seconds, nodes, begin, gap, watch=watch)
        relaxed = _relaxation(form, bounds, seconds)
        if relaxed is None:
            return _branch(form, bounds, seconds, nodes, begin, gap, watch=watch)
        bound, reduced, point = relaxed[0], relaxed[1][: form.pulses], relaxed[2][: form.pulses]
        told = watch and (lambda worth, own: watch(worth, min(own, bound / SCALE)))
        # What the core is worth at most bounds no plan: there only the relaxation's bound is told.
        in_core = watch and (lambda worth, _: watch(worth, bound / SCALE))
        best = _Found("failed", None, bound)
        if begin is not None:  # what of the plan at hand still stands
            best = _branch(form, _shut(bounds, begin[: form.pulses] < 0.5), seconds, nodes, begin, gap)
        order = np.sort(np.abs(reduced[open_now]))
        for share in CORES:
            size = max(SMALL // 4, int(len(order) * share))
            left = open_now if best.point is None else open_now & ~_hopeless(reduced, bound, best.worth(bounds))
            if best.point is not None and left.sum() <= ENOUGH:
                break
            core = left & ((np.abs(reduced) <= order[size]) | (point > 1e-6))
            trial = _branch(
                form, _shut(bounds, ~core), until - time.monotonic(), nodes, best.point, CORE_GAP, watch=in_core
            )
            if trial.worth(bounds) > best.worth(bounds):
                best = trial
        if best.point is None:
            return _branch(form, bounds, until - time.monotonic(), nodes, None, gap, watch=told)
        shut = _hopeless(reduced, bound, best.worth(bounds))
        last = _branch(
            form, _shut(bounds, shut), until - time.monotonic(), nodes, best.point, gap, proof=True, watch=told
        )
        if last.point is None or last.worth(bounds) < best.worth(bounds):
            done = last.status in ("optimal", "infeasible")
            return _Found("optimal" if done else "feasible", best.point, max(last.bound, best.worth(bounds)))
        return last

    def _read(self, found: _Found, value: Floats, aim: Aim, stretch: Mapping[Constraint, float], gap: float) -> Choice:
        if found.point is None:
            return Choice(found.status, -np.inf, found.bound / SCALE if aim == "value" else np.inf, {})
        form = self.form
        taken = np.flatnonzero(found.point[: form.pulses] > 0.5)
        starts = {form.steps[form.step_of[column]].id: int(form.start_of[column]) for column in taken}
        slack = {name: float(found.point[form.slack[name]] * form.unit[name]) for name in stretch if name in form.slack}
        rounded = found.point.copy()
        rounded[: form.pulses] = np.round(rounded[: form.pulses])
        objective = float(rounded @ value) / SCALE
        finance = float(rounded[form.pulses :] @ value[form.pulses :]) / SCALE
        if aim == "value":
            objective -= sum(price * slack.get(name, 0.0) for name, price in stretch.items())
        bound = found.bound / SCALE if aim == "value" else objective
        loan = tuple(float(found.point[draw]) / SCALE for draw in form.draws)
        # The objective is summed again in yuan; the last digits of the solver's own bound must not fall below it.
        return Choice(found.status, objective, max(bound, objective), starts, loan, finance, slack)


def cvar(losses: Floats, level: float) -> float:
    """Returns the mean of the worst (1 − level) of the losses; the one on the edge counts by its part."""
    worst = np.sort(losses)[::-1]
    share = (1 - level) * len(worst)
    whole = int(np.floor(share + 1e-9))
    rest = share - whole
    tail = worst[:whole].sum() + (rest * worst[whole] if rest > 1e-9 else 0.0)
    return float(tail / share)


@dataclass(frozen=True)
class _Found:
    """Status, the best point found if any, and the bound, in the solver's thousands."""

    status: Status
    point: Floats | None
    bound: float

    def worth(self, bounds: Bounds) -> float:
        return -np.inf if self.point is None else float(self.point @ bounds.cost)


def _none(status: Status) -> Choice:
    return Choice(status, -np.inf, -np.inf, {})


def _ends(columns: slice) -> tuple[int, int]:
    return columns.start, columns.stop


def _hopeless(reduced: Floats, bound: float, worth: float) -> Any:
    """Returns the starts that can be in no plan worth more than the one at hand."""
    return reduced < -(bound - worth) - 1e-9


def _shut(bounds: Bounds, columns: Any) -> Bounds:
    upper = bounds.upper.copy()
    upper[: len(columns)][columns] = 0.0
    return Bounds(bounds.lower, upper, bounds.row_lower, bounds.row_upper, bounds.cost)


def _relaxation(form: Formulation, bounds: Bounds, seconds: float) -> tuple[float, Floats, Floats] | None:
    """Returns the relaxation's worth, reduced costs and point; None when it has no solution or time ran out."""
    import highspy

    solver = _load(form, bounds, integer=False)
    solver.setOptionValue("time_limit", seconds)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = solver.getSolution()
    worth = float(solver.getInfo().objective_function_value)
    return worth, np.array(solution.col_dual), np.array(solution.col_value)


def _branch(
    form: Formulation,
    bounds: Bounds,
    seconds: float,
    nodes: int | None,
    begin: Floats | None,
    gap: float,
    proof: bool = False,
    watch: Watch | None = None,
) -> _Found:
    """Solves the integer programme by branch and cut. With `proof` a good plan is at hand and its proof is sought."""
    import highspy

    solver = _load(form, bounds, integer=True)
    solver.setOptionValue("time_limit", max(seconds, 0.01))
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", YUAN * SCALE if gap <= GAP else 0.0)
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", nodes)
    if proof:
        solver.setOptionValue("mip_heuristic_effort", 0.0)
        solver.setOptionValue("mip_detect_symmetry", False)
        solver.setOptionValue("mip_allow_restart", False)
    if begin is not None:
        columns = np.flatnonzero(form.integer[: form.pulses])
        solver.setSolution(len(columns), columns.astype(np.int32), begin[columns])
    broken = _listen(solver, watch) if watch else []
    solver.run()
    if broken:
        raise broken[0]
    status, kinds = solver.getModelStatus(), highspy.HighsModelStatus
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return _Found("infeasible", None, -np.inf)
    info = solver.getInfo()
    bound = float(info.mip_dual_bound)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return _Found("failed", None, bound)
    point = np.array(solver.getSolution().col_value)
    return _Found("optimal" if status == kinds.kOptimal else "feasible", point, bound)


def _listen(solver: Any, watch: Watch) -> list[Exception]:
    """Lets `watch` hear of every better plan; what it raises stops the solver and is returned in the list."""
    import highspy

    kinds = highspy.cb.HighsCallbackType
    broken: list[Exception] = []

    def heard(kind: int, message: str, said: Any, answer: Any, _: Any) -> None:
        if broken:
            answer.user_interrupt = True
        elif kind == int(kinds.kCallbackMipImprovingSolution) and np.isfinite(said.mip_primal_bound):
            try:
                watch(said.mip_primal_bound / SCALE, said.mip_dual_bound / SCALE)
            except Exception as error:
                broken.append(error)

    solver.setCallback(heard, None)
    solver.startCallback(kinds.kCallbackMipImprovingSolution)
    solver.startCallback(kinds.kCallbackMipInterrupt)
    return broken


def _load(form: Formulation, bounds: Bounds, integer: bool) -> Any:
    """Hands the programme to HiGHS without the columns that are shut."""
    import highspy

    model = highspy.HighsLp()
    matrix = form.matrix
    model.num_row_, model.num_col_ = matrix.shape
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_, model.col_lower_, model.col_upper_ = bounds.cost, bounds.lower, bounds.upper
    model.row_lower_, model.row_upper_ = bounds.row_lower, bounds.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    if integer:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[whole] for whole in form.integer.astype(int)]
    # `highspy.Highs` itself prints a banner on stdout, where `--json` allows one document and nothing else.
    solver = highspy._core._Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    return solver
