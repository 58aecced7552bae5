"""Is the gauge good enough? Gauge repeatability and reproducibility by the crossed analysis of variance.

AIAG, *Measurement Systems Analysis*, 4th edition (2010), chapter III-B. The interaction of operator and part is pooled
into repeatability when its p-value exceeds 0.25.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.production.quality_inspection.spc.series import Floats

POOL_ABOVE = 0.25
GOOD, USABLE = 0.10, 0.30
"""Shares of the total variation up to which AIAG calls a gauge good, and usable for some purposes."""
CATEGORIES_NEEDED = 5


@dataclass(frozen=True)
class Gauge:
    """Standard deviations in the measured unit, and what follows from them."""

    repeatability: float
    reproducibility: float
    """Operators, with their interaction with parts where it is not pooled."""
    operator: float
    interaction: float
    parts: float
    p_interaction: float
    pooled: bool
    tolerance: float | None
    table: tuple[tuple[str, int, float, float, float, float], ...]
    """Analysis of variance: source, degrees of freedom, sum of squares, mean square, F, p (NaN where none)."""

    @property
    def total(self) -> float:
        return math.hypot(self.gauge, self.parts)

    @property
    def gauge(self) -> float:
        """Repeatability and reproducibility together."""
        return math.hypot(self.repeatability, self.reproducibility)

    @property
    def share(self) -> float:
        """GRR as a share of the total variation (of standard deviations, as AIAG has it)."""
        return self.gauge / self.total

    @property
    def tolerance_share(self) -> float:
        """Six GRR standard deviations as a share of the tolerance; NaN without one."""
        return 6 * self.gauge / self.tolerance if self.tolerance else math.nan

    @property
    def categories(self) -> int:
        """Number of distinct categories, ndc."""
        return max(1, math.floor(math.sqrt(2) * self.parts / self.gauge)) if self.gauge else 999


def gauge_study(
    parts: Sequence[str], operators: Sequence[str], values: Floats, tolerance: float | None = None
) -> Gauge:
    """Analyses a crossed study: every operator measures every part equally often, at least twice.

    Raises
    ------
    BadInput
        When the study is not crossed and balanced; names a part and operator.
    """
    part_names, operator_names = sorted(set(parts)), sorted(set(operators))
    p, o = len(part_names), len(operator_names)
    cells: dict[tuple[str, str], list[float]] = {}
    for part, operator, value in zip(parts, operators, values, strict=True):
        cells.setdefault((part, operator), []).append(float(value))
    r = max(len(cell) for cell in cells.values())
    for part in part_names:
        for operator in operator_names:
            if len(cells.get((part, operator), [])) != r:
                raise refuse(
                    "unbalanced_study",
                    f"量具研究须每人对每件测同样多次：零件 {part}、操作者 {operator} 的次数不是 {r}。",
                    f"All operators must measure all parts equally often ({r} times): see part {part}, {operator}.",
                    key=f"{part}, {operator}",
                )
    if p < 2 or o < 2 or r < 2:
        raise refuse(
            "study_too_small",
            f"量具研究至少要 2 个零件、2 名操作者、各测 2 次，这里是 {p}、{o}、{r}。",
            f"A study needs at least 2 parts, 2 operators and 2 trials; here are {p}, {o} and {r}.",
        )
    cube = np.array([[cells[part, operator] for operator in operator_names] for part in part_names])
    return _analyse(cube, tolerance)


def _analyse(cube: Floats, tolerance: float | None) -> Gauge:
    """Analyses parts × operators × trials."""
    from scipy.special import fdtrc

    p, o, r = cube.shape
    mean = cube.mean()
    by_part, by_operator, by_cell = cube.mean(axis=(1, 2)), cube.mean(axis=(0, 2)), cube.mean(axis=2)
    squares = {
        "part": o * r * float(np.sum((by_part - mean) ** 2)),
        "operator": p * r * float(np.sum((by_operator - mean) ** 2)),
        "interaction": r * float(np.sum((by_cell - by_part[:, None] - by_operator[None, :] + mean) ** 2)),
        "repeatability": float(np.sum((cube - by_cell[..., None]) ** 2)),
    }
    freedom = {"part": p - 1, "operator": o - 1, "interaction": (p - 1) * (o - 1), "repeatability": p * o * (r - 1)}
    means = {name: squares[name] / freedom[name] for name in squares}
    if means["repeatability"] == 0 and means["interaction"] == 0:
        raise refuse(
            "no_variation",
            "重复测量完全相同，分不出量具的变差；请用分辨力更高的读数。",
            "Repeated measurements are identical, so the gauge's variation cannot be seen; read it more finely.",
        )
    ratio = means["interaction"] / means["repeatability"] if means["repeatability"] else math.inf
    p_interaction = (
        float(fdtrc(freedom["interaction"], freedom["repeatability"], ratio)) if math.isfinite(ratio) else 0.0
    )
    pooled = p_interaction > POOL_ABOVE
    within = means["repeatability"]
    if pooled:
        within = (squares["interaction"] + squares["repeatability"]) / (
            freedom["interaction"] + freedom["repeatability"]
        )
    error = within if pooled else means["interaction"]
    interaction = 0.0 if pooled else max(0.0, (means["interaction"] - within) / r)
    operator = max(0.0, (means["operator"] - error) / (p * r))
    parts = max(0.0, (means["part"] - error) / (o * r))
    rows = []
    for name in squares:
        against = means["repeatability"] if name == "interaction" else error
        against_freedom = freedom["repeatability"] if name == "interaction" or pooled else freedom["interaction"]
        if pooled and name != "interaction":
            against_freedom = freedom["interaction"] + freedom["repeatability"]
        tested = name != "repeatability" and against > 0
        f = means[name] / against if tested else math.nan
        p_value = float(fdtrc(freedom[name], against_freedom, f)) if tested else math.nan
        rows.append((name, freedom[name], squares[name], means[name], f, p_value))
    return Gauge(
        repeatability=math.sqrt(within),
        reproducibility=math.sqrt(operator + interaction),
        operator=math.sqrt(operator),
        interaction=math.sqrt(interaction),
        parts=math.sqrt(parts),
        p_interaction=p_interaction,
        pooled=pooled,
        tolerance=tolerance,
        table=tuple(rows),
    )
