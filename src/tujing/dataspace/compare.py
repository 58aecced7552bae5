"""What changed between two states of a table, row by row by its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.elements.definition import Element

if TYPE_CHECKING:
    from tujing.dataspace.engine import Engine

SHOWN = 50
AFTER = "__after"


@dataclass(frozen=True)
class Change:
    """One row that both states hold, with other values: column → (before, after)."""

    key: tuple[Any, ...]
    columns: dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Difference:
    """Counts over all rows, and the first of each kind by key."""

    added: int
    removed: int
    changed: int
    added_rows: list[dict[str, Any]]
    removed_rows: list[dict[str, Any]]
    changed_rows: list[Change]
    changed_columns: dict[str, int]
    """Column → rows in which it differs; only those that do."""


def difference(
    engine: Engine, element: Element, before: Sequence[Path], after: Sequence[Path], shown: int = SHOWN
) -> Difference:
    """Compares two states of an element's table."""
    import ibis

    old, new = engine.table(before).select(*element.columns), engine.table(after).select(*element.columns)
    key = list(element.key)
    rest = [name for name in element.columns if name not in key]
    added, removed = new.anti_join(old, key), old.anti_join(new, key)
    both = old.inner_join(new, key, rname="{name}" + AFTER)
    differs = {name: ~both[name].identical_to(both[name + AFTER]) for name in rest}
    changed = both.filter(ibis.or_(*differs.values())) if rest else both.limit(0)
    counts = changed.aggregate(
        n=changed.count(), **{name: (~changed[name].identical_to(changed[name + AFTER])).sum() for name in rest}
    )
    told = counts.to_pyarrow().to_pylist()[0]
    rows = changed.order_by(key).limit(shown).to_pyarrow().to_pylist()
    return Difference(
        added=_count(added),
        removed=_count(removed),
        changed=told["n"],
        added_rows=added.order_by(key).limit(shown).to_pyarrow().to_pylist(),
        removed_rows=removed.order_by(key).limit(shown).to_pyarrow().to_pylist(),
        changed_rows=[_change(row, key, rest) for row in rows],
        changed_columns={name: told[name] for name in rest if told[name]},
    )


def _change(row: dict[str, Any], key: list[str], rest: list[str]) -> Change:
    moved = {name: (row[name], row[name + AFTER]) for name in rest if row[name] != row[name + AFTER]}
    return Change(tuple(row[name] for name in key), moved)


def _count(table: Any) -> int:
    return int(table.count().to_pyarrow().as_py())
