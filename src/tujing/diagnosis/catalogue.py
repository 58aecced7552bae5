"""Every instrument there is, whatever its schema: the SME 2024 form, other official forms, rules over figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from tujing.diagnosis.grading.derived import derived_forms
from tujing.diagnosis.grading.form import Form, forms
from tujing.diagnosis.instrument import Instrument, instruments
from tujing.problems import refuse
from tujing.words import Text

Either = Instrument | Form


@dataclass(frozen=True)
class Listed:
    """One line of the list of instruments."""

    id: str
    version: str
    title: Text
    document: str
    valid_from: date | None
    valid_to: date | None
    superseded_by: str
    method: str
    """How it grades: `points_and_scenarios` for the SME 2024 form, else the method of its rule."""
    items: int
    grades: int
    statuses: Mapping[str, int]
    """Items by the status of their source."""
    assumptions: tuple[Text, ...]

    def in_force(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@cache
def every_instrument() -> dict[str, Either]:
    """Returns all instruments by id, sorted."""
    found: dict[str, Either] = {**instruments(), **forms(), **derived_forms()}
    return dict(sorted(found.items()))


def find(id: str) -> Either:
    """Returns one instrument; `sme-2024` is taken for `sme_2024`.

    Raises
    ------
    BadInput
        When there is none of that id.
    """
    known, name = every_instrument(), id.replace("-", "_")
    if name not in known:
        raise refuse(
            "unknown_instrument",
            f"没有名为 {id} 的评测指标，可用的有：{'、'.join(known)}。",
            f"There is no instrument {id}; there are: {', '.join(known)}.",
            value=id,
        )
    return known[name]


def item_ids(one: Either) -> tuple[str, ...]:
    """Returns the ids of what is asked, in order."""
    return tuple(one.places) if isinstance(one, Form) else tuple(one.question_ids())


def listed() -> list[Listed]:
    return [_line(one) for one in every_instrument().values()]


def _line(one: Either) -> Listed:
    if isinstance(one, Form):
        from_items = [item.provenance.status for item in one.items]
        return Listed(
            **_head(one),
            superseded_by=one.superseded_by,
            method=one.rule.method,
            grades=sum(level.level > 0 for level in one.levels),
            assumptions=tuple(each.words for each in one.assumptions),
            **_counted(from_items),
        )
    from_items = [indicator.provenance.status for indicator in one.indicators]
    from_items += [one.scenario_provenance.status] * len(one.scenarios)
    return Listed(
        **_head(one),
        superseded_by="",
        method="points_and_scenarios",
        grades=len(one.level_rule.levels),
        assumptions=(),
        **_counted(from_items),
    )


def _head(one: Either) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("id", "version", "title", "document", "valid_from", "valid_to")}


def _counted(statuses: Sequence[str]) -> dict[str, Any]:
    return {"items": len(statuses), "statuses": dict(Counter(statuses))}
