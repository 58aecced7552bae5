"""The event log as columns: one row an event, cases and activities as numbers, ordered by case, start, end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tujing.problems import refuse
from tujing.scenarios.management.process_mining.follows import Trace
from tujing.words import Text

Ints = npt.NDArray[np.int64]
RAW = pa.schema(
    [
        ("case", pa.string()),
        ("activity", pa.string()),
        ("resource", pa.string()),
        ("start", pa.timestamp("us")),
        ("end", pa.timestamp("us")),
    ]
)
"""What every reader hands over: one row an event, in the order of the file; resource may be null."""
MICRO = 1_000_000
UNKNOWN = -1


@dataclass
class Extra:
    """What the factory's own tables add to a log, where they are at hand."""

    released: dict[str, int] = field(default_factory=dict)
    """Case → µs since 1970 when it was released."""
    completed: dict[str, int] = field(default_factory=dict)
    shifts: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Resource → open spans in µs, in order, not overlapping."""
    hourly_cost: dict[str, float] = field(default_factory=dict)
    routes: dict[str, list[str]] = field(default_factory=dict)
    """Case → the operations that its route prescribes, in order."""


@dataclass
class EventLog:
    """Events in order of case, start and end. Times are µs since 1970, as the factory's clock shows them."""

    case: Ints
    activity: Ints
    resource: Ints
    start: Ints
    end: Ints
    cases: Sequence[str]
    activities: Sequence[str]
    resources: Sequence[str]
    warnings: list[Text] = field(default_factory=list)
    extra: Extra = field(default_factory=Extra)

    def __len__(self) -> int:
        return len(self.case)

    @cached_property
    def first(self) -> Ints:
        """Row of each case's first event; the end of the last case follows as one number more."""
        breaks = np.flatnonzero(np.diff(self.case)) + 1
        return np.concatenate([[0], breaks, [len(self.case)]]).astype(np.int64)

    @cached_property
    def begins(self) -> Ints:
        """When the first event of each case starts."""
        return self.start[self.first[:-1]]

    @cached_property
    def ends(self) -> Ints:
        """When the last event of each case ends."""
        return np.maximum.reduceat(self.end, self.first[:-1]).astype(np.int64)

    @cached_property
    def table(self) -> pa.Table:
        names = ("case", "activity", "resource", "start", "end")
        columns = {name: pa.array(getattr(self, name)) for name in names}
        return pa.table({**columns, "row": pa.array(np.arange(len(self)))})

    @cached_property
    def _variants(self) -> tuple[list[Trace], Ints]:
        """The distinct sequences, commonest first, and the number of each case's own.

        Cases are grouped by length and two 64-bit sums of random numbers, one a place and activity: exact but for a
        chance of about 2⁻¹²⁸ a pair.
        """
        length = np.diff(self.first)
        rng = np.random.default_rng(20_100_101)
        keys: list[Any] = [length]
        place = np.arange(len(self.case)) - np.repeat(self.first[:-1], length)
        for _ in range(2):
            salt = rng.integers(1, 2**63, max(len(self.activities), 1), dtype=np.uint64)
            step = rng.integers(1, 2**63, int(length.max(initial=1)), dtype=np.uint64) | np.uint64(1)
            keys.append(np.add.reduceat(salt[self.activity] * step[place], self.first[:-1]))
        order = np.lexsort(keys[::-1])
        changed = np.zeros(len(order), dtype=bool)
        for key in keys:
            changed[1:] |= np.diff(key[order].astype(np.uint64)) != 0
        group = np.empty(len(order), dtype=np.int64)
        group[order] = np.cumsum(changed)
        count = np.bincount(group)
        # Commonest first; among equals the one seen in the earliest case.
        sample = np.full(len(count), len(order), dtype=np.int64)
        np.minimum.at(sample, group, np.arange(len(order)))
        ranked = np.lexsort((sample, -count))
        number = np.empty(len(count), dtype=np.int64)
        number[ranked] = np.arange(len(count))
        activity = self.activity
        begin, stop = self.first[sample[ranked]], self.first[sample[ranked] + 1]
        traces = [tuple(activity[a:b].tolist()) for a, b in zip(begin, stop, strict=True)]
        return traces, number[group]

    @property
    def variants(self) -> list[Trace]:
        """The distinct sequences of activities, commonest first."""
        return self._variants[0]

    @property
    def variant_of(self) -> Ints:
        """The variant of each case, by its place in `variants`."""
        return self._variants[1]

    @cached_property
    def traces(self) -> Counter[Trace]:
        """Sequence of activities → number of cases."""
        return Counter(dict(zip(self.variants, np.bincount(self.variant_of).tolist(), strict=True)))


def build(raw: pa.Table, warnings: Sequence[Text] = (), extra: Extra | None = None) -> EventLog:
    """Orders raw events (schema `RAW`) and numbers their names; names keep the order of the alphabet.

    Raises
    ------
    BadInput
        When there is no event.
    """
    if not raw.num_rows:
        raise refuse(
            "empty_log",
            "日志里没有事件，请检查导出的时间范围。",
            "The log holds no event; check the period that was exported.",
            file="event log",
        )
    with duckdb.connect() as engine:
        engine.register("raw", raw)
        for name in ("case", "activity", "resource"):
            engine.execute(
                f'CREATE TABLE "{name}s" AS SELECT name, row_number() OVER (ORDER BY name) - 1 AS number FROM '  # noqa: S608
                f'(SELECT DISTINCT "{name}" AS name FROM raw WHERE "{name}" IS NOT NULL)'
            )
        ordered = engine.execute(
            'SELECT c.number AS "case", a.number AS activity, coalesce(r.number, -1) AS resource, '
            'epoch_us(raw.start) AS start, epoch_us(raw."end") AS "end" '
            "FROM (SELECT *, row_number() OVER () AS row FROM raw) AS raw "
            'JOIN cases c ON c.name = raw."case" JOIN activitys a ON a.name = raw.activity '
            "LEFT JOIN resources r ON r.name = raw.resource ORDER BY 1, 4, 5, row"
        ).to_arrow_table()
        names = {
            name: engine.execute(f'SELECT name FROM "{name}s" ORDER BY number').to_arrow_table()["name"].to_pylist()  # noqa: S608
            for name in ("case", "activity", "resource")
        }
    columns = {name: ordered[name].to_numpy().astype(np.int64, copy=False) for name in ordered.column_names}
    told = list(warnings)
    repeated = _repeated(columns)
    if repeated:
        told.append(
            Text(
                zh=f"有 {repeated} 个事件与另一事件的案例、活动、人员和起止时间完全相同，已照样计入；"
                f"若是重复导出，请先去重。",
                en=f"{repeated} events equal another one in case, activity, resource and times; they are counted as "
                "they are. If the export doubled them, remove the copies first.",
            )
        )
    return EventLog(
        columns["case"],
        columns["activity"],
        columns["resource"],
        columns["start"],
        columns["end"],
        names["case"],
        names["activity"],
        names["resource"],
        told,
        extra or Extra(),
    )


def _repeated(columns: dict[str, Any]) -> int:
    """Counts the events that equal their neighbour in every column; equal ones stand together but for ties."""
    same = np.ones(max(len(columns["case"]) - 1, 0), dtype=bool)
    for values in columns.values():
        same &= np.diff(values) == 0
    return int(same.sum())
