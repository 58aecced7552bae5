"""Scores many enterprises by an instrument at once, from their facts as arrays. Pure; equals one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from tujing.diagnosis.catalogue import every_instrument
from tujing.diagnosis.crosswalk.facts import Bands, Options, Source, facts, mapping
from tujing.diagnosis.crosswalk.fill import GRADES
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.grading.grade import apply
from tujing.diagnosis.grading.rules import ByLevels, ByPoints, Floats, Ladder
from tujing.diagnosis.instrument import Indicator, Instrument, Trend
from tujing.diagnosis.scoring import Population, score_many

Facts = Mapping[str, Floats]
"""Fact → values of n enterprises, NaN where unknown; a choice is its place in the fact's `choices`, held 0 or 1."""

EXACT = 1e-9


def columns(known: Sequence[Mapping[str, Any]]) -> dict[str, Floats]:
    """Turns the facts of n enterprises into arrays."""
    found = {}
    for id, fact in facts().items():
        codes = {choice: float(place) for place, choice in enumerate(fact.choices)}
        values = (one.get(id) for one in known)
        found[id] = np.array([np.nan if value is None else codes.get(value, value) for value in values], float)
    return found


def levels(instrument: str, known: Facts) -> NDArray[np.int8]:
    """Returns the level of n enterprises by an instrument; −1 where a form has nothing answered."""
    one = every_instrument()[instrument]
    if isinstance(one, Instrument):
        return score_many(one, _population(one, known)).level
    weights = np.array(one.weights())
    return apply(one, _form_answers(one, known), weights, {})[1]


def _form_answers(form: Form, known: Facts) -> Floats:
    size = len(next(iter(known.values())))
    depth = (len(form.rule.cuts),) if isinstance(form.rule, Ladder) else ()
    answers = np.full((size, len(form.items), *depth), np.nan)
    for item, source in mapping().get(form.id, {}).items():
        answers[:, form.places[item]] = _form_answer(form, item, source, known)
    return answers


def _form_answer(form: Form, item: str, source: Source, known: Facts) -> Floats:
    rule = form.rule
    if isinstance(rule, ByPoints):
        points = {choice.id: choice.points for choice in form.items[form.places[item]].choices}
        if isinstance(source, Bands):
            return _banded(source, points, known[source.source])
        assert not isinstance(source, Options)
        return _looked_up([points[choice] for choice in facts()[source[0]].choices], known[source[0]])
    assert not isinstance(source, Options | Bands)
    value = _mean(source, known)
    if facts()[source[0]].kind != "level":
        return value
    if isinstance(rule, Ladder):
        return _ladder(value, len(rule.cuts))
    if isinstance(rule, ByLevels):
        return np.minimum(rule.highest, np.floor(value * rule.highest / 5))
    return value / 5


def _ladder(value: Floats, highest: int) -> Floats:
    met = np.minimum(highest, np.floor(value))[:, None]
    rest = np.array(GRADES)[np.searchsorted(GRADES, np.nan_to_num(value - met[:, 0]) + EXACT, side="right") - 1]
    level = np.arange(1, highest + 1)
    answer = np.where(level <= met, 1.0, np.where(level == met + 1, rest[:, None], 0.0))
    return np.where(np.isnan(value)[:, None], np.nan, answer)


def _banded(source: Bands, points: Mapping[str, float], value: Floats) -> Floats:
    limits = [-np.inf if least is None else least for least in source.bands.values()]
    place = np.searchsorted(limits, np.nan_to_num(value), side="right") - 1
    return np.where(np.isnan(value), np.nan, np.array([points[choice] for choice in source.bands])[place])


def _looked_up(table: Sequence[float], codes: Floats) -> Floats:
    return np.where(np.isnan(codes), np.nan, np.array(table, float)[np.nan_to_num(codes).astype(np.intp)])


def _mean(source: Sequence[str], known: Facts) -> Floats:
    total = np.zeros(len(known[source[0]]))
    for name in source:
        total = total + known[name]
    return total / len(source)


def _population(one: Instrument, known: Facts) -> Population:
    items = mapping()[one.id]
    size = len(next(iter(known.values())))
    picked = [_picked(indicator, items.get(indicator.id), known, size) for indicator in one.indicators]
    graded = np.zeros((size, len(one.scenarios)), np.int8)
    for place, scenario in enumerate(one.scenarios):
        source = items.get(scenario.id)
        if source is not None:
            assert not isinstance(source, Options | Bands)
            level = np.floor(np.nan_to_num(_mean(source, known)))
            graded[:, place] = np.minimum(level, max(scenario.levels))
    return Population(np.concatenate(picked, axis=1, dtype=np.float32), graded)


def _picked(indicator: Indicator, source: Source | None, known: Facts, size: int) -> Floats:
    """Returns 0/1 for every option of an indicator, shape (n, options)."""
    chosen = np.zeros((size, len(indicator.options)))
    if source is None:
        return chosen
    places = {option.id: place for place, option in enumerate(indicator.options)}
    if isinstance(source, Options):
        whole = ~np.any([np.isnan(known[name]) for name in source.options.values()], axis=0)
        for option, name in source.options.items():
            chosen[:, places[option]] = whole & (known[name] == 1)
        return chosen
    assert not isinstance(source, Bands)
    value = known[source[0]]
    if indicator.ratio:
        limits = [np.inf if option.up_to is None else option.up_to for option in indicator.options]
        place = np.searchsorted(limits, np.nan_to_num(value), side="left")
    else:
        choices = facts()[source[0]].choices
        options = [indicator.trended(cast(Trend, one)).id if indicator.change else one for one in choices]
        table = [places[option] for option in options]
        place = np.array(table)[np.nan_to_num(value).astype(np.intp)]
    chosen[np.arange(size), place] = ~np.isnan(value)
    return chosen
