"""The rules that official forms grade by. Pure: arrays in, arrays out; one enterprise or a hundred thousand alike.

Answers of n enterprises are an array (n, items), NaN where there is none, which counts nothing; a ladder's are
(n, items, levels). Each rule returns `score` (n), NaN where it gives none, and `level` (n); −1 where nothing was
answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tujing.diagnosis.instrument import Entry
from tujing.words import Text

if TYPE_CHECKING:
    from tujing.diagnosis.grading.form import Item

Floats = NDArray[np.float64]
Levels = NDArray[np.int8]
Fault = tuple[str, str, str]

EXACT = 1e-9
"""Slack of a threshold against binary fractions: 0.8 of a sum of tenths is met exactly."""


class HasWeight(Protocol):
    id: str


def weighted_mean(values: Floats, weights: Floats) -> Floats:
    """Mean over the last axis, what is not answered counting nothing; NaN where no item that counts is answered.

    Shape (n, items) → (n,).
    """
    total = weights.sum()
    answered = (~np.isnan(values) & (weights > 0)).any(axis=-1)
    return np.where(answered, np.nan_to_num(values) @ weights / (total or 1.0), np.nan)


def reached(score: Floats, cuts: Sequence[float]) -> Levels:
    """Returns how many of the rising cuts a score meets; −1 where there is no score."""
    levels = (score[:, None] + EXACT >= np.asarray(cuts)).sum(axis=1)
    return np.where(np.isnan(score), -1, levels).astype(np.int8)


class Ladder(Entry):
    """GB/T 39117: every requirement is graded level by level. A level is met at `threshold`; met levels count 1, the
    first that is not counts what it reached, those above nothing; the sum gives the grade."""

    method: Literal["ladder"]
    grades: tuple[float, ...] = (0, 0.5, 0.8, 1)
    threshold: float = 0.8
    cuts: tuple[float, ...] = Field(min_length=2)

    def apply(self, answers: Floats, weights: Floats) -> tuple[Floats, Levels]:
        by_level = np.einsum("nil,i->nl", np.nan_to_num(answers), weights) / (weights.sum() or 1.0)
        met = np.cumprod(by_level + EXACT >= self.threshold, axis=1, dtype=np.int8).astype(bool)
        first = np.concatenate([np.ones((len(met), 1), bool), met[:, :-1]], axis=1) & ~met
        score = np.where(met, 1.0, 0.0).sum(axis=1) + np.where(first, by_level, 0.0).sum(axis=1)
        answered = (~np.isnan(answers).all(axis=2) & (weights > 0)).any(axis=1)
        score = np.where(answered, score, np.nan)
        return score, reached(score, self.cuts)

    def faults(self, items: Sequence[Item]) -> Iterator[Fault]:
        yield from _rising(self.cuts)


class ByLevels(Entry):
    """Every item has a level from 0 to `highest`; their weighted mean, or the weakest group, gives the grade."""

    method: Literal["levels"]
    highest: int = Field(ge=1)
    cuts: tuple[float, ...] = Field(min_length=1)
    aggregate: Literal["mean", "weakest"] = "mean"

    def apply(self, answers: Floats, weights: Floats, groups: NDArray[np.intp]) -> tuple[Floats, Levels]:
        score = weighted_mean(answers, weights)
        if self.aggregate == "weakest":
            means = [weighted_mean(answers[:, groups == one], weights[groups == one]) for one in np.unique(groups)]
            counted = [weights[groups == one].any() for one in np.unique(groups)]
            stacked = np.stack(means, axis=1)[:, counted]
            judged = np.where(np.isnan(score), np.nan, np.nan_to_num(stacked).min(axis=1))
        else:
            judged = score
        return score, reached(judged, self.cuts)

    def faults(self, items: Sequence[Item]) -> Iterator[Fault]:
        yield from _rising(self.cuts)
        if self.cuts[-1] > self.highest:
            yield "rule.cuts", "最高一档超出满分。", "The last cut is beyond the highest level."


class ByPoints(Entry):
    """Every item's choice has points; their sum, against rising cuts, gives the grade, unless a direct pass does."""

    method: Literal["points"]
    cuts: tuple[float, ...] = Field(min_length=1)
    at_least: dict[str, float] = Field(default_factory=dict)
    """Group → points asked of it at every level."""
    direct: str = ""
    """Group of the direct passes: not summed; any of them with points gives the highest level."""

    def apply(self, answers: Floats, groups: Sequence[str]) -> tuple[Floats, Levels]:
        passes = np.array([name == self.direct for name in groups])
        summed = answers[:, ~passes]
        score = np.where(np.isnan(summed).all(axis=1), np.nan, np.nansum(summed, axis=1))
        level = reached(score, self.cuts)
        for group, asked in self.at_least.items():
            inside = np.array([name == group for name in groups])
            short = np.nansum(answers[:, inside], axis=1) + EXACT < asked
            level = np.where(short & (level > 0), 0, level).astype(np.int8)
        passed = np.nansum(answers[:, passes], axis=1) > 0
        return score, np.where(passed, len(self.cuts), level).astype(np.int8)

    def faults(self, items: Sequence[Item]) -> Iterator[Fault]:
        yield from _rising(self.cuts)
        for item in items:
            if not item.choices:
                yield f"items.{item.id}", "计分项须有选项。", "An item with points needs choices."


