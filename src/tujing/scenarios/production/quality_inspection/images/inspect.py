"""Trains on pictures, checks on pictures that were not used, and judges: scores, threshold and heat maps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tujing.problems import refuse
from tujing.runtime.contract import Budget, Progress
from tujing.scenarios.production.quality_inspection.images.descriptors import STRIDE, Array, descriptors
from tujing.scenarios.production.quality_inspection.images.detect import (
    learn_defects,
    learn_normal,
    picture_score,
)
from tujing.scenarios.production.quality_inspection.images.folder import (
    Frame,
    Picture,
    Pictures,
    frame_of,
    load,
    load_mask,
)
from tujing.scenarios.production.quality_inspection.thresholds import Costs, best_threshold
from tujing.words import Text

FOLDS = 5
FEWEST_GOOD, FEWEST_BAD = 4, 4
"""Good pictures to learn from; defective ones under which the labelled detector gives way to good-only."""
FALSE_ALARMS = 2.33
"""Without defective pictures the threshold lies so many deviations of the good scores' logarithm above their mean."""

Maps = NDArray[np.float32]


@dataclass(frozen=True)
class Judged:
    """Pictures with what the detector says of them, made without having seen them."""

    pictures: tuple[Picture, ...]
    frame: Frame
    stride: int
    maps: Maps
    """Pictures × rows × columns: each patch's score."""
    marks: tuple[Array | None, ...]
    """The share of each patch that is marked defective; None: unknown."""
    score: NDArray[np.float64]
    threshold: float
    plain: NDArray[np.float64] | None
    """The same by a plain forest on colour and contrast of the whole picture; None without labels."""
    labelled: bool
    """Whether it learned from defects too."""
    placed: bool
    warnings: tuple[Text, ...]

    @property
    def bad(self) -> NDArray[np.bool_]:
        return np.array([picture.kind not in ("good", "") for picture in self.pictures])

    @property
    def known(self) -> NDArray[np.bool_]:
        return np.array([picture.kind != "" for picture in self.pictures])


def inspect(
    pictures: Pictures, training: str, longest: int, costs: Costs, budget: Budget, progress: Progress
) -> Judged:
    """Judges the test pictures or, without any, each training picture by a detector that has not seen its group.

    Raises
    ------
    BadInput
        When there are too few good pictures, only one class where labels are asked for, or a picture does not fit.
    """
    train = tuple(picture for picture in pictures.train if picture.kind)
    bad = np.array([picture.kind != "good" for picture in train], dtype=bool)
    labelled = _check(train, bad, training)
    everything = train + (pictures.test or ())
    frame, scaled = frame_of(everything, longest)
    warnings = _warnings(train, scaled, bad, labelled, len(pictures.train) - len(train))
    if pictures.skipped:
        warnings.append(_no_pictures(pictures.skipped))
    grids, marks = _describe(everything, frame, budget.workers, lambda share: progress.report(0.05 + 0.25 * share))

    seen = grids[: len(train)]
    folds = _folds(train, bad, budget.seed)
    rounds = len(folds) + (pictures.test is not None)
    maps = np.zeros(grids.shape[:3], np.float32)
    placed = False

    def learn(chosen: NDArray[np.int64], round_: int) -> Callable[[Array], Array]:
        nonlocal placed

        def tick(share: float) -> None:
            progress.report(0.3 + 0.65 * (round_ + 0.9 * share) / rounds)

        if labelled and bad[chosen].any():
            model = learn_defects(seen[chosen], [marks[i] for i in chosen], bad[chosen], budget.seed, tick)
            placed = model.normal.placed
            return model.probability
        normal = learn_normal(seen[chosen[~bad[chosen]]], budget.seed)
        placed = normal.placed
        tick(0.5)
        return normal.distance

    for round_, held in enumerate(folds):
        judge = learn(np.setdiff1d(np.arange(len(train)), held), round_)
        for i in held:
            maps[i] = judge(grids[i])
            progress.report(0.3 + 0.65 * (round_ + 0.95) / rounds)
    score = np.array([picture_score(one) for one in maps[: len(train)]])
    threshold = best_threshold(score, bad, costs) if bad.any() and labelled else _good_threshold(score[~bad])
    plain = _plain(grids[: len(train)], bad, folds, grids, budget.seed) if bad.any() else None
    keep = slice(0, len(train))
    if pictures.test is not None:
        judge = learn(np.arange(len(train)), len(folds))
        for i in range(len(train), len(everything)):
            maps[i] = judge(grids[i])
            progress.report(0.96)
        keep = slice(len(train), len(everything))
        score = np.array([picture_score(one) for one in maps[keep]])
    return Judged(
        pictures=everything[keep],
        frame=frame,
        stride=_stride(frame),
        maps=maps[keep],
        marks=tuple(marks[keep]),
        score=score,
        threshold=threshold,
        plain=None if plain is None else plain[keep],
        labelled=labelled,
        placed=placed,
        warnings=tuple(warnings),
    )


def _no_pictures(names: Sequence[str]) -> Text:
    some, more = list(names[:5]), len(names) > 5
    return Text(
        zh=f"{len(names)} 个文件不是图片，没有使用：{'、'.join(some)}{' 等' if more else ''}。",
        en=f"{len(names)} files are no pictures and were not used: {', '.join(some)}{' and others' if more else ''}.",
    )


