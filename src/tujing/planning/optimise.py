"""The exact choice: which steps to take, and in which quarter each starts, for the highest expected net present value.

Time-indexed binary model in its "by" form, which branches far better than one variable for each start. y[k, t] = 1 when
step k has started by the end of quarter t, so y[k, t] − y[k, t − 1] = 1 in its starting quarter.

    maximise    Σ value[k, t] · (y[k, t] − y[k, t − 1])
    monotone    y[k, t − 1] ≤ y[k, t]                       (equal once it could no longer be finished in time)
    before      y[k, t] ≤ y[j, t − quarters[j]]             for every step j that must be finished before k starts
    budget      spending up to the end of quarter t ≤ money that has come in by then: what is unspent carries over
    people      own people's days in quarter t ≤ days at hand in quarter t
    parallel    steps under way in quarter t ≤ most at once

Pritsker, Watters and Wolfe (1969); the "by" variables and disaggregated precedence are those of Christofides,
Alvarez-Valdés and Tamarit (1987) and Bianco and Caramia (2013).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import highspy
import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

Status = Literal["optimal", "feasible", "infeasible", "failed"]
Constraint = Literal["budget", "people", "parallel"]
CONSTRAINTS: tuple[Constraint, ...] = ("budget", "people", "parallel")

# The solver works in thousands of yuan: its tolerances are absolute, and yuan would make them needlessly fine.
SCALE = 1e-3
GAP = 1e-7
FREE = highspy.kHighsInf


@dataclass(frozen=True)
class Step:
    """One scenario raised by one level, as the optimiser sees it."""

    id: str
    quarters: int
    spend: float
    """Yuan in each quarter that it is under way."""
    person_days: float
    """Own people's days in each quarter that it is under way."""
    value: tuple[float, ...]
    """Expected net present value, yuan, when started in quarter 0, 1, …"""
    after: tuple[str, ...] = ()
    """Steps that must be finished before this one starts."""


@dataclass(frozen=True)
class Limits:
    """What there is, quarter by quarter. `budget` and `person_days` have the length of the plan."""

    budget: tuple[float, ...]
    """Yuan that come in at the start of each quarter."""
    person_days: tuple[float, ...]
    parallel: int

    @property
    def quarters(self) -> int:
        return len(self.budget)


@dataclass(frozen=True)
class Choice:
    """What the optimiser found. `bound` is a proven upper limit of what any plan can be worth, yuan."""

    status: Status
    objective: float
    bound: float
    starts: Mapping[str, int]
    """Chosen step → quarter in which it starts, counted from 0."""

    @property
    def gap(self) -> float:
        """Share of the objective that a better plan could still add; 0 when proven best."""
        if self.status == "optimal":
            return 0.0
        return max(0.0, self.bound - self.objective) / max(abs(self.objective), 1.0)


