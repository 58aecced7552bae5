"""Generative design: published compliances, a part in space, and surrogates against a quadratic response surface.

The surrogate sets are two thirds of the whole; each is split 90/10 at random here, more often with --full.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from rows import Row, main
from tujing.runtime.contract import Budget, Data, Outcome
from tujing.scenarios.research_design.generative_design.solution import GenerativeDesign
from tujing.scenarios.research_design.generative_design.text_formats import NumericCsv

SCENARIO = "research_design/generative_design"
PUBLISHED = {"concrete_part1.csv": 4.83, "energy_part1.csv": 0.54, "power_plant_part1.csv.gz": 4.01}
NAMES = ("problem", "nelx", "nely", "volume_fraction", "penalty", "filter_radius", "filter")
SHORT_SECONDS, FULL_SECONDS, REPEATS = 7.0, 60.0, 5
SPACE_SECONDS = 60.0


def measure(full: bool, data: Path) -> Iterator[Row]:
    yield from _compliances(data / "topology_optimisation" / "reference_compliance.csv")
    yield from _space(full)
    for name, published in PUBLISHED.items():
        yield _surrogate(data / "surrogate_regression" / name, published, full)


def _run(instance: object, parameters: dict, seconds: float) -> tuple[Outcome, float]:
    started = time.perf_counter()
    result = GenerativeDesign(SCENARIO).run(Data(instance=instance), parameters, Budget(seconds=seconds, workers=2))
    return result.outcome, time.perf_counter() - started


def _compliances(path: Path) -> Iterator[Row]:
    with path.open() as file:
        for row in csv.DictReader(file):
            outcome, seconds = _run(None, {name: row[name] for name in NAMES}, 60)
            ours, reference = outcome.kpis["compliance"].value, float(row["compliance"])
            name = f"{row['problem']} {row['nelx']}×{row['nely']} {row['filter']} r={row['filter_radius']}"
            met = abs(ours / reference - 1) <= 0.01
            yield Row(
                SCENARIO, name, "compliance", ours, reference, "reference", "lower", "within 1 %", met, seconds,
                f"{reference} (Andreassen et al. 2011 or its program)",
            )  # fmt: skip


def _space(full: bool) -> Iterator[Row]:
    """The run in space to its end takes most of a minute; the short form does 20 steps of it."""
    steps = 200 if full else 20
    outcome, seconds = _run(None, {"case": "cantilever_3d", "iterations": steps}, SPACE_SECONDS if full else 20)
    kpi = outcome.kpis["compliance"]
    name = f"cantilever 60×20×20, {outcome.tables['convergence'].num_rows} steps"
    yield Row(
        SCENARIO, name, "compliance", kpi.value, kpi.baseline, "even density", "lower", "< 60 s on 2 cores",
        seconds < SPACE_SECONDS, seconds,
    )  # fmt: skip


def _surrogate(path: Path, published: float, full: bool) -> Row:
    rows = NumericCsv().read({"train": path}).train
    header = ",".join(rows.columns)
    squares, plain, inside, seconds = [], [], [], 0.0
    repeats = REPEATS if full else 1
    for repeat in range(repeats):
        order = np.random.default_rng(repeat).permutation(len(rows.values))
        cut = len(order) // 10
        with tempfile.TemporaryDirectory() as folder:
            files = {"test": Path(folder) / "test.csv", "train": Path(folder) / "train.csv"}
            for file, part in zip(files.values(), (order[:cut], order[cut:]), strict=True):
                np.savetxt(file, rows.values[part], delimiter=",", header=header, comments="", fmt="%.10g")
            outcome, took = _run(NumericCsv().read(files), {}, FULL_SECONDS if full else SHORT_SECONDS)
        squares.append(outcome.kpis["rmse"].value)
        plain.append(outcome.kpis["rmse"].baseline)
        inside.append(outcome.kpis["interval_coverage"].value)
        seconds += took
    ours = float(np.mean(squares))
    return Row(
        SCENARIO, f"{path.name}, {repeats} × 90/10", f"test RMSE (90 % intervals hold {np.mean(inside):.0%})", ours,
        float(np.mean(plain)), "quadratic response surface", "lower", f"≤ {published}", ours <= published, seconds,
        f"{published} (long-trained dropout network, 20 × 90/10 of the whole set)",
    )  # fmt: skip


if __name__ == "__main__":
    main(measure)
