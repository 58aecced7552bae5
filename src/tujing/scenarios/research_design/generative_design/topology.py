"""Minimum compliance by the density method (SIMP) with the optimality-criteria update.

E(ρ) = Emin + ρᵖ (1 − Emin) with Emin = 1e-9, move limit 0.2, bisection of the multiplier to 1e-3, stop when no density
changes by more than 0.01: M. P. Bendsøe, O. Sigmund, *Topology Optimization*, Springer 2003; the 88-line program of
E. Andreassen et al. 2011, whose published compliances this reproduces. Several load cases: the weighted sum, which
keeps every sensitivity negative, so that the optimality criteria stay valid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tujing.scenarios.research_design.generative_design.equilibrium import Equilibrium, Pulse, carry_on
from tujing.scenarios.research_design.generative_design.filtering import Cone, project
from tujing.scenarios.research_design.generative_design.part import Part
from tujing.scenarios.research_design.generative_design.solver import solver_for
from tujing.scenarios.research_design.generative_design.stiffness import Array

MODULUS_MIN = 1e-9
MOVE = 0.2
CHANGE_STOP = 0.01
BISECTION = 1e-3
LARGEST_MULTIPLIER = 1e9
"""Where the bisection begins, for unit modulus and unit load, to which every part is scaled."""
LOOSE, TIGHT = 1e-2, 1e-5
"""Relative residuals of the iterative solver: at first, and once the design hardly changes."""
REPORTED = 1e-7
SHARPNESS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Steps of the projection; the next begins when the design has settled or after `STEP_ITERATIONS`."""
STEP_ITERATIONS = 40
FLAT, FLAT_STEPS = 2e-3, 10
"""A projected design has settled when compliance stays within this share over so many steps."""


@dataclass(frozen=True)
class Iteration:
    number: int
    compliance: float
    volume: float
    change: float


@dataclass(eq=False)
class Design:
    """What was found. `density` is the physical one, 0–1; `displacements` one (dofs,) array a load case."""

    part: Part
    density: Array
    compliance: float
    """Weighted sum over load cases of f·u, N·mm."""
    case_compliance: list[float]
    displacements: list[Array]
    trail: list[Iteration] = field(default_factory=list)
    converged: bool = False
    stopped: str = ""
    """Why it ended: `change`, `iterations` or `time`."""

    @property
    def volume(self) -> float:
        return float(self.density.mean())

    @property
    def greyness(self) -> float:
        """Mean of 4ρ(1 − ρ): 0 for a design of solid and void only (O. Sigmund 2007)."""
        return float((4 * self.density * (1 - self.density)).mean())


class OutOfTime(Exception):
    """Raised by a pulse when an analysis is to be given up."""


class Model:
    """Solves the part's load cases for a density field, warm-started from the last time.

    `pulse` is called while it solves; it may raise `OutOfTime`, or whatever else is to end the work.
    """

    def __init__(self, part: Part, pulse: Pulse = carry_on) -> None:
        self.part = part
        self.solver: Equilibrium = solver_for(part.shape, part.material.poisson, part.free, pulse)
        self.displacements: list[Array | None] = [None] * len(part.cases)
        self.each: list[float] = []
        """Compliance of each load case in the last complete analysis."""

    def analyse(self, density: Array, tolerance: float) -> tuple[float, list[float], Array]:
        """Returns the weighted compliance, that of each case, and the derivative by density."""
        part = self.part
        self.solver.load(MODULUS_MIN + density**part.penalty * (1 - MODULUS_MIN))
        slope = np.zeros(part.shape)
        each = []
        for number, case in enumerate(part.cases):
            moved = self.solver.solve(case.force, self.displacements[number], tolerance)
            self.displacements[number] = moved
            each.append(float(case.force @ moved) / part.stiffness_scale)
            slope -= case.weight * self.solver.energies(moved)
        slope *= part.penalty * density ** (part.penalty - 1) * (1 - MODULUS_MIN) / part.stiffness_scale
        self.each = each
        total = sum(case.weight * one for case, one in zip(part.cases, each, strict=True))
        return total, each, slope


Watch = Callable[[Iteration], bool]
"""Told of every iteration; returns False when time is up."""


