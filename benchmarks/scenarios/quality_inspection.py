"""Quality inspection beside plain methods: control-chart figures, balanced error, and defects in pictures.

    python benchmarks/scenarios/quality_inspection.py [--full] [--data ../shared/data] [--json]

Every prediction is of a piece or picture that its model has not seen. Ball screw pictures are split by place on the
spindle; the size of a picture is brought to one, for in this set it goes with the class.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.scenarios.quality_inspection.textures import write

from rows import Row, main
from tujing.runtime.contract import Budget
from tujing.runtime.load import from_paths
from tujing.scenarios.production.quality_inspection.defects.columns import find_labels, usable
from tujing.scenarios.production.quality_inspection.defects.features import plan
from tujing.scenarios.production.quality_inspection.sheets import read_sheet
from tujing.scenarios.production.quality_inspection.solution import QualityInspection
from tujing.scenarios.production.quality_inspection.spc.from_sheet import read_series
from tujing.scenarios.production.quality_inspection.spc.study import examine

SCENARIO = "production/quality_inspection"
TABLES = {
    "steel_plates_faults": "steel_plates_part1.csv",
    "ai4i2020": "ai4i2020_part1.csv",
    "secom": "secom_207_features_part1.csv.gz",
}
PUBLISHED = {
    "secom": "0.335–0.401 on all 590 signals, 10-fold (UCI page, from memory); not the same columns",
    "steel_plates_faults": "accuracy 0.77–0.81 of tree ensembles (from memory)",
    "ai4i2020": "accuracy 0.98 of bagged trees (Matzka 2020, from memory)",
}
TEXTBOOK = {
    ("pistonrings", 0): (74.00118, 73.98805, 74.01431),
    ("orangejuice", 0): (0.2313, 0.0524, 0.4102),
    ("orangejuice", 1): (0.2150, 0.0407, 0.3893),
    ("circuit", 0): (19.85, 6.48, 33.21),
    ("circuit", 1): (19.67, 6.36, 32.97),
    ("viscosity", 0): (34.088, 32.565, 35.611),
    ("antifreeze", 0): (2.5697, 2.0313, 3.1081),
}


def measure(full: bool, data: Path) -> Iterator[Row]:
    yield _textbook(data)
    for name in TABLES if full else ("steel_plates_faults",):
        yield _balanced_error(data, name, full)
    yield from _textures(full)
    if full:
        yield from _ball_screw(data)


def _textbook(data: Path) -> Row:
    """The greatest difference from the printed centre lines and limits, as a share of the width of the limits."""
    started, worst = time.perf_counter(), 0.0
    for (name, revision), printed in TEXTBOOK.items():
        panel = (
            examine(read_series(read_sheet(data / "spc_textbook" / f"{name}.csv"))).revisions[revision].chart.panels[0]
        )
        ours = (panel.centre[0], panel.lower[0], panel.upper[0])
        worst = max(worst, float(np.max(np.abs(np.subtract(ours, printed)))) / (printed[2] - printed[1]))
    return Row(
        SCENARIO, "spc_textbook, 7 charts", "largest difference from the book (share of width)", worst, None, "",
        "lower", "equal to the printed digits (≤ 5e-4)", worst <= 5e-4, time.perf_counter() - started, "0 (the book)",
    )  # fmt: skip


def _run(inputs: dict[str, Path], seconds: float, **parameters):
    from tujing.atlas.loader import read_manifest

    folder = Path(__file__).parents[2] / "src/tujing/scenarios" / SCENARIO
    solution, manifest = QualityInspection(SCENARIO), read_manifest(folder / "scenario.yaml")
    data = from_paths(solution, manifest, inputs)
    return solution.run(data, parameters, Budget(seconds=seconds, seed=0, workers=2))


def _balanced_error(data: Path, name: str, full: bool) -> Row:
    """Five folds, the same for both; the peer is scikit-learn's gradient boosting as it comes."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from threadpoolctl import threadpool_limits

    path = data / name / TABLES[name]
    result = _run({"input": path}, 120.0 if full else 30.0)
    sheet = read_sheet(path)
    labels = find_labels(sheet, None)
    features = plan(sheet, usable(sheet, labels)[0])
    # The peer gets the plain columns, words as flags, without our products and differences.
    plain = features.matrix(sheet)[:, : len(features.numbers) + sum(len(words) for _, words in features.words)]
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    with threadpool_limits(1):
        peer = cross_val_predict(HistGradientBoostingClassifier(random_state=0), plain, labels.values, cv=folds)
    error, before = result.outcome.kpis["balanced_error"].value, 1 - balanced_accuracy_score(labels.values, peer)
    return Row(
        SCENARIO, f"{name}, 5 folds", "balanced error, out of fold", error, before, "default gradient boosting",
        "lower", "below the peer", error < before, result.seconds, PUBLISHED[name],
    )  # fmt: skip


def _textures(full: bool) -> Iterator[Row]:
    good, each = (60, 10) if full else (20, 3)
    with tempfile.TemporaryDirectory() as folder:
        cloth = write(Path(folder) / "cloth", good, each, seed=5)
        for training in ("good_only", "labelled"):
            result = _run({"input": cloth}, 60.0, training=training)
            yield _picture_row(result, f"generated cloth, 8 kinds, {good} good, {8 * each} defective", training)


def _ball_screw(data: Path) -> Iterator[Row]:
    for training in ("labelled", "good_only"):
        result = _run({"input": data / "ballscrew_surface_defects"}, 120.0, training=training)
        yield _picture_row(result, "ballscrew_surface_defects, split by place", training)
        yield from _one_crop(result, training)


def _picture_row(result, data: str, training: str) -> Row:
    kpis = result.outcome.kpis
    found = kpis["image_auroc"]
    name = f"image AUROC ({training}; pixels {kpis['pixel_auroc'].value:.4f})"
    return Row(
        SCENARIO, data, name, found.value, found.baseline, "plain forest on whole pictures", "higher", "≥ 0.95",
        found.value >= 0.95, result.seconds, "–",
    )  # fmt: skip


def _one_crop(result, training: str) -> Iterator[Row]:
    """The same scores on pictures of one size alone, so that no trace of the size can help."""
    from sklearn.metrics import roc_auc_score

    rows = [row for row in result.outcome.tables["predictions"].to_pylist() if "crop_2" in row["image"]]
    found = float(roc_auc_score([row["kind"] != "good" for row in rows], [row["score"] for row in rows]))
    yield Row(
        SCENARIO, f"ballscrew_surface_defects, one size only ({len(rows)})", f"image AUROC ({training})", found, None,
        "", "higher", "≥ 0.95", found >= 0.95, 0.0, "–",
    )  # fmt: skip


if __name__ == "__main__":
    main(measure)
