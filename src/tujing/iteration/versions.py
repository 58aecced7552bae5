"""Which version of a solution is better: runs of two versions on the same data, KPI by KPI.

Only runs with one input hash and the same parameters are compared, so that nothing but the version differs. With three
pairs or more the mean difference comes with Student's 95 % interval; with fewer it stands alone and says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, stdev

FEWEST_PAIRS = 3


@dataclass(frozen=True)
class RunFacts:
    """What a comparison needs of one run."""

    version: str
    """Of the solution's code."""
    inputs: str
    """Hash of its data and parameters."""
    kpis: Mapping[str, float]
    number: int
    """Runs count up with time."""


@dataclass(frozen=True)
class Compared:
    """How the newer version's KPI differs from the older one's, in the KPI's unit."""

    kpi: str
    older: str
    newer: str
    pairs: int
    difference: float
    """Newer less older, mean over the pairs."""
    half_width: float | None
    """Of the 95 % interval; None with fewer than three pairs."""
    is_better: bool | None
    """None when it cannot be told."""


def compare(runs: Iterable[RunFacts], better: Mapping[str, str]) -> list[Compared]:
    """Compares each version with the next newer one that ran on the same data.

    Parameters
    ----------
    better
        KPI → `lower` or `higher`; KPIs left out are not compared.
    """
    newest: dict[str, dict[str, RunFacts]] = {}
    first: dict[str, int] = {}
    for run in sorted(runs, key=lambda run: run.number):
        newest.setdefault(run.inputs, {})[run.version] = run
        first.setdefault(run.version, run.number)
    order = sorted(first, key=lambda version: first[version])
    found = []
    for older, newer in pairwise(order):
        both = [by[older].kpis for by in newest.values() if older in by and newer in by]
        after = [by[newer].kpis for by in newest.values() if older in by and newer in by]
        for kpi, way in better.items():
            gaps = [b[kpi] - a[kpi] for a, b in zip(both, after, strict=True) if kpi in a and kpi in b]
            if gaps:
                found.append(_compared(kpi, older, newer, gaps, way))
    return found


def _compared(kpi: str, older: str, newer: str, gaps: list[float], way: str) -> Compared:
    difference = fmean(gaps)
    half = None
    if len(gaps) >= FEWEST_PAIRS:
        from scipy.stats import t

        half = float(t.ppf(0.975, len(gaps) - 1)) * stdev(gaps) / math.sqrt(len(gaps))
    told = half is not None and abs(difference) > half
    return Compared(
        kpi, older, newer, len(gaps), difference, half, (difference < 0) == (way == "lower") if told else None
    )
