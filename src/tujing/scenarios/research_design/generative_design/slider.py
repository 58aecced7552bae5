"""The live simulation: small Gaussian processes that the page itself evaluates while a slider moves.

Few cases: the exact process. Many: a sparse one on `POINTS` places (deterministic training conditional; J. Quiñonero-
Candela, C. E. Rasmussen, JMLR 6, 2005), whose mean and variance have the very form of an exact one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tujing.runtime.contract import Chart
from tujing.scenarios.research_design.generative_design import gaussian_process
from tujing.scenarios.research_design.generative_design.cases import Cases
from tujing.scenarios.research_design.generative_design.gaussian_process import GaussianProcess
from tujing.scenarios.research_design.generative_design.names import said
from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.words import Text

POINTS = 80
LEARNED_ROWS = 300
"""Rows from which the lengths of a sparse process are learned."""
NOISE = 1e-9
"""Least noise, as a share of the signal: keeps the inverse well conditioned."""
PLACED = 1e-6
"""The same for a sparse process, which leaves an error far above it."""
DIGITS = 16
NICE = 200
"""The ends of a slider are moved inwards by at most one of so many parts of its range, to be short to read."""


def slider(cases: Cases, models: dict[str, GaussianProcess], start: Array) -> Chart:
    """Returns the chart of processes (squared-exponential, fitted on the range of `cases`) from a (d,) start."""
    low, high = zip(*(_short_ends(*ends) for ends in zip(cases.low, cases.high, strict=True)), strict=True)
    begin, end = np.array(low), np.array(high)
    inputs = [
        {
            "name": said(name),
            "unit": _unit(cases, name),
            "low": first,
            "high": last,
            "start": float(f"{np.clip(value, first, last):.6g}"),
        }
        for name, first, last, value in zip(cases.names, low, high, start, strict=True)
    ]
    outputs = [_output(name, _small(model, cases, name), cases, begin, end - begin) for name, model in models.items()]
    title = Text(zh="实时仿真：拖动参数看结果", en="Live simulation: move a parameter")
    return Chart("surrogate", title, {"inputs": inputs, "outputs": outputs})


def of_table(cases: Cases, seed: int) -> Chart:
    """Returns the slider of a numeric table, from its middle row."""
    rows = np.random.default_rng(seed).permutation(len(cases.labels))[:LEARNED_ROWS]
    models = {
        name: gaussian_process.fit(cases.inputs[rows], values[rows], restarts=1)
        for name, values in cases.results.items()
    }
    return slider(cases, models, np.median(cases.inputs, axis=0))


def _unit(cases: Cases, name: str) -> str:
    unit = cases.units.get(name, "")
    return "" if unit == "1" else unit


def _short_ends(low: float, high: float) -> tuple[float, float]:
    step = 10.0 ** np.floor(np.log10((high - low) / NICE))
    digits = max(0, -int(np.floor(np.log10(step))))
    return round(float(np.ceil(low / step - 1e-9) * step), digits), round(
        float(np.floor(high / step + 1e-9) * step), digits
    )


def _small(model: GaussianProcess, cases: Cases, name: str) -> GaussianProcess:
    calm = replace(model, noise=max(model.noise, NOISE * model.signal))
    if len(cases.labels) <= POINTS:
        return gaussian_process.conditioned(calm, cases.inputs, cases.results[name])
    return _sparse(calm, cases.inputs, cases.results[name])


def _sparse(model: GaussianProcess, inputs: Array, outputs: Array) -> GaussianProcess:
    """Returns the process that has seen all (n, d) inputs through `POINTS` places, its noise the error it leaves."""
    rows, target = model.scaled(inputs), (outputs - model.mean) / model.scale
    places = _spread_out(rows / model.lengths) * model.lengths
    size = np.eye(len(places))
    prior = model.signal * (gaussian_process.covariance(model.kernel, places, places, model.lengths) + PLACED * size)
    cross = model.signal * gaussian_process.covariance(model.kernel, places, rows, model.lengths)
    # Whitened by the factor of the prior, which is nearly singular; the plain normal equations would lose all digits.
    white = np.linalg.inv(np.linalg.cholesky(prior))
    seen = white @ cross
    weights = white.T @ np.linalg.solve(model.noise * size + seen @ seen.T, seen @ target)
    noise = float(np.mean((target - weights @ cross) ** 2))
    inverse = white.T @ (size - np.linalg.inv(size + seen @ seen.T / noise)) @ white
    return replace(model, points=places, weights=weights, noise=noise, inverse=(inverse + inverse.T) / 2)


def _spread_out(rows: Array) -> Array:
    """Returns up to `POINTS` different rows, each as far as may be from those before it."""
    chosen = [int(((rows - rows.mean(axis=0)) ** 2).sum(axis=1).argmin())]
    far = np.full(len(rows), np.inf)
    while len(chosen) < POINTS:
        far = np.minimum(far, ((rows - rows[chosen[-1]]) ** 2).sum(axis=1))
        if far.max() <= 0:
            break
        chosen.append(int(far.argmax()))
    return rows[chosen]


def _output(name: str, model: GaussianProcess, cases: Cases, low: Array, span: Array) -> dict[str, object]:
    """Returns a process as the page reads it: inputs 0–1 between the slider's ends, a signal of variance 1."""
    root, stretch = float(np.sqrt(model.signal)), model.span / span
    return {
        "name": said(name),
        "unit": _unit(cases, name),
        "points": _digits(model.points * stretch + (model.low - low) / span),
        "weights": _digits(model.weights * root),
        "mean": model.mean,
        "scale": model.scale * root,
        "lengths": _digits(model.lengths * stretch),
        "noise": model.noise / model.signal,
        "inverse": _digits(model.inverse * model.signal),
    }


def _digits(values: Array) -> list[object]:
    """Keeps enough digits for the page and few enough for the wire."""
    return [_digits(one) if np.ndim(one) else float(f"{one:.{DIGITS}e}") for one in values]
