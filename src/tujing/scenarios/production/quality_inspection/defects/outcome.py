"""Defect prediction from a table: checked on unseen pieces, with the driving settings, in plain words."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tujing.problems import refuse
from tujing.runtime.contract import Budget, Chart, KpiValue, Outcome, Progress
from tujing.scenarios.production.quality_inspection.baseline import plain_forest
from tujing.scenarios.production.quality_inspection.defects.columns import Labels, LeftOut, find_labels, usable
from tujing.scenarios.production.quality_inspection.defects.drivers import Driver, drivers
from tujing.scenarios.production.quality_inspection.defects.features import plan
from tujing.scenarios.production.quality_inspection.defects.model import Effort, Ensemble, balanced_error, effort, learn
from tujing.scenarios.production.quality_inspection.parameters import QualityParameters
from tujing.scenarios.production.quality_inspection.sheets import Sheet, Sheets
from tujing.scenarios.production.quality_inspection.thresholds import Costs, auroc
from tujing.words import Text

FOLDS = 5
TRAINING = 0.7
"""Share of the time for training; the rest is for the plain forest, the drivers and the tables."""
SHOWN = 3
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

DIRECTIONS = {
    "higher": Text(zh="越大越容易出缺陷", en="the higher, the more defects"),
    "lower": Text(zh="越小越容易出缺陷", en="the lower, the more defects"),
    "middle": Text(zh="中间值容易出缺陷", en="defects lie in the middle"),
    "both ends": Text(zh="过大过小都容易出缺陷", en="defects lie at both ends"),
    "word": Text(zh="类别不同缺陷不同", en="differs by kind"),
}


def defect_outcome(sheets: Sheets, parameters: QualityParameters, budget: Budget, progress: Progress) -> Outcome:
    """Learns from the table (or `train`), checks on pieces left out, and predicts them (or `test`)."""
    unknown = set(sheets.tables) - {"input", "train", "test"}
    if unknown or set(sheets.tables) == {"test"}:
        raise refuse(
            "table_inputs",
            "缺陷预测的输入应为 --input 表，或 --input train=… 与 --input test=…。",
            "Give defect prediction --input table, or --input train=… and --input test=….",
            key=", ".join(sorted(sheets.tables)),
        )
    started = time.perf_counter()
    sheet = sheets.tables.get("train") or next(iter(sheets.tables.values()))
    labels = find_labels(sheet, parameters.target)
    columns, left_out = usable(sheet, labels)
    features = plan(sheet, columns)
    whole, y = features.matrix(sheet), labels.values
    costs = Costs(parameters.cost_miss, parameters.cost_false_alarm)
    test = sheets.tables.get("test")
    new = None if test is None else features.matrix(test)
    progress.report(0.05)

    work = effort(whole, len(labels.names), FOLDS + (new is not None), TRAINING * budget.seconds)
    learners = FOLDS + (new is not None)
    ends = [started + TRAINING * budget.seconds * (number + 1) / learners for number in range(learners)]
    chance, decided, folds = _cross_validate(
        whole, y, costs, work, ends, budget, progress, 0.05, 0.7 if new is None else 0.6
    )
    forest = plain_forest(whole, y, budget.seed)
    kpis = _kpis(y, labels, chance, decided, forest, costs)
    bad_chance = chance[:, 1] if labels.binary else 1 - chance.max(axis=1)

    def tick(share: float) -> None:
        progress.report(0.8 + 0.18 * share)

    if new is not None:
        model = learn(
            whole,
            y,
            costs,
            replace(work, until=ends[-1]),
            budget.seed,
            budget.workers,
            lambda share: progress.report(0.6 + 0.2 * share),
        )
        shown = model.probability(new)
        table = _predictions(shown, model.decide(shown), labels)
    else:
        table = _predictions(chance, decided, labels)
    found = drivers(sheet, features, folds, y, bad_chance, budget.seed, tick, started + 0.9 * budget.seconds)
    charts = {"drivers": _drivers_chart(found)}
    if labels.binary:
        charts["precision_recall"] = _precision_recall(y, chance[:, 1])
    else:
        charts["confusion"] = _confusion(y, decided, labels)
    return Outcome(
        status="done",
        kpis=kpis,
        tables={
            "predictions": table,
            "drivers": _drivers_table(found),
            "columns_left_out": pa.Table.from_pylist(
                [{"column": one.column, **one.reason.as_dict()} for one in left_out],
                schema=pa.schema({"column": pa.string(), "zh": pa.string(), "en": pa.string()}),
            ),
            "errors_by_class": _by_class(y, decided, labels),
        },
        explanation=_words(sheet, labels, kpis, found, decided),
        charts=charts,
        warnings=[*_warnings(left_out), *_few(y, labels), *_hurried(folds)],
    )


def _cross_validate(
    whole: Floats,
    y: Whole,
    costs: Costs,
    work: Effort,
    ends: list[float],
    budget: Budget,
    progress: Progress,
    start: float,
    end: float,
) -> tuple[Floats, Whole, list[tuple[Whole, Ensemble]]]:
    """Returns probabilities and decisions for every row by a model that has not seen it, and those models.

    `ends` says when each fold should be done, by `time.perf_counter()`.
    """
    from sklearn.model_selection import StratifiedKFold

    chance, decided = np.zeros((len(y), int(y.max()) + 1)), np.zeros(len(y), dtype=np.int64)
    models = []
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=budget.seed)
    for number, (rest, held) in enumerate(splitter.split(whole, y)):

        def tick(share: float, number: int = number) -> None:
            progress.report(start + (end - start) * (number + share) / FOLDS)

        model = learn(whole[rest], y[rest], costs, replace(work, until=ends[number]), budget.seed, budget.workers, tick)
        chance[held] = model.probability(whole[held])
        decided[held] = model.decide(chance[held])
        models.append((held.astype(np.int64), model))
    return chance, decided, models


def _kpis(
    y: Whole, labels: Labels, chance: Floats, decided: Whole, forest: Floats, costs: Costs
) -> dict[str, KpiValue]:
    plain = forest.argmax(axis=1)
    kpis = {"balanced_error": KpiValue(balanced_error(y, decided), "1", balanced_error(y, plain))}
    if labels.binary:
        from sklearn.metrics import average_precision_score

        kpis["average_precision"] = KpiValue(
            float(average_precision_score(y, chance[:, 1])), "1", float(average_precision_score(y, forest[:, 1]))
        )
        kpis["defect_auroc"] = KpiValue(auroc(chance[:, 1], y == 1), "1", auroc(forest[:, 1], y == 1))
        if costs.given:
            # Today: inspect everything or nothing, whichever is cheaper.
            bad, all_, none = y == 1, np.ones(len(y), dtype=bool), np.zeros(len(y), dtype=bool)
            before = min(costs.loss(bad, all_), costs.loss(bad, none))
            kpis["expected_cost"] = KpiValue(costs.loss(bad, decided == 1), "1", before)
    return kpis


def _predictions(chance: Floats, decided: Whole, labels: Labels) -> pa.Table:
    """Of two classes `defect` is 0 or 1 and `probability` that of a defect; of more, the class and its probability."""
    rows = np.arange(len(chance))
    if labels.binary:
        return pa.table({"row": rows, "probability": chance[:, 1], "defect": decided})
    names = [labels.names[int(one)] for one in decided]
    return pa.table({"row": rows, "probability": chance[rows, decided], "defect": names})


def _by_class(y: Whole, decided: Whole, labels: Labels) -> pa.Table:
    rows = [
        {
            "class": name,
            "rows": int(np.sum(y == one)),
            "right": int(np.sum((y == one) & (decided == one))),
            "called_so": int(np.sum(decided == one)),
            "error": float(np.mean(decided[y == one] != one)),
        }
        for one, name in enumerate(labels.names)
    ]
    return pa.Table.from_pylist(rows)


def _drivers_table(found: list[Driver]) -> pa.Table:
    rows = [
        {
            "column": one.column,
            "importance": one.importance,
            "direction": one.direction,
            "stay_from": one.stay_from,
            "stay_to": one.stay_to,
            "defects_inside": None if math.isnan(one.inside) else one.inside,
            "defects_outside": None if math.isnan(one.outside) else one.outside,
            **DIRECTIONS[one.direction].as_dict(),
        }
        for one in found
    ]
    return pa.Table.from_pylist(rows)


def _drivers_chart(found: list[Driver]) -> Chart:
    shown = found[:10]
    return Chart(
        kind="bar",
        title=Text(
            zh="驱动参数：打乱后平衡错误率升多少", en="Driving settings: growth of balanced error when shuffled"
        ),
        data={
            "categories": [one.column for one in shown],
            "series": [
                {"name": {"zh": "重要度", "en": "importance"}, "values": [round(one.importance, 5) for one in shown]}
            ],
            "horizontal": True,
        },
    )


def _precision_recall(y: Whole, chance: Floats) -> Chart:
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(y, chance)
    keep = np.unique(np.linspace(0, len(recall) - 1, 120).astype(int))
    points = [[float(recall[i]), float(precision[i])] for i in keep[::-1]]
    return Chart(
        kind="scatter",
        title=Text(zh="查全与查准", en="Recall and precision"),
        data={
            "x": {"zh": "查全率", "en": "recall"},
            "y": {"zh": "查准率", "en": "precision"},
            "series": [{"name": {"zh": "未见过的工件", "en": "unseen pieces"}, "points": points, "line": True}],
        },
    )


def _confusion(y: Whole, decided: Whole, labels: Labels) -> Chart:
    counts = [
        [i, j, float(np.mean(decided[y == j] == i))] for i in range(len(labels.names)) for j in range(len(labels.names))
    ]
    return Chart(
        kind="heatmap",
        title=Text(zh="判成什么（列）与实际（行）", en="Called (across) against true (down)"),
        data={"x": list(labels.names), "y": list(labels.names), "values": counts, "unit": "1"},
    )


def _warnings(left_out: list[LeftOut]) -> list[Text]:
    reasons: dict[str, list[LeftOut]] = {}
    for one in left_out:
        reasons.setdefault(one.reason.en, []).append(one)
    return [
        Text(
            zh=f"没有使用 {'、'.join(one.column for one in group[:8])}{' 等' if len(group) > 8 else ''}："
            f"{group[0].reason.zh}。",
            en=f"Not used: {', '.join(one.column for one in group[:8])}{' and others' if len(group) > 8 else ''}, "
            f"which {group[0].reason.en}.",
        )
        for group in reasons.values()
    ]


def _few(y: Whole, labels: Labels) -> list[Text]:
    counts = np.bincount(y)
    least = int(counts.min())
    if least >= 100:
        return []
    name = labels.names[int(counts.argmin())]
    return [
        Text(
            zh=f"类别 {name} 只有 {least} 条，错误率的把握约 ±{1.96 * math.sqrt(0.25 / least):.0%}；攒够一百条再定稿。",
            en=f"Class {name} has {least} rows only, so its error rate is known to about ±"
            f"{1.96 * math.sqrt(0.25 / least):.0%}; gather a hundred before relying on it.",
        )
    ]


def _hurried(folds: list[tuple[Whole, Ensemble]]) -> list[Text]:
    if not any(model.cut_short for _, model in folds):
        return []
    return [
        Text(
            zh="时间不够，模型没有训练到计划的程度，换一台机器重算结果会略有不同；请用 --time 多给些时间。",
            en="Time ran out before the models were trained as planned, so a repeat may differ a little; give more "
            "--time.",
        )
    ]


def _words(sheet: Sheet, labels: Labels, kpis: dict[str, KpiValue], found: list[Driver], decided: Whole) -> Text:
    error, y = kpis["balanced_error"], labels.values
    assert error.value is not None and error.baseline is not None
    zh = f"{len(sheet)} 条记录，用没见过的工件检验：平衡错误率 {error.value:.1%}，普通随机森林 {error.baseline:.1%}。"
    en = f"On pieces not used in training the balanced error is {error.value:.1%}, against {error.baseline:.1%} by "
    en += f"a plain forest ({len(sheet)} records). "
    if labels.binary:
        caught, flagged = int(np.sum((y == 1) & (decided == 1))), int(decided.sum())
        zh += f"{int(np.sum(y == 1))} 件缺陷能抓住 {caught} 件，为此要多看 {flagged} 件（占 {flagged / len(y):.0%}）。"
        en += f"Of {int(np.sum(y == 1))} defects it catches {caught}, by flagging {flagged} pieces "
        en += f"({flagged / len(y):.0%}). "
    driving = [one for one in found if one.importance > 0][:SHOWN]
    for one in driving:
        words = DIRECTIONS[one.direction]
        zh += f"{one.column} {words.zh}"
        en += f"{one.column}: {words.en}"
        if labels.binary and one.stay_from is not None and one.inside < one.outside:
            zh += f"，保持在 {one.stay_from:.4g}–{one.stay_to:.4g} 时缺陷率 {one.inside:.1%}，之外 {one.outside:.1%}"
            en += (
                f"; within {one.stay_from:.4g} to {one.stay_to:.4g} {one.inside:.1%} are bad, outside {one.outside:.1%}"
            )
        zh, en = zh + "。", en + ". "
    if driving:
        zh += "这是相关不是因果：先在工程上讲得通，再小步试调。"
        en += "This is correlation, not cause: see that it makes sense, then change in small steps."
    return Text(zh=zh, en=en.strip())
