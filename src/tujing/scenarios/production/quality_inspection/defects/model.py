"""The ensemble that predicts defects, made for few defects among many good pieces.

Balanced boosted trees and extremely randomised trees (P. Geurts et al., Machine Learning 63, 2006) are trained on all
but one of several inner folds in turn; what they say of the fold left out sets how they are blended and where the line
is drawn, so that no piece judges itself. The prediction is the mean of the inner models and of one on all pieces.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tujing.scenarios.production.quality_inspection.thresholds import Costs, best_threshold

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Tick = Callable[[float], None]

STEP = 20
SECONDS_PER_CELL = 2e-5
SECONDS_AT_LEAST = 0.6
"""What training one full member takes on one core: per row and column (and half the classes), and whatever the data."""
SCREENED = 80
"""Of more columns than this, the ones with the greatest F ratio between classes, inside every fold."""
BLENDS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of the boosted trees."""
EXPONENTS = np.linspace(-0.5, 1.5, 21)
"""By how much the rarer classes are raised: probability ÷ prior to this power."""


@dataclass(frozen=True)
class Effort:
    """How much to train: inner folds, trees of the forest, boosting iterations."""

    inner: int = 4
    trees: int = 200
    boosts: int = 120
    until: float = float("inf")
    """When to be done, by `time.perf_counter()`: a machine slower than reckoned trains less rather than longer."""


def effort(inputs: Floats, classes: int, learners: int, seconds: float) -> Effort:
    """Returns the most that fits into the seconds, by the size of the data alone, so that runs repeat."""
    full = Effort()
    cells = len(inputs) * min(inputs.shape[1], SCREENED) * max(1.0, classes / 2)
    ratio = seconds / (learners * (full.inner + 1) * (SECONDS_AT_LEAST + cells * SECONDS_PER_CELL))
    if ratio >= 1:
        return full
    # Fewer inner folds first, then fewer trees.
    share = min(1.0, ratio * (full.inner + 1) / (3 + 1))
    return Effort(3, max(50, round(full.trees * share)), max(2 * STEP, round(full.boosts * share / STEP) * STEP))


@dataclass(frozen=True)
class Member:
    """One inner model: the columns it was trained on, and its two kinds of trees."""

    columns: Whole
    middle: Floats
    boosted: Any = field(repr=False)
    forest: Any = field(repr=False)

    def probabilities(self, inputs: Floats, classes: int) -> tuple[Floats, Floats]:
        """Returns rows × classes by the boosted trees and by the forest."""
        chosen = inputs[:, self.columns]
        return (
            _spread(self.boosted.predict_proba(chosen), self.boosted.classes_, classes),
            _spread(self.forest.predict_proba(_filled(chosen, self.middle)), self.forest.classes_, classes),
        )


@dataclass(frozen=True)
class Ensemble:
    """The inner models, then one trained on all pieces, with the blend and line that suited pieces not seen."""

    members: tuple[Member, ...]
    classes: int
    blend: float
    threshold: float
    """Of two classes: the probability from which a piece is called defective."""
    exponent: float
    """Of more: how far rarer classes are raised."""
    prior: Floats
    cut_short: bool = False
    """Whether time ran out before all of the training that was planned."""

    def probability(self, inputs: Floats) -> Floats:
        """Returns rows × classes."""
        total = np.zeros((len(inputs), self.classes))
        inner = len(self.members) - 1
        for weight, member in zip((*[0.5 / inner] * inner, 0.5), self.members, strict=True):
            boosted, forest = member.probabilities(inputs, self.classes)
            total += weight * (self.blend * boosted + (1 - self.blend) * forest)
        return total

    def quick(self, inputs: Floats) -> Floats:
        """Returns rows × classes by the model of all pieces alone."""
        boosted, forest = self.members[-1].probabilities(inputs, self.classes)
        return self.blend * boosted + (1 - self.blend) * forest

    def decide(self, probability: Floats) -> Whole:
        """Returns the class of each row."""
        if self.classes == 2:
            return (probability[:, 1] >= self.threshold).astype(np.int64)
        return np.asarray((probability / self.prior**self.exponent).argmax(axis=1), dtype=np.int64)


