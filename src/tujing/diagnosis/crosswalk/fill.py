"""Turns facts into the answers of any instrument, and an assessment's answers back into facts. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tujing.diagnosis.catalogue import Either, every_instrument
from tujing.diagnosis.crosswalk.facts import Bands, Options, Source, facts, mapping, named
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.grading.rules import ByLevels, ByShares, Ladder
from tujing.diagnosis.instrument import Instrument

Known = Mapping[str, Any]
"""Fact → value."""

GRADES = (0, 0.5, 0.8, 1)


def filled(instrument: str, known: Known) -> dict[str, Any]:
    """Returns the answers of an instrument that the facts give; an item with an unknown fact is left open."""
    one = every_instrument()[instrument]
    return {
        item: _answer(one, item, source, known)
        for item, source in mapping().get(instrument, {}).items()
        if all(name in known for name in named(source))
    }


def facts_of(instrument: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the facts that an assessment's answers tell: of items that read one fact, and of multiple choices.

    A band ("up to 40 %") does not tell its number.
    """
    one = every_instrument()[instrument]
    found: dict[str, Any] = {}
    for item, source in mapping().get(instrument, {}).items():
        if item in answers and isinstance(one, Instrument):
            found |= dict(_told(one, item, source, answers[item]))
    return found


def _answer(one: Either, item: str, source: Source, known: Known) -> Any:
    if isinstance(source, Options):
        return {"options": [option for option, name in source.options.items() if known[name]]}
    if isinstance(source, Bands):
        reached = [choice for choice, least in source.bands.items() if least is None or known[source.source] >= least]
        return reached[-1]
    values = [known[name] for name in source]
    return _of_instrument(one, item, source, values) if isinstance(one, Instrument) else _of_form(one, source, values)


def _of_instrument(one: Instrument, item: str, source: Sequence[str], values: list[Any]) -> dict[str, Any]:
    indicator = one.indicator_by_id.get(item)
    if indicator is None:
        return {"level": min(max(one.scenario_by_id[item].levels), math.floor(_mean(values)))}
    if indicator.ratio:
        return {"option": indicator.band(values[0]).id}
    if indicator.change:
        return {"option": indicator.trended(values[0]).id}
    return {"option": values[0]}


def _of_form(form: Form, source: Sequence[str], values: list[Any]) -> Any:
    if facts()[source[0]].kind != "level":
        return values[0]
    level, rule = _mean(values), form.rule
    if isinstance(rule, Ladder):
        return _ladder(level, len(rule.cuts))
    if isinstance(rule, ByLevels):
        return min(rule.highest, math.floor(level * rule.highest / 5))
    assert isinstance(rule, ByShares), form.id
    return level / 5


def _ladder(level: float, highest: int) -> dict[int, float]:
    """Full marks up to the level; of the next, the highest grade not above what is left."""
    met = min(highest, math.floor(level))
    answer = dict.fromkeys(range(1, met + 1), 1.0)
    rest = max(grade for grade in GRADES if grade <= level - met + 1e-9)
    if met < highest:
        answer[met + 1] = rest
    return answer


def _told(one: Instrument, item: str, source: Source, answer: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(source, Options):
        for option, name in source.options.items():
            yield name, option in answer["options"]
    elif not isinstance(source, Bands) and len(source) == 1:
        indicator = one.indicator_by_id.get(item)
        if indicator is None:
            yield source[0], answer["level"]
        elif indicator.change:
            yield source[0], indicator.option_by_id[answer["option"]].trend
        elif not indicator.ratio:
            yield source[0], answer["option"]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
