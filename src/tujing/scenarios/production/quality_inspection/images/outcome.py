"""What the pictures show: scores, damaged regions, heat maps and plain words."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tujing.runtime.contract import Artifact, Budget, Chart, KpiValue, Outcome, Progress
from tujing.scenarios.production.quality_inspection.images.folder import Picture, Pictures, load
from tujing.scenarios.production.quality_inspection.images.inspect import Judged, inspect
from tujing.scenarios.production.quality_inspection.parameters import QualityParameters
from tujing.scenarios.production.quality_inspection.thresholds import Costs, auroc, best_threshold
from tujing.words import Text

DRAWN = 6
"""Heat maps made, of the pictures that are worst."""
REGIONS = 5
"""Regions listed for a picture."""

PREDICTIONS = pa.schema(
    {"row": pa.int64(), "image": pa.string(), "kind": pa.string(), "group": pa.string()}
    | {"probability": pa.float64(), "defect": pa.int64(), "score": pa.float64()}
)
REGION = pa.schema(
    {"image": pa.string(), "x": pa.int64(), "y": pa.int64(), "width": pa.int64(), "height": pa.int64()}
    | {"score": pa.float64()}
)


def picture_outcome(pictures: Pictures, parameters: QualityParameters, budget: Budget, progress: Progress) -> Outcome:
    """Trains the detector and judges every picture."""
    costs = Costs(parameters.cost_miss, parameters.cost_false_alarm)
    judged = inspect(pictures, parameters.training, parameters.resolution, costs, budget, progress)
    progress.report(0.97)
    kpis = _kpis(judged, costs)
    order = np.argsort(-judged.score, kind="stable")
    drawn = [int(i) for i in order[:DRAWN]]
    files = {f"heat_{n}.png": _overlay(judged, i) for n, i in enumerate(drawn, start=1)}
    charts = {"scores": _histogram(judged)}
    for n, i in enumerate(drawn, start=1):
        name = judged.pictures[i].name
        charts[f"heat_{n}"] = Chart(
            kind="image",
            title=Text(zh=f"热力图：{name}", en=f"Heat map: {name}"),
            data={
                "file": f"heat_{n}.png",
                "alt": {
                    "zh": f"{name} 的缺陷热力图，越红越可疑",
                    "en": f"Heat map of {name}; the redder, the more suspect",
                },
            },
        )
    tables = {"predictions": _predictions(judged), "regions": _regions(judged, order)}
    kinds = _kinds(judged)
    if kinds is not None:
        tables["kinds"] = kinds
    return Outcome(
        status="done",
        kpis=kpis,
        tables=tables,
        explanation=_words(judged, kpis, order),
        charts=charts,
        files=files,
        warnings=judged.warnings,
    )


def probability(judged: Judged) -> NDArray[np.float64]:
    """Returns the scores brought to 0–1 with the threshold at one half; their order is kept."""
    with np.errstate(divide="ignore"):
        ratio = judged.score / max(judged.threshold, 1e-12)
    return np.asarray(ratio**2 / (1 + ratio**2))


def _kpis(judged: Judged, costs: Costs) -> dict[str, KpiValue]:
    known, bad = judged.known, judged.bad
    flagged = judged.score >= judged.threshold
    kpis = {"flagged_share": KpiValue(float(flagged.mean()), "1")}
    if not known.any() or not bad[known].any() or bad[known].all():
        return kpis
    plain = judged.plain
    kpis["image_auroc"] = KpiValue(
        auroc(judged.score[known], bad[known]), "1", None if plain is None else auroc(plain[known], bad[known])
    )
    error = Costs().loss(bad[known], flagged[known])
    before = None
    if plain is not None:
        before = Costs().loss(bad[known], plain[known] >= best_threshold(plain[known], bad[known], Costs()))
    kpis["balanced_error"] = KpiValue(error, "1", before)
    if costs.given:
        everything = costs.loss(bad[known], np.zeros(int(known.sum()), dtype=bool))
        kpis["expected_cost"] = KpiValue(costs.loss(bad[known], flagged[known]), "1", everything)
    marked = [i for i, picture in enumerate(judged.pictures) if picture.kind == "good" or picture.marked]
    if any(bad[i] for i in marked):
        truth = np.concatenate([_mark(judged, i).ravel() > 0.5 for i in marked])
        kpis["pixel_auroc"] = KpiValue(auroc(judged.maps[marked].ravel().astype(np.float64), truth), "1")
    return kpis


def _mark(judged: Judged, i: int) -> NDArray[np.float32]:
    mark = judged.marks[i]
    assert mark is not None
    return mark


def _predictions(judged: Judged) -> pa.Table:
    chance = probability(judged)
    rows = [
        {
            "row": i,
            "image": picture.name,
            "kind": picture.kind,
            "group": picture.group,
            "probability": float(chance[i]),
            "defect": int(judged.score[i] >= judged.threshold),
            "score": float(judged.score[i]),
        }
        for i, picture in enumerate(judged.pictures)
    ]
    return pa.Table.from_pylist(rows, schema=PREDICTIONS)


def _regions(judged: Judged, order: NDArray[np.int64]) -> pa.Table:
    """Lists the damaged regions of flagged pictures, in pixels of the picture as it was given."""
    from PIL import Image
    from scipy import ndimage

    rows = []
    for i in order:
        if judged.score[i] < judged.threshold:
            continue
        picture = judged.pictures[int(i)]
        with Image.open(picture.path) as image:
            scale = image.width / judged.frame.width * judged.stride
        smooth = ndimage.gaussian_filter(judged.maps[i], 1.0, mode="nearest")
        areas, count = ndimage.label(smooth >= judged.threshold)
        boxes = ndimage.find_objects(areas)
        peaks = ndimage.maximum(smooth, areas, range(1, count + 1))
        for number in np.argsort(-np.atleast_1d(peaks), kind="stable")[:REGIONS]:
            down, across = boxes[int(number)]
            rows.append(
                {
                    "image": picture.name,
                    "x": int(across.start * scale),
                    "y": int(down.start * scale),
                    "width": int((across.stop - across.start) * scale),
                    "height": int((down.stop - down.start) * scale),
                    "score": float(peaks[int(number)]),
                }
            )
    return pa.Table.from_pylist(rows, schema=REGION)


def _kinds(judged: Judged) -> pa.Table | None:
    """Returns, for each kind of defect, how well it is told from good pictures."""
    kinds = sorted({picture.kind for picture in judged.pictures} - {"good", ""})
    good = np.array([picture.kind == "good" for picture in judged.pictures])
    if not kinds:
        return None
    rows = []
    for kind in kinds:
        mine = np.array([picture.kind == kind for picture in judged.pictures])
        both = good | mine
        rows.append(
            {
                "kind": kind,
                "images": int(mine.sum()),
                "found": int(np.sum(judged.score[mine] >= judged.threshold)),
                "auroc": auroc(judged.score[both], mine[both]),
            }
        )
    return pa.Table.from_pylist(rows)


def _overlay(judged: Judged, i: int) -> Artifact:
    """Returns the picture with its suspect places in red, as PNG."""
    from PIL import Image
    from scipy import ndimage

    picture: Picture = judged.pictures[i]
    base = load(picture, judged.frame)
    smooth = ndimage.gaussian_filter(judged.maps[i], 1.0, mode="nearest")
    # From nothing at half the threshold to full red at one and a half.
    heat = np.clip(smooth / max(judged.threshold, 1e-12) - 0.5, 0, 1).astype(np.float32)
    size = (base.shape[1], base.shape[0])
    spread = np.asarray(Image.fromarray(heat).resize(size, Image.Resampling.BILINEAR))[..., None] * 0.65
    mixed = base * (1 - spread) + np.array([0.9, 0.05, 0.05], np.float32) * spread
    buffer = io.BytesIO()
    Image.fromarray((np.clip(mixed, 0, 1) * 255).round().astype(np.uint8)).save(buffer, "PNG", optimize=True)
    return Artifact(buffer.getvalue(), "image/png", Text(zh=f"热力图：{picture.name}", en=f"Heat map: {picture.name}"))


def _histogram(judged: Judged) -> Chart:
    counts, edges = np.histogram(judged.score, bins=20)
    return Chart(
        kind="histogram",
        title=Text(zh="图像得分与判定线", en="Scores of the pictures and the line of decision"),
        data={
            "edges": edges.tolist(),
            "counts": counts.tolist(),
            "marks": [{"name": {"zh": "判定线", "en": "threshold"}, "value": judged.threshold}],
        },
    )


def _words(judged: Judged, kpis: dict[str, KpiValue], order: NDArray[np.int64]) -> Text:
    flagged = int(np.sum(judged.score >= judged.threshold))
    how = Text(zh="良品与标注的缺陷", en="good pictures and marked defects")
    if not judged.labelled:
        how = Text(zh="良品图片", en="good pictures alone")
    place = Text(zh="图片对得齐，按位置比较", en="the pictures are held alike, so each place has its own normal")
    if not judged.placed:
        place = Text(zh="图片不对齐，按纹理比较", en="the pictures are not held alike, so textures are compared")
    zh = f"用{how.zh}训练（{place.zh}），{len(judged.pictures)} 张里判出 {flagged} 张有缺陷。"
    en = f"Trained on {how.en} ({place.en}), it finds {flagged} of {len(judged.pictures)} pictures defective. "
    found = kpis.get("image_auroc")
    if found is not None and found.value is not None:
        zh += f"未参加训练的图片上，AUROC {found.value:.3f}"
        en += f"On pictures not used in training the AUROC is {found.value:.3f}"
        if found.baseline is not None:
            zh, en = zh + f"（普通随机森林 {found.baseline:.3f}）", en + f" (a plain forest: {found.baseline:.3f})"
        zh, en = zh + "。", en + ". "
    if flagged:
        names = [judged.pictures[int(i)].name for i in order[: min(3, flagged)]]
        zh += f"最可疑的是 {'、'.join(names)}；热力图标出了位置，先请人复核这几张，再把判定结果放回对应文件夹重训。"
        en += (
            f"The most suspect are {', '.join(names)}; the heat maps show where. Have these looked at first, put them "
        )
        en += "into their kind's folder, and train again."
    else:
        zh, en = zh + "没有可疑图片；仍应定期抽检，新缺陷可能没见过。", en + "None is suspect; keep sampling by eye."
    return Text(zh=zh, en=en.strip())