def optimise(model: Model, iterations: int, watch: Watch) -> Design:
    """Returns the stiffest design found of the given volume.

    Raises
    ------
    np.linalg.LinAlgError
        When the supports do not hold the part.
    OutOfTime
        When the model's pulse gives up before the first step is done; later, the design so far is returned.
    """
    part = model.part
    cone = Cone(part.shape, part.radius)
    design = _start(part)
    steps = list(SHARPNESS) if part.projection else [0.0]
    sharpness, since = steps.pop(0), 0
    result = Design(part, design, np.inf, [], [])
    change, number = 1.0, 0
    while True:
        number += 1
        since += 1
        physical, bend = _physical(part, cone, design, sharpness)
        tolerance = float(np.clip(LOOSE * change, TIGHT, LOOSE))
        try:
            compliance, _, slope = model.analyse(physical, tolerance)
        except OutOfTime:
            if not result.trail:
                raise
            result.stopped = "time"
            break
        weight = np.ones(part.shape)
        if part.filter == "sensitivity" and not part.projection:
            slope = cone.smooth_sensitivity(design, slope)
        else:
            slope, weight = cone.spread_back(slope * bend), cone.spread_back(weight * bend)
        slope, weight = part.mirrored(slope), part.mirrored(weight)
        updated = _update(part, cone, design, slope, weight, sharpness)
        change = float(np.abs(updated - design)[part.active].max())
        design = updated
        step = Iteration(number, compliance, float(physical.mean()), change)
        result.trail.append(step)
        result.density = physical
        settled = change <= CHANGE_STOP or (part.projection and _flat(result.trail, since))
        if settled and not steps:
            result.converged, result.stopped = True, "change"
            break
        if not watch(step):
            result.stopped = "time"
            break
        if number >= iterations:
            result.stopped = "iterations"
            break
        if steps and (settled or since >= STEP_ITERATIONS):
            sharpness, since, change = steps.pop(0), 0, 1.0
    return _finish(result, model)


def uniform(model: Model) -> Design:
    """Returns the plain design of equal volume: the same density everywhere that is not passive."""
    return analyse(model, _start(model.part))


def analyse(model: Model, density: Array) -> Design:
    """Returns a given density field with its compliance and displacements."""
    return _finish(Design(model.part, density, np.inf, [], []), model)


def _finish(result: Design, model: Model) -> Design:
    """Analyses the result to `REPORTED`; out of time, what its last step found stands.

    Raises
    ------
    OutOfTime
        When nothing has been analysed yet.
    """
    part = model.part
    try:
        result.compliance, result.case_compliance, _ = model.analyse(result.density, REPORTED)
    except OutOfTime:
        if not result.trail:
            raise
        result.compliance, result.case_compliance = result.trail[-1].compliance, model.each
    result.displacements = [moved / part.stiffness_scale for moved in model.displacements if moved is not None]
    return result


def _start(part: Part) -> Array:
    """Returns the uniform density that, with the passive regions, fills the wanted volume."""
    solid, active = float(part.solid.sum()), float(part.active.sum())
    share = (part.volume * part.solid.size - solid) / active
    return np.where(part.solid, 1.0, np.where(part.void, 0.0, share))


def _flat(trail: list[Iteration], since: int) -> bool:
    """Whether the last steps at one sharpness no longer improve: sharp edges keep flickering by single elements."""
    if since <= FLAT_STEPS:
        return False
    last = [step.compliance for step in trail[-FLAT_STEPS:]]
    return max(last) - min(last) <= FLAT * min(last)


def _physical(part: Part, cone: Cone, design: Array, sharpness: float) -> tuple[Array, Array]:
    """Returns the densities that carry load, and their derivative by the filtered ones."""
    if part.filter == "sensitivity" and not part.projection:
        return design, np.ones_like(design)
    physical, bend = project(cone.smooth(design), sharpness)
    physical = np.where(part.solid, 1.0, np.where(part.void, 0.0, np.clip(physical, 0.0, 1.0)))
    return physical, np.where(part.active, bend, 0.0)


def _update(part: Part, cone: Cone, design: Array, slope: Array, weight: Array, sharpness: float) -> Array:
    """Returns the next design: ρ·√(−slope ÷ λ·weight) within the move limit, λ by bisection on the volume."""
    target = part.volume * design.size
    unit = part.stiffness_scale / max(float(np.abs(case.force).max()) for case in part.cases) ** 2
    ratio = np.sqrt(unit * np.maximum(0.0, -slope) / np.maximum(weight, 1e-12))
    lowest, highest = np.maximum(0.0, design - MOVE), np.minimum(1.0, design + MOVE)
    low, high = 0.0, LARGEST_MULTIPLIER
    updated = design
    while (high - low) / (high + low) > BISECTION:
        middle = (low + high) / 2
        updated = np.clip(design * ratio / np.sqrt(middle), lowest, highest)
        updated = np.where(part.active, updated, design)
        if _physical(part, cone, updated, sharpness)[0].sum() > target:
            low = middle
        else:
            high = middle
    return updated
