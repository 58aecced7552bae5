"""Data quality after GB/T 36344-2018: five of its six characteristics, measured from the tables themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tujing.dataspace.facts import ElementFacts
from tujing.words import Text

FRESH_DAYS = 31
"""A table with a time is in time when its newest row is at most so old."""


@dataclass(frozen=True)
class Characteristic:
    """One of the standard's six; a share from 0 to 1, or withheld."""

    id: str
    name: Text
    share: float | None
    basis: Text


def characteristics(facts: Mapping[str, ElementFacts], needed: Collection[str]) -> list[Characteristic]:
    """Measures what the tables themselves can show.

    Parameters
    ----------
    facts
        Of every data element that has data.
    needed
        The data elements that the scenarios in use must read.
    """
    there = list(facts.values())
    timed = [one for one in there if one.freshness_days is not None]
    return [
        Characteristic(
            "conformity",
            Text(zh="规范性", en="Conformity"),
            _mean([one.validity for one in there]),
            Text(zh="取值范围、枚举与引用都成立的行", en="rows whose ranges, enumerations and references hold"),
        ),
        Characteristic(
            "completeness",
            Text(zh="完整性", en="Completeness"),
            _mean([_mean(list(one.completeness.values())) or 0.0 for one in there]),
            Text(zh="有值的格子", en="cells that have a value"),
        ),
        Characteristic(
            "accuracy",
            Text(zh="准确性", en="Accuracy"),
            None,
            Text(
                zh="数据本身无法自证，需与盘点、复测等另一来源比对",
                en="tables cannot vouch for themselves; compare with a stock count or a second measurement",
            ),
        ),
        Characteristic(
            "consistency",
            Text(zh="一致性", en="Consistency"),
            _mean([one.uniqueness for one in there]),
            Text(zh="主键不重复的行", en="rows whose key is held once"),
        ),
        Characteristic(
            "timeliness",
            Text(zh="时效性", en="Timeliness"),
            _mean([float((one.freshness_days or 0) <= FRESH_DAYS) for one in timed]),
            Text(
                zh=f"最新一行不早于 {FRESH_DAYS} 天前的表",
                en=f"tables whose newest row is at most {FRESH_DAYS} days old",
            ),
        ),
        Characteristic(
            "accessibility",
            Text(zh="可访问性", en="Accessibility"),
            _mean([float(name in facts) for name in sorted(needed)]),
            Text(zh="在用场景所需而已接入的数据要素", en="data elements that scenarios in use need and that are there"),
        ),
    ]


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
