"""Runs CP-SAT in a thread of its own, so that its caller can report, work on and be stopped meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

POLL_SECONDS = 0.05


def on_solution(tell: Callable[[Any], None]) -> Any:
    """Returns a solution callback for CP-SAT; `tell` gets the callback itself, to ask it for values.

    OR-Tools carries no types, so its class is extended at run time and not by a statement that mypy would judge.
    """
    from ortools.sat.python import cp_model

    kind = type("OnSolution", (cp_model.CpSolverSolutionCallback,), {"on_solution_callback": lambda one: tell(one)})
    return kind()


def drive(solver: Any, model: Any, callback: Any, tick: Callable[[], bool], wait: float = POLL_SECONDS) -> Any:
    """Solves, and calls `tick` every `wait` seconds; returns the solver's status.

    The solver is stopped when `tick` returns False or raises; what it raises goes on to the caller.
    """
    status: list[Any] = []
    thread = threading.Thread(target=lambda: status.append(solver.solve(model, callback)), name="cp-sat", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            if wait:
                thread.join(wait)
            if not tick():
                break
    finally:
        while thread.is_alive():
            solver.stop_search()
            thread.join(POLL_SECONDS)
    return status[0] if status else None
