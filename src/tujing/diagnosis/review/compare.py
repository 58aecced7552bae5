"""Two filled-in versions of one instrument side by side: where they differ, what each difference does to the level.
Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tujing.diagnosis.catalogue import Either, item_ids
from tujing.diagnosis.grading.form import Form, Item
from tujing.diagnosis.grading.rules import ByLevels, ByShares, Ladder, Usability
from tujing.diagnosis.questionnaire import label, level, worth
from tujing.diagnosis.review.agreement import Metric, alpha, gower, weighted_kappa
from tujing.diagnosis.scoring import picked
from tujing.words import Text


@dataclass(frozen=True)
class Difference:
    """One question answered differently. A side that did not answer has None."""

    question: str
    label: Text
    one: Any
    other: Any
    distance: float
    """0 the same … 1 opposite ends."""
    level_if_other: int
    """The level of `one` when this answer alone is replaced by the other's."""


@dataclass(frozen=True)
class Comparison:
    """Side by side. `alpha` and `kappa` are over what is graded on one scale: scenarios, or the items of a form."""

    differences: tuple[Difference, ...]
    compared: int
    level_one: int
    level_other: int
    decisive: tuple[str, ...]
    """Questions whose difference alone would move the level of `one`."""
    gower: float | None
    alpha: float | None
    kappa: float | None
    units: int
    """How many questions alpha and kappa rest on."""


def compare(one: Either, mine: Mapping[str, Any], theirs: Mapping[str, Any], enterprise_kind: str = "") -> Comparison:
    """Compares two versions; questions that neither answered are left out."""
    base = level(one, mine, enterprise_kind)
    asked = [id for id in item_ids(one) if id in mine or id in theirs]
    distances = {id: distance(one, id, mine.get(id), theirs.get(id)) for id in asked}
    differences = tuple(_differences(one, mine, theirs, distances, enterprise_kind))
    ratings, metric, categories = _one_scale(one, mine, theirs)
    both = ratings[:, ~np.isnan(ratings).any(axis=0)]
    kappa = None
    if categories and both.shape[1]:
        kappa = weighted_kappa([int(value) for value in both[0]], [int(value) for value in both[1]], categories)
    return Comparison(
        differences=differences,
        compared=len(asked),
        level_one=base,
        level_other=level(one, theirs, enterprise_kind),
        decisive=tuple(each.question for each in differences if each.level_if_other != base),
        gower=gower(list(distances.values())),
        alpha=alpha(ratings, metric),
        kappa=kappa,
        units=both.shape[1],
    )


def _differences(
    one: Either,
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    distances: Mapping[str, float],
    enterprise_kind: str,
) -> Iterator[Difference]:
    for id, apart in distances.items():
        if not apart:
            continue
        swapped = {key: answer for key, answer in mine.items() if key != id}
        if id in theirs:
            swapped[id] = theirs[id]
        reached = level(one, swapped, enterprise_kind)
        yield Difference(id, label(one, id), mine.get(id), theirs.get(id), round(apart, 4), reached)


def distance(one: Either, id: str, mine: Any, theirs: Any) -> float:
    """Returns how far two answers are apart, as a share of the question's whole range; an unanswered one claims
    nothing.

    Of a multiple choice: the share of options on which they differ.
    """
    if not isinstance(one, Form) and id in one.indicator_by_id:
        indicator = one.indicator_by_id[id]
        left, right = (set(picked(indicator, answer or {})) for answer in (mine, theirs))
        if indicator.kind == "multi":
            real = {option.id for option in indicator.options if not option.exclusive}
            return len((left ^ right) & real) / len(real)
        places = [option.id for option in indicator.options]
        at = [max((places.index(id) for id in side), default=0) for side in (left, right)]
        return abs(at[0] - at[1]) / (len(places) - 1)
    if isinstance(one, Form) and one.items[one.places[id]].choices:
        order = [choice.id for choice in sorted(one.items[one.places[id]].choices, key=lambda each: each.points)]
        at = [order.index(answer) if answer in order else 0 for answer in (mine, theirs)]
        return abs(at[0] - at[1]) / max(len(order) - 1, 1)
    values = [worth(one, id, answer) if answer is not None else 0.0 for answer in (mine, theirs)]
    reach = _reach(one, id) or max(map(abs, values)) or 1.0
    return min(abs(values[0] - values[1]) / reach, 1.0)


def _reach(one: Either, id: str) -> float:
    """The highest worth of an answer; 0 where it is open."""
    if not isinstance(one, Form):
        return float(max(one.scenario_by_id[id].levels))
    rule = one.rule
    if isinstance(rule, Ladder):
        return float(len(rule.cuts))
    if isinstance(rule, ByLevels):
        return float(rule.highest)
    return {ByShares: 1.0, Usability: 5.0}.get(type(rule), 0.0)


def _one_scale(
    one: Either, mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[np.ndarray[Any, np.dtype[np.float64]], Metric, int]:
    """Returns ratings (2, units) on one scale, its metric, and its number of categories (0: not categories)."""
    ids, metric, categories = _scale(one)

    def value(id: str, answers: Mapping[str, Any]) -> float:
        return worth(one, id, answers[id]) if answers.get(id) is not None else np.nan

    return np.array([[value(id, side) for id in ids] for side in (mine, theirs)]).reshape(2, -1), metric, categories


def _scale(one: Either) -> tuple[list[str], Metric, int]:
    if not isinstance(one, Form):
        return list(one.scenario_by_id), "ordinal", len(one.level_rule.levels) + 1
    ids = [item.id for item in one.items if not _choosing(item)]
    if isinstance(one.rule, ByLevels):
        return ids, "ordinal", one.rule.highest + 1
    if isinstance(one.rule, Usability):
        return ids, "ordinal", 6
    return (ids if isinstance(one.rule, Ladder | ByShares) else []), "interval", 0


def _choosing(item: Item) -> bool:
    return bool(item.choices)
