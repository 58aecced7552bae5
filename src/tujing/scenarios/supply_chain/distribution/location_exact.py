"""The strong mixed-integer model of facility location on HiGHS, and the transport problem of chosen facilities."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.supply_chain.distribution.location import Flags, Floats, Location, LocationProblem, Watch

GAP = 1e-9


def transport(problem: LocationProblem, open_: Flags) -> Floats | None:
    """Returns the cheapest shares (m × n) from the given open facilities; None when they cannot meet all demand."""
    import highspy

    chosen = np.flatnonzero(open_)
    if problem.capacity[chosen].sum() < problem.demand.sum() * (1 - 1e-12):
        return None
    cost = problem.cost[chosen]
    allowed = np.isfinite(cost)
    i, j = np.nonzero(allowed)
    solver = _solver()
    _pass(
        solver,
        cost[allowed],
        np.ones(len(i)),
        rows=np.concatenate([j, len(problem.demand) + i]),
        columns=np.concatenate([np.arange(len(i))] * 2),
        values=np.concatenate([np.ones(len(i)), problem.demand[j]]),
        lower=np.concatenate([np.ones(len(problem.demand)), np.full(len(chosen), -np.inf)]),
        upper=np.concatenate([np.ones(len(problem.demand)), problem.capacity[chosen]]),
    )
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    share = np.zeros(problem.size)
    share[chosen[i], j] = np.clip(np.asarray(solver.getSolution().col_value), 0.0, 1.0)
    return share


def solve_strong(
    problem: LocationProblem, seconds: float, watch: Watch, strong: bool = True, allowed: Flags | None = None
) -> Location | None:
    """Solves the model with HiGHS; None when nothing was found in time.

    The strong form bounds every single share by its facility's being open (m·n rows), the weak form only each
    facility's load (m rows): the weak one is what a first textbook model looks like, and the peer in the benchmark.
    `allowed` narrows the facilities that are tried; the bound then holds only for those.
    """
    import highspy

    started = time.perf_counter()
    may_open = problem.allowed if allowed is None else problem.allowed & allowed
    chosen = np.flatnonzero(may_open)
    cost = problem.cost[chosen]
    i, j = np.nonzero(np.isfinite(cost))
    m, n, pairs = len(chosen), len(problem.demand), len(i)
    share = m + np.arange(pairs)
    rows = [j, n + i, n + np.arange(m)]
    columns = [share, share, np.arange(m)]
    values = [np.ones(pairs), problem.demand[j], -problem.capacity[chosen]]
    lower = [np.ones(n), np.full(m, -np.inf)]
    upper = [np.ones(n), np.zeros(m)]
    if strong:
        row = n + m + np.arange(pairs)
        rows += [row, row]
        columns += [share, i]
        values += [np.ones(pairs), -np.ones(pairs)]
        lower.append(np.full(pairs, -np.inf))
        upper.append(np.zeros(pairs))
    row_count = sum(len(part) for part in lower)
    if strong:  # all open capacity together meets all demand; at most max_open facilities
        most = m if problem.max_open is None else problem.max_open
        rows += [np.full(m, row_count), np.full(m, row_count + 1)]
        columns += [np.arange(m)] * 2
        values += [problem.capacity[chosen], np.ones(m)]
        lower.append(np.array([problem.demand.sum() * (1 - 1e-12), _fewest(problem, may_open)]))
        upper.append(np.array([np.inf, float(most)]))
    elif problem.max_open is not None:
        rows.append(np.full(m, row_count))
        columns.append(np.arange(m))
        values.append(np.ones(m))
        lower.append(np.array([0.0]))
        upper.append(np.array([float(problem.max_open)]))
    solver = _solver()
    _pass(
        solver,
        np.concatenate([problem.fixed[chosen], cost[i, j]]),
        np.ones(m + pairs),
        np.concatenate(rows),
        np.concatenate(columns),
        np.concatenate(values),
        np.concatenate(lower),
        np.concatenate(upper),
        whole=m + pairs if problem.single_source else m,
        at_least=np.concatenate([problem.required[chosen].astype(float), np.zeros(pairs)]),
    )
    solver.setOptionValue("time_limit", max(0.1, seconds - (time.perf_counter() - started)))
    solver.setOptionValue("mip_rel_gap", GAP)
    solver.setOptionValue("mip_abs_gap", 1e-7)
    stop = _watching(solver, watch, started, seconds)
    solver.run()
    if stop:
        raise stop[0]
    info = solver.getInfo()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        raise refuse(
            "no_plan",
            "没有任何开设方案能同时满足容量与指定条件，请放宽 max_open、open、closed 或 single_source。",
            "No choice of facilities meets the conditions; relax max_open, open, closed or single_source.",
        )
    if info.primal_solution_status != 2:
        return None
    found = np.asarray(solver.getSolution().col_value)
    open_ = np.zeros(len(problem.capacity), dtype=bool)
    open_[chosen] = found[:m] > 0.5
    shares = np.zeros(problem.size)
    shares[chosen[i], j] = found[m:]
    if problem.single_source:
        shares = np.round(shares)
    else:
        # The transport problem again, now that the facilities are known: clears shares of a closed facility that the
        # solver's tolerance left over.
        exact = transport(problem, open_)
        shares = shares if exact is None else exact
    optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal and allowed is None
    plan = Location(problem, open_, shares, bound=-math.inf, optimal=optimal)
    return Location(problem, open_, shares, min(plan.cost, info.mip_dual_bound), optimal)


def _fewest(problem: LocationProblem, may_open: Flags) -> float:
    """The least number of facilities that hold all demand."""
    capacity = np.cumsum(np.sort(problem.capacity[may_open])[::-1])
    return float(np.searchsorted(capacity, problem.demand.sum() * (1 - 1e-12)) + 1)


def _solver() -> Any:
    import highspy

    # `highspy.Highs` itself prints a banner on stdout, where `--json` allows one document and nothing else.
    solver = highspy._core._Highs()
    solver.setOptionValue("output_flag", False)
    # HiGHS keeps one pool of threads a process, and refuses to run with another number than the first that was asked
    # for; one thread is what every other solver of the house asks for.
    solver.setOptionValue("threads", 1)
    return solver


def _pass(
    solver: Any,
    cost: Floats,
    upper_bound: Floats,
    rows: Any,
    columns: Any,
    values: Floats,
    lower: Floats,
    upper: Floats,
    whole: int = 0,
    at_least: Floats | None = None,
) -> None:
    """Hands a model over in whole arrays: a call a row would cost more than solving it."""
    import highspy
    from scipy.sparse import csr_matrix

    matrix = csr_matrix((values, (rows, columns)), shape=(len(lower), len(cost)))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(lower)
    model.col_cost_ = cost
    model.col_lower_ = np.zeros(len(cost)) if at_least is None else at_least
    model.col_upper_ = upper_bound
    model.row_lower_, model.row_upper_ = lower, upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    if whole:
        kinds = [highspy.HighsVarType.kInteger] * whole
        model.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (len(cost) - whole)
    solver.passModel(model)


def _watching(solver: Any, watch: Watch, started: float, seconds: float) -> list[BaseException]:
    """Reports while HiGHS runs; what the watcher raises stops it and is returned for the caller to raise."""
    import highspy

    raised: list[BaseException] = []
    told = [0.0]

    def look(kind: Any, message: str, out: Any, into: Any, own: Any) -> None:
        now = time.perf_counter()
        if raised or now - told[0] < 0.2:
            if raised:
                into.user_interrupt = True
            return
        told[0] = now
        try:
            watch(
                min(1.0, (now - started) / seconds),
                float(out.mip_primal_bound),
                float(out.mip_dual_bound),
            )
        except BaseException as stop:  # must not cross the solver's own code; raised again by the caller
            raised.append(stop)
            into.user_interrupt = True

    solver.setCallback(look, None)
    solver.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    return raised