class ByShares(Entry):
    """Every item is met to a share from 0 to 1; the weighted mean gives the score and, with cuts, the grade."""

    method: Literal["shares"]
    cuts: tuple[float, ...] = ()

    def apply(self, answers: Floats, weights: Floats) -> tuple[Floats, Levels]:
        score = weighted_mean(answers, weights)
        return score, reached(score, self.cuts)

    def faults(self, items: Sequence[Item]) -> Iterator[Fault]:
        yield from _rising(self.cuts)


class Condition(Entry):
    """One thing asked: any of the comparisons, such as `revenue >= 5000`."""

    any: tuple[str, ...] = Field(min_length=1)
    words: Text


class Standing(Entry):
    """One class, with all that it asks."""

    level: int = Field(ge=1)
    all: tuple[Condition, ...] = Field(min_length=1)


COMPARISON = re.compile(r"([A-Za-z][A-Za-z0-9_]*) (>=|<=|>|<|==) (-?\d+(?:\.\d+)?)")


class ByConditions(Entry):
    """An enterprise is of the highest class whose conditions it all meets; what is unknown is not met."""

    method: Literal["conditions"]
    classes: tuple[Standing, ...] = Field(min_length=1)
    builds_up: bool = True
    """Whether a class asks for all classes below it as well."""

    def apply(self, answers: Floats, places: dict[str, int]) -> tuple[Floats, Levels]:
        level = np.zeros(len(answers), np.int8)
        still = np.ones(len(answers), bool)
        for standing in self.classes:
            held = np.ones(len(answers), bool)
            for condition in standing.all:
                held &= np.any([compare(one, answers, places) for one in condition.any], axis=0)
            still = still & held if self.builds_up else held
            level = np.where(still, standing.level, level).astype(np.int8)
        level = np.where(np.isnan(answers).all(axis=1), -1, level).astype(np.int8)
        return np.full(len(answers), np.nan), level

    def faults(self, items: Sequence[Item]) -> Iterator[Fault]:
        known = {item.id for item in items}
        for standing in self.classes:
            for condition in standing.all:
                for one in condition.any:
                    found = COMPARISON.fullmatch(one)
                    if found is None:
                        yield f"rule.{standing.level}", f"读不懂条件 {one}。", f"{one} is not a comparison."
                    elif found[1] not in known:
                        yield (
                            f"rule.{standing.level}",
                            f"条件用到的 {found[1]} 没有定义。",
                            f"{found[1]} is not an item.",
                        )


def compare(comparison: str, answers: Floats, places: dict[str, int]) -> NDArray[np.bool_]:
    """Evaluates `name op number` for every enterprise; an unknown value meets nothing."""
    found = COMPARISON.fullmatch(comparison)
    assert found is not None, comparison
    values, bound = answers[:, places[found[1]]], float(found[3])
    with np.errstate(invalid="ignore"):
        tests: dict[str, Any] = {
            ">=": values + EXACT >= bound,
            "<=": values - EXACT <= bound,
            ">": values > bound,
            "<": values < bound,
            "==": values == bound,
        }
    return np.asarray(tests[found[2]])


class ByMatrix(Entry):
    """Every item is an object that may be harmed, its answer the degree (0 none, 1 …); the gravest cell counts."""

    method: Literal["matrix"]
    cells: dict[str, tuple[int, ...]]
    """Item → level by degree, from degree 0 (no harm) on."""

    def apply(self, answers: Floats, ids: Sequence[str]) -> tuple[Floats, Levels]:
        found = []
        for place, id in enumerate(ids):
            table = np.array(self.cells[id], np.int8)
            degrees = np.nan_to_num(answers[:, place]).astype(np.intp).clip(0, len(table) - 1)
            found.append(table[degrees])
        level = np.where(np.isnan(answers).all(axis=1), -1, np.stack(found, axis=1).max(axis=1)).astype(np.int8)
        return np.full(len(answers), np.nan), level

    def faults(self, items: Sequence[Item]) -> Iterator[Fault]:
        for item in items:
            if item.id not in self.cells:
                yield "rule.cells", f"缺 {item.id} 一行。", f"The row of {item.id} is missing."


class Usability(Entry):
    """System Usability Scale: ten statements from 1 (no) to 5 (yes), the even ones turned round; 0 to 100.

    J. Brooke, “SUS: a quick and dirty usability scale” (1996). All ten must be answered.
    """

    method: Literal["usability"]
    cuts: tuple[float, ...] = Field(min_length=1)

    def apply(self, answers: Floats) -> tuple[Floats, Levels]:
        odd, even = answers[:, 0::2] - 1, 5 - answers[:, 1::2]
        score = 2.5 * (odd.sum(axis=1) + even.sum(axis=1))
        return score, reached(score, self.cuts)

    def faults(self, items: Sequence[Item]) -> Iterator[Fault]:
        yield from _rising(self.cuts)
        if len(items) != 10:
            yield "items", "系统易用性量表须为十题。", "The scale has ten statements."


Rule = Ladder | ByLevels | ByPoints | ByShares | ByConditions | ByMatrix | Usability


def _rising(cuts: Sequence[float]) -> Iterator[Fault]:
    if list(cuts) != sorted(set(cuts)):
        yield "rule.cuts", "各级门槛须由低到高。", "The cuts must rise."