def learn(inputs: Floats, labels: Whole, costs: Costs, work: Effort, seed: int, workers: int, tick: Tick) -> Ensemble:
    """Trains the ensemble; `tick` is told the share done and may raise to stop it.

    When time presses, the inner folds that remain are left out and the line is drawn on the pieces judged so far.
    """
    from sklearn.model_selection import StratifiedKFold

    classes = int(labels.max()) + 1
    boosted, forest = np.zeros((len(labels), classes)), np.zeros((len(labels), classes))
    judged = np.zeros(len(labels), dtype=bool)
    members: list[Member] = []
    started, cut_short = time.perf_counter(), False
    splitter = StratifiedKFold(work.inner, shuffle=True, random_state=seed)
    for number, (rest, held) in enumerate(splitter.split(inputs, labels)):

        def part(share: float, number: int = number) -> None:
            tick((number + share) / (work.inner + 1))

        now = time.perf_counter()
        if members and now + 2 * (now - started) / len(members) > work.until:
            cut_short = True
            break
        until = now + (work.until - now) / (work.inner + 1 - number)
        member = _member(inputs[rest], labels[rest], replace(work, until=until), seed + number, workers, part)
        boosted[held], forest[held] = member.probabilities(inputs[held], classes)
        judged[held] = True
        members.append(member)

    def last(share: float) -> None:
        tick((work.inner + share) / (work.inner + 1))

    members.append(_member(inputs, labels, work, seed + work.inner, workers, last))
    prior = np.bincount(labels, minlength=classes) / len(labels)
    cut_short = cut_short or any(member.boosted.n_iter_ < work.boosts for member in members)
    seen, boosted, forest = labels[judged], boosted[judged], forest[judged]
    best: tuple[float, float, float, float] | None = None
    for blend in BLENDS:
        mixed = blend * boosted + (1 - blend) * forest
        if classes == 2:
            line = best_threshold(mixed[:, 1], seen == 1, costs)
            found = (costs.loss(seen == 1, mixed[:, 1] >= line), blend, line, 0.0)
        else:
            losses = [balanced_error(seen, (mixed / prior**power).argmax(axis=1)) for power in EXPONENTS]
            # The middle of three neighbours, so that a lucky spike does not decide.
            smooth = np.convolve(np.pad(losses, 1, mode="edge"), np.ones(3) / 3, mode="valid")
            found = (float(smooth.min()), blend, 0.5, float(EXPONENTS[int(smooth.argmin())]))
        if best is None or found[0] < best[0]:
            best = found
    assert best is not None
    return Ensemble(tuple(members), classes, best[1], best[2], best[3], prior, cut_short)


def balanced_error(labels: Whole, decided: Whole) -> float:
    """Returns the mean of the classes' error rates."""
    return float(np.mean([np.mean(decided[labels == one] != one) for one in np.unique(labels)]))


def _member(inputs: Floats, labels: Whole, work: Effort, seed: int, workers: int, tick: Tick) -> Member:
    from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier

    columns = screen(inputs, labels, SCREENED)
    chosen = inputs[:, columns]
    with np.errstate(all="ignore"):
        empty = np.isnan(chosen).all(axis=0)
        middle = np.where(empty, 0.0, np.nanmedian(np.where(empty, 0.0, chosen), axis=0))
    forest = ExtraTreesClassifier(
        work.trees,
        class_weight="balanced",
        min_samples_leaf=3,
        max_features=0.3,
        random_state=seed,
        n_jobs=max(1, min(workers, 4)),
    ).fit(_filled(chosen, middle), labels)
    tick(0.3)
    boosted = HistGradientBoostingClassifier(
        class_weight="balanced",
        learning_rate=0.08,
        max_leaf_nodes=15,
        min_samples_leaf=20,
        l2_regularization=5.0,
        max_features=0.5,
        max_bins=63,
        early_stopping=False,
        warm_start=True,
        random_state=seed,
    )
    for done in range(STEP, work.boosts + 1, STEP):
        boosted.set_params(max_iter=done).fit(chosen, labels)
        tick(0.3 + 0.7 * done / work.boosts)
        if time.perf_counter() > work.until:
            break
    return Member(columns, middle, boosted, forest)


def screen(inputs: Floats, labels: Whole, most: int) -> Whole:
    """Returns the columns with the greatest F ratio of variation between to within classes, gaps left out."""
    if inputs.shape[1] <= most:
        return np.arange(inputs.shape[1])
    known = ~np.isnan(inputs)
    filled = np.where(known, inputs, 0.0)
    count = known.sum(axis=0)
    mean = filled.sum(axis=0) / np.maximum(count, 1)
    centred = np.where(known, inputs - mean, 0.0)
    between = np.zeros(inputs.shape[1])
    for one in np.unique(labels):
        mine = labels == one
        size = known[mine].sum(axis=0)
        between += centred[mine].sum(axis=0) ** 2 / np.maximum(size, 1)
    within = np.maximum((centred**2).sum(axis=0) - between, 1e-12)
    ratio = np.where(count > 2, between / within * np.maximum(count - 2, 1), 0.0)
    return np.sort(np.argsort(-ratio, kind="stable")[:most])


def _filled(inputs: Floats, middle: Floats) -> Floats:
    return np.where(np.isnan(inputs), middle, inputs)


def _spread(probability: Floats, seen: Sequence[int], classes: int) -> Floats:
    """Puts the probabilities of the classes that a fold held into all of them."""
    if probability.shape[1] == classes:
        return probability
    full = np.zeros((len(probability), classes))
    full[:, np.asarray(seen, dtype=np.int64)] = probability
    return full