class Model:
    """The model, built once; `solve` pins, forbids and relaxes by moving bounds only, so that asking again is cheap."""

    def __init__(self, steps: Sequence[Step], limits: Limits) -> None:
        self.steps = {step.id: step for step in steps}
        self._limits = limits
        self._position = {step.id: position for position, step in enumerate(steps)}
        self._limit_bounds = np.concatenate(
            [
                np.cumsum(limits.budget) * SCALE,
                np.asarray(limits.person_days, dtype=float),
                np.full(limits.quarters, float(limits.parallel)),
            ]
        )
        self._solver = self._build(list(steps)) if steps else None

    def solve(
        self,
        pinned: Iterable[str] = (),
        forbidden: Iterable[str] = (),
        relaxed: Iterable[Constraint] = (),
        seconds: float = 60.0,
        nodes: int | None = None,
    ) -> Choice:
        """Returns the best plan that takes every pinned step and no forbidden one, leaving out the relaxed constraints.

        Deterministic (one thread, fixed seed) unless `seconds` runs out first; `nodes` limits the search without a
        clock.
        """
        solver = self._solver
        pinned, forbidden, relaxed = set(pinned), set(forbidden), set(relaxed)
        if solver is None:
            return Choice("infeasible", -np.inf, -np.inf, {}) if pinned else Choice("optimal", 0.0, 0.0, {})
        quarters = self._limits.quarters
        for step, position in self._position.items():
            last = position * quarters + quarters - 1
            possible = step not in forbidden and self.steps[step].quarters <= quarters
            lower, upper = float(step in pinned), float(possible)
            if lower > upper:
                return Choice("infeasible", -np.inf, -np.inf, {})
            solver.changeColBounds(last, lower, upper)
        for row, bound in enumerate(self._limit_bounds):
            solver.changeRowBounds(row, -FREE, FREE if CONSTRAINTS[row // quarters] in relaxed else bound)
        solver.clearSolver()
        solver.setOptionValue("time_limit", seconds)
        solver.setOptionValue("mip_max_nodes", highspy.kHighsIInf if nodes is None else nodes)
        solver.run()
        return self._read(solver)

    def _read(self, solver: Any) -> Choice:
        status = solver.getModelStatus()
        kinds = highspy.HighsModelStatus
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            return Choice("infeasible", -np.inf, -np.inf, {})
        info = solver.getInfo()
        bound = float(info.mip_dual_bound) / SCALE
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Choice("failed", -np.inf, bound, {})
        started = np.asarray(solver.getSolution().col_value).reshape(len(self.steps), -1) > 0.5
        starts = {step: int(started[row].argmax()) for step, row in self._position.items() if started[row, -1]}
        objective = float(sum(self.steps[step].value[start] for step, start in starts.items()))
        # The objective is summed again in yuan; the last digits of the solver's own bound must not fall below it.
        return Choice("optimal" if status == kinds.kOptimal else "feasible", objective, max(bound, objective), starts)

    def _build(self, steps: list[Step]) -> Any:
        """Assembles the rows as one sparse matrix: the three limits first, then `monotone`, then `before`."""
        count, quarters = len(steps), self._limits.quarters
        pulse = sparse.kron(sparse.eye_array(count), np.eye(quarters) - np.eye(quarters, k=-1), format="csr")
        durations = np.array([step.quarters for step in steps])
        start, quarter = np.arange(quarters)[:, None], np.arange(quarters)[None, :]
        # under_way[k, s, t]: whether step k, started in quarter s, is under way in quarter t.
        under_way = (start <= quarter) & (quarter < start + durations[:, None, None])
        spend = np.array([step.spend for step in steps])[:, None, None] * SCALE
        days = np.array([step.person_days for step in steps])[:, None, None]
        uses = [(under_way * spend).cumsum(axis=2), under_way * days, under_way.astype(float)]
        limits = [sparse.csr_array(use.reshape(-1, quarters).T) @ pulse for use in uses]

        monotone = sparse.kron(sparse.eye_array(count), (np.eye(quarters, k=-1) - np.eye(quarters))[1:], format="csr")
        in_time = np.arange(quarters)[None, :] + durations[:, None] <= quarters
        before = _before(steps, self._position, quarters)
        matrix = sparse.csr_array(sparse.vstack([*limits, monotone, before]))
        matrix.eliminate_zeros()

        lower = np.full(matrix.shape[0], -FREE)
        first = len(self._limit_bounds)
        lower[first : first + monotone.shape[0]][~in_time[:, 1:].ravel()] = 0.0
        upper = np.concatenate([self._limit_bounds, np.zeros(matrix.shape[0] - first)])
        most = np.ones((count, quarters))
        most[:, 0] = in_time[:, 0]
        value = np.array([step.value[:quarters] for step in steps]).ravel() * SCALE
        return _load(matrix, lower, upper, value @ pulse, most.ravel())


def _before(steps: list[Step], position: Mapping[str, int], quarters: int) -> Any:
    """Returns `quarters` rows for every pair of steps of which one must follow the other."""
    pairs = [(place, position[earlier]) for place, step in enumerate(steps) for earlier in step.after]
    rows, columns, values = [], [], []
    for number, (later, earlier) in enumerate(pairs):
        for quarter in range(quarters):
            rows.append(number * quarters + quarter)
            columns.append(later * quarters + quarter)
            values.append(1.0)
            finished = quarter - steps[earlier].quarters
            if finished >= 0:
                rows.append(number * quarters + quarter)
                columns.append(earlier * quarters + finished)
                values.append(-1.0)
    return sparse.csr_array((values, (rows, columns)), shape=(len(pairs) * quarters, len(steps) * quarters))


def _load(
    matrix: Any,
    lower: npt.NDArray[np.float64],
    upper: npt.NDArray[np.float64],
    value: npt.NDArray[np.float64],
    most: npt.NDArray[np.float64],
) -> Any:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_, model.col_lower_, model.col_upper_ = value, np.zeros_like(value), most
    model.row_lower_, model.row_upper_ = lower, upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(value)
    # `highspy.Highs` itself prints a banner on stdout, where `--json` allows one document and nothing else.
    solver = highspy._core._Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", GAP)
    solver.setOptionValue("mip_abs_gap", GAP)
    solver.passModel(model)
    return solver