def _check(train: Sequence[Picture], bad: NDArray[np.bool_], training: str) -> bool:
    """Returns whether to learn from defects too."""
    if (~bad).sum() < FEWEST_GOOD:
        raise refuse(
            "too_few_good",
            f"良品图片只有 {int((~bad).sum())} 张（放在 good/、clean/ 或 ok/），至少要 {FEWEST_GOOD} 张。",
            f"There are {int((~bad).sum())} good pictures (in good/, clean/ or ok/); it takes {FEWEST_GOOD}.",
            file=str(train[0].path.parent.parent) if train else "pictures",
        )
    if training == "labelled" and not bad.any():
        raise refuse(
            "one_class",
            "只有良品图片，没有缺陷图片；请补上缺陷图片，或用 training=good_only。",
            "There are good pictures only; add defective ones, or use training=good_only.",
            file="parameters",
            key="training",
        )
    return training == "labelled" or (training == "auto" and int(bad.sum()) >= FEWEST_BAD)


def _stride(frame: Frame) -> int:
    """Descriptors twice as dense on small pictures, so that there are enough of them."""
    return STRIDE if frame.width * frame.height > 96 * 96 else STRIDE // 2


def _describe(
    pictures: Sequence[Picture], frame: Frame, workers: int, tick: Callable[[float], None]
) -> tuple[Array, list[Array | None]]:
    """Returns the descriptors of all pictures, and their marks on the same grid."""
    from scipy import ndimage

    stride = _stride(frame)

    def one(picture: Picture) -> tuple[Array, Array | None]:
        mask = load_mask(picture, frame)
        if mask is not None:
            mask = np.asarray(ndimage.maximum_filter(mask, stride))[stride // 2 :: stride, stride // 2 :: stride]
        return descriptors(load(picture, frame), stride), mask

    grids: list[Array] = []
    marks: list[Array | None] = []
    with ThreadPoolExecutor(max(1, min(workers, 4))) as pool:
        # In batches, so that stopping in between waits for few pictures.
        for start in range(0, len(pictures), 8):
            for grid, mark in pool.map(one, pictures[start : start + 8]):
                grids.append(grid)
                marks.append(mark)
            tick(len(grids) / len(pictures))
    return np.stack(grids), marks


def _folds(train: Sequence[Picture], bad: NDArray[np.bool_], seed: int) -> list[NDArray[np.int64]]:
    """Splits the pictures into folds with both classes in each; what belongs together stays together."""
    from sklearn.model_selection import StratifiedGroupKFold

    groups = [picture.group or picture.name for picture in train]
    count = min(FOLDS, len(set(groups)), max(2, int((~bad).sum()) // 2))
    if bad.any():
        count = min(count, max(2, int(bad.sum())))
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    return [held.astype(np.int64) for _, held in splitter.split(np.zeros(len(train)), bad, groups) if len(held)]


def _good_threshold(score: NDArray[np.float64]) -> float:
    logs = np.log(np.maximum(score, 1e-12))
    return float(np.exp(logs.mean() + FALSE_ALARMS * logs.std()))


def _plain(
    seen: Array, bad: NDArray[np.bool_], folds: Sequence[NDArray[np.int64]], grids: Array, seed: int
) -> NDArray[np.float64]:
    """Returns what a random forest on each whole picture's mean and spread of descriptors says, on the same folds."""
    from sklearn.ensemble import RandomForestClassifier

    whole = np.concatenate([grids.mean(axis=(1, 2)), grids.std(axis=(1, 2))], axis=1)
    result = np.zeros(len(grids))
    new = np.arange(len(seen), len(grids))
    for held in [*folds, new]:
        rest = np.setdiff1d(np.arange(len(seen)), held)
        if len(held) and len(set(bad[rest])) == 2:
            forest = RandomForestClassifier(100, random_state=seed).fit(whole[rest], bad[rest])
            result[held] = forest.predict_proba(whole[held])[:, 1]
    return result


def _warnings(
    train: Sequence[Picture], scaled: int, bad: NDArray[np.bool_], labelled: bool, unlabelled: int
) -> list[Text]:
    found = []
    if scaled:
        found.append(
            Text(
                zh=f"{scaled} 张图片尺寸与其他不同（形状相近），已缩放到同一宽度、底边裁齐；图片大小本身不作判据。",
                en=f"{scaled} pictures of another size but the same shape were scaled to a common width and cut level "
                "at the bottom; the size itself is no evidence.",
            )
        )
    if unlabelled:
        found.append(
            Text(
                zh=f"{unlabelled} 张图片不在任何类别文件夹里，没有用于训练。",
                en=f"{unlabelled} pictures lie in no kind's folder and were not used for training.",
            )
        )
    unmarked = sum(picture.kind != "good" and not picture.marked for picture in train)
    if labelled and unmarked:
        found.append(
            Text(
                zh=f"{unmarked} 张缺陷图片没有标出位置，取其中最反常的 1 % 区域当作缺陷；标出来会更准。",
                en=f"{unmarked} defective pictures are not marked; the oddest 1 % of each is taken for the defect. "
                "Marks would make it surer.",
            )
        )
    if not labelled and 0 < bad.sum() < FEWEST_BAD:
        found.append(
            Text(
                zh=f"只有 {int(bad.sum())} 张缺陷图片，只按良品训练；满 {FEWEST_BAD} 张后可一起学。",
                en=f"With {int(bad.sum())} defective pictures only good ones are learned from; it takes {FEWEST_BAD}.",
            )
        )
    return found
