"""The whole scenario: sample, plain tables, prediction, pictures, and what is refused."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.scenarios.quality_inspection.textures import cloth, write

from tujing.atlas.loader import read_manifest
from tujing.elements.definition import element
from tujing.problems import BadInput
from tujing.runtime.conformance import check
from tujing.runtime.contract import Budget
from tujing.runtime.load import from_paths
from tujing.scenarios.production.quality_inspection.defects.columns import find_labels, usable
from tujing.scenarios.production.quality_inspection.defects.model import Effort, learn
from tujing.scenarios.production.quality_inspection.images.descriptors import descriptors
from tujing.scenarios.production.quality_inspection.images.detect import learn_normal
from tujing.scenarios.production.quality_inspection.sheets import read_sheet
from tujing.scenarios.production.quality_inspection.solution import QualityInspection
from tujing.scenarios.production.quality_inspection.thresholds import Costs, best_threshold

FOLDER = Path(__file__).parents[3] / "src/tujing/scenarios/production/quality_inspection"
SAMPLE = FOLDER / "sample"
MANIFEST = read_manifest(FOLDER / "scenario.yaml")


def run(inputs, seconds: float = 3.0, **parameters):
    solution = QualityInspection("production/quality_inspection")
    named = {"input": inputs} if isinstance(inputs, Path) else inputs
    return solution.run(from_paths(solution, MANIFEST, named), parameters, Budget(seconds=seconds, workers=2)).outcome


def table(path: Path, heading, rows, encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        writer.writerows(rows)
    return path


def test_the_folder_conforms():
    report = check(FOLDER)
    assert report.failed == []
    assert report.tier == "platinum"


def test_the_sample_warns_before_pieces_fail():
    outcome = run(SAMPLE)
    lead = outcome.kpis["alert_lead"]
    assert lead.value > lead.baseline
    assert outcome.kpis["false_alert_share"].value < 0.1
    assert outcome.writes["quality_alert"].column_names == list(element("quality_alert").columns)
    drifting = [row for row in outcome.tables["alerts"].to_pylist() if row["series"] == "外径 @ GR-02"]
    assert drifting


def test_a_gbk_table_is_read(tmp_path):
    rows = [[i, f"{10 + 0.01 * (i % 5):.2f}"] for i in range(1, 31)]
    outcome = run(table(tmp_path / "测量.csv", ["批号", "直径"], rows, "gbk"))
    assert outcome.tables["series"]["chart"].to_pylist() == ["i_mr"]


BROKEN = {
    "text_among_numbers.csv": "not_a_number",
    "negative_count.csv": "bad_count",
    "more_defectives_than_inspected.csv": "more_than_inspected",
    "all_missing.csv": "all_missing",
    "empty.csv": "empty_file",
    "one_class.csv": "one_class",
}


@pytest.mark.parametrize(("name", "code"), BROKEN.items())
def test_broken_tables_are_refused_with_the_place(name, code):
    with pytest.raises(BadInput) as error:
        run(SAMPLE / "broken" / name)
    assert error.value.problems[0].code == code
    assert error.value.problems[0].words.zh


def process(rows: int = 400, seed: int = 0):
    """A process that goes wrong when temperature × speed is high; a mode column and a number give it away."""
    rng = np.random.default_rng(seed)
    temperature, speed, other = rng.normal(200, 5, rows), rng.normal(50, 5, rows), rng.normal(size=rows)
    bad = (temperature * speed + rng.normal(0, 150, rows) > np.quantile(temperature * speed, 0.9)).astype(int)
    body = [
        [f"P{i:04d}", f"{t:.2f}", f"{s:.2f}" if i % 17 else "", f"{o:.3f}", b * (i % 3 > 0), b]
        for i, (t, s, o, b) in enumerate(zip(temperature, speed, other, bad, strict=True))
    ]
    return ["piece_id", "temperature", "speed", "other", "burnt", "defect"], body


def test_defects_are_predicted_and_what_gives_them_away_is_left_out(tmp_path):
    heading, body = process()
    outcome = run(table(tmp_path / "process.csv", heading, body), 1.0)
    left = set(outcome.tables["columns_left_out"]["column"].to_pylist())
    assert left == {"piece_id", "burnt"}
    predictions = outcome.tables["predictions"]
    assert predictions.column_names == ["row", "probability", "defect"]
    assert predictions.num_rows == len(body)
    error = outcome.kpis["balanced_error"]
    assert error.value < min(0.25, error.baseline)
    assert outcome.tables["drivers"]["column"].to_pylist()[0] in ("temperature", "speed")
    assert outcome.warnings


def test_a_test_file_is_predicted_and_must_have_the_columns(tmp_path):
    heading, body = process()
    train = table(tmp_path / "train.csv", heading, body[:300])
    test = table(tmp_path / "test.csv", heading[:-2], [row[:-2] for row in body[300:]])
    outcome = run({"train": train, "test": test}, 1.0, cost_miss=50, cost_false_alarm=1)
    assert outcome.tables["predictions"].num_rows == 100
    cost = outcome.kpis["expected_cost"]
    assert cost.value < cost.baseline
    short = table(tmp_path / "short.csv", heading[:2], [row[:2] for row in body[300:]])
    with pytest.raises(BadInput) as error:
        run({"train": train, "test": short})
    assert error.value.problems[0].code == "column_absent"


def test_one_hot_classes_and_modes_are_known(shared_data):
    steel = read_sheet(shared_data / "steel_plates_faults" / "steel_plates_part1.csv")
    assert len(find_labels(steel, None).names) == 7
    mill = read_sheet(shared_data / "ai4i2020" / "ai4i2020_part1.csv")
    labels = find_labels(mill, None)
    kept, _ = usable(mill, labels)
    assert labels.columns == ("Machine_failure",)
    assert not {"TWF", "HDF", "PWF", "OSF", "RNF", "UDI", "Product ID"} & set(kept)


def test_training_that_runs_late_is_cut_short_and_says_so():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(300, 3))
    labels = (inputs[:, 0] + 0.3 * rng.normal(size=300) > 0.8).astype(np.int64)
    work = Effort(inner=4, trees=20, boosts=60)
    full = learn(inputs, labels, Costs(), work, 0, 1, lambda share: None)
    late = learn(inputs, labels, Costs(), replace(work, until=0.0), 0, 1, lambda share: None)
    assert (full.cut_short, len(full.members)) == (False, 5)
    assert (late.cut_short, len(late.members)) == (True, 2)
    # Cut short it still has a line of its own and tells the classes apart.
    assert np.mean(late.decide(late.probability(inputs)) == labels) > 0.8


def test_the_threshold_follows_the_costs():
    rng = np.random.default_rng(0)
    bad = rng.random(2000) < 0.1
    score = rng.normal(size=2000) + 1.5 * bad
    even = best_threshold(score, bad, Costs())
    dear = best_threshold(score, bad, Costs(miss=100, false_alarm=1))
    cheap = best_threshold(score, bad, Costs(miss=1, false_alarm=10))
    assert dear < even < cheap


def test_pictures_with_marked_defects(tmp_path):
    folder = write(tmp_path / "cloth", good=14, each=4, size=64, seed=1, kinds=("spot", "crack", "stain"))
    outcome = run(folder)
    assert outcome.kpis["image_auroc"].value > 0.9
    assert outcome.kpis["pixel_auroc"].value > 0.9
    assert outcome.tables["predictions"].num_rows == 26
    assert outcome.files["heat_1.png"].content.startswith(b"\x89PNG")
    assert outcome.charts["heat_1"].data["file"] == "heat_1.png"


def test_pictures_of_good_ones_only_and_a_test_folder(tmp_path):
    train = write(tmp_path / "train", good=12, each=0, size=64, seed=2)
    test = write(tmp_path / "test", good=6, each=2, size=64, seed=3, kinds=("spot", "missing_texture"))
    outcome = run({"train": train, "test": test})
    assert outcome.tables["predictions"].num_rows == 10
    assert outcome.kpis["image_auroc"].value > 0.9


def test_pictures_that_do_not_fit_are_named(tmp_path):
    from PIL import Image

    folder = write(tmp_path / "cloth", good=6, each=0, size=64)
    Image.new("RGB", (64, 40)).save(folder / "good" / "odd.png")
    with pytest.raises(BadInput) as error:
        run(folder)
    assert (error.value.problems[0].code, error.value.problems[0].file) == ("mixed_size", "good/odd.png")
    (folder / "good" / "odd.png").write_bytes(b"no picture")
    with pytest.raises(BadInput) as error:
        run(folder)
    assert error.value.problems[0].code == "unreadable_picture"
    (folder / "good" / "odd.png").unlink()
    with pytest.raises(BadInput) as error:
        run(folder, training="labelled")
    assert error.value.problems[0].code == "one_class"


def test_the_border_of_a_picture_is_no_defect():
    """The filters make up what lies outside a picture; small sets of good textures lost their defects in that."""
    rng = np.random.default_rng(3)
    good = np.stack([descriptors(cloth(rng, 96).astype(np.float32), 2) for _ in range(10)])
    normal = learn_normal(good, 0)
    away = np.stack([normal.distance(descriptors(cloth(rng, 96).astype(np.float32), 2)) for _ in range(4)])
    inside = np.zeros(away.shape[1:], dtype=bool)
    inside[6:-6, 6:-6] = True
    assert np.quantile(away[:, ~inside], 0.99) < 1.25 * np.quantile(away[:, inside], 0.99)


def test_a_turned_weave_is_found_from_twenty_good_pictures_alone(tmp_path):
    folder = write(tmp_path / "cloth", good=20, each=5, size=96, seed=11, kinds=("misaligned_weave", "blob"))
    assert run(folder, training="good_only").kpis["image_auroc"].value > 0.95


def test_a_huge_picture_and_a_file_that_is_none_are_told(tmp_path):
    from PIL import Image

    folder = write(tmp_path / "cloth", good=6, each=0, size=64)
    (folder / "good" / "notes.txt").write_text("no picture")
    assert any("good/notes.txt" in words.en for words in run(folder).warnings)
    Image.new("1", (16_000, 16_000)).save(folder / "good" / "huge.png")
    with pytest.raises(BadInput) as error:
        run(folder)
    assert (error.value.problems[0].code, error.value.problems[0].file) == ("picture_too_large", "good/huge.png")
