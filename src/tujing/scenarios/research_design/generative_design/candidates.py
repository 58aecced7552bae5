"""The outcome of a surrogate of designs: accuracy, candidates with intervals, and the slider."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from tujing.runtime.contract import Chart, KpiValue, Outcome
from tujing.scenarios.research_design.generative_design.baseline import relative_error, rmse
from tujing.scenarios.research_design.generative_design.cases import Cases
from tujing.scenarios.research_design.generative_design.charts import fit_chart, interval_chart
from tujing.scenarios.research_design.generative_design.names import wording
from tujing.scenarios.research_design.generative_design.slider import slider
from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.scenarios.research_design.generative_design.surrogate import Goal, Surrogate, best_known
from tujing.words import Text


def candidates_outcome(
    surrogate: Surrogate, goal: Goal, points: Array, truths: list[dict[str, float]], words: Text,
    warnings: list[Text], more: dict[str, Chart],
) -> Outcome:  # fmt: skip
    """Returns the outcome with KPIs by cross-validation, the candidates and the slider."""
    cases = surrogate.cases
    first = {name: values[: len(surrogate.accuracy[name].predicted)] for name, values in cases.results.items()}
    scores = {name: surrogate.accuracy[name] for name in first}
    errors = [relative_error(scores[name].predicted, actual) for name, actual in first.items()]
    plain = [relative_error(scores[name].plain, actual) for name, actual in first.items()]
    inside = [(actual >= scores[n].lower) & (actual <= scores[n].upper) for n, actual in first.items()]
    main = goal.objective
    kpis = {
        "prediction_error": KpiValue(_mean(errors), "1", _mean(plain)),
        "interval_coverage": KpiValue(float(np.mean(inside)), "1"),
        "rmse": KpiValue(rmse(scores[main].predicted, first[main]), "1", rmse(scores[main].plain, first[main])),
    }
    if cases.products:
        kpis["prototypes_per_design"] = KpiValue(len(cases.labels) / cases.products, "1")
    predictions = [
        {
            "row": label,
            "result": name,
            "predicted": float(p),
            "lower": float(low),
            "upper": float(high),
            "actual": float(a),
        }
        for name, actual in first.items()
        for label, p, low, high, a in zip(
            cases.labels, scores[name].predicted, scores[name].lower, scores[name].upper, actual, strict=False
        )
    ]
    accuracy = [
        {
            "result": name,
            "unit": cases.units.get(name, ""),
            "rmse": rmse(scores[name].predicted, actual),
            "rmse_quadratic": rmse(scores[name].plain, actual),
            "relative_error": relative_error(scores[name].predicted, actual),
        }
        for name, actual in first.items()
    ]
    candidates = _candidates(surrogate, points, truths)
    written = [
        {key: row[key] for key in ("candidate_id", "parameter", "value", "lower", "upper", "role")}
        for row in candidates
    ]
    schema = pa.schema([("candidate_id", pa.string()), ("parameter", pa.string()), ("value", pa.float64()),
                        ("lower", pa.float64()), ("upper", pa.float64()), ("role", pa.string())])  # fmt: skip
    return Outcome(
        status="feasible" if best_known(cases, goal) is not None else "done",
        kpis=kpis,
        tables={
            "candidates": pa.Table.from_pylist(candidates),
            "predictions": pa.Table.from_pylist(predictions),
            "accuracy": pa.Table.from_pylist(accuracy),
        },
        explanation=words,
        writes={"design_candidate": pa.Table.from_pylist(written, schema=schema)},
        charts={
            "slider": slider(cases, surrogate.models, points[0]),
            "fit": fit_chart({name: (actual, scores[name].predicted) for name, actual in first.items()}, cases.units),
            **({"candidates": interval_chart(surrogate, points, goal.objective)} if len(points) > 1 else {}),
            **more,
        },
        warnings=warnings,
    )


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _candidates(surrogate: Surrogate, points: Array, truths: list[dict[str, float]]) -> list[dict[str, object]]:
    cases = surrogate.cases
    rows: list[dict[str, object]] = []
    for number, point in enumerate(points):
        label = f"C{number + 1}"
        for name, value in [*zip(cases.names, point, strict=True), *cases.fixed.items()]:
            rows.append(
                {"candidate_id": label, "parameter": name, "unit": cases.units.get(name, ""), "role": "input",
                 "value": float(value), "lower": None, "upper": None, "verified": None}
            )  # fmt: skip
        for name in cases.results:
            middle, low, high = (float(one[0]) for one in surrogate.predict(name, point[None]))
            truth = truths[number][name] if truths else None
            rows.append(
                {"candidate_id": label, "parameter": name, "unit": cases.units.get(name, ""), "role": "prediction",
                 "value": middle, "lower": low, "upper": high, "verified": truth}
            )  # fmt: skip
    return rows


def limits_words(goal: Goal, cases: Cases) -> Text | None:
    """Returns the limits as a reader says them; None when there are none."""
    if not goal.limits:
        return None
    rules = [
        (wording(name), f"{'≤' if sign > 0 else '≥'} {value:.4g} {cases.units.get(name, '')}".strip())
        for name, sign, value in goal.limits
    ]
    return Text(
        zh="，".join(f"{one.zh} {rule}" for one, rule in rules), en=", ".join(f"{one.en} {rule}" for one, rule in rules)
    )


def values_words(values: Mapping[str, float], units: Mapping[str, str]) -> Text:
    """Returns parameters or results with their values."""
    said = [
        (wording(name), f"{value:.4g} {units.get(name, '')}".removesuffix(" 1").strip())
        for name, value in values.items()
    ]
    return Text(
        zh="，".join(f"{one.zh} {value}" for one, value in said),
        en=", ".join(f"{one.en} {value}" for one, value in said),
    )
