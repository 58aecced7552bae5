"""Looking through a table a page at a time: searched, filtered by column, sorted.

What one writes into a column's filter: a text that it contains; `=x` exactly x, `=` alone for blank, `!=` for filled;
for numbers and dates also `>5`, `>=2026-03-01`, `<10`, `3..8`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.dataspace.slices import rows_from
from tujing.elements.definition import Column, Element
from tujing.problems import refuse

if TYPE_CHECKING:
    import ibis

    from tujing.dataspace.engine import Engine

PAGE_ROWS = 50
DEEPEST = 20_000
"""Last page that can be asked for; beyond it one filters."""


@dataclass(frozen=True)
class Wish:
    """What of a table is to be seen."""

    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    """A column; `-column` from the highest down; empty for the order of the import."""
    page: int = 1

    @property
    def narrows(self) -> bool:
        return bool(self.search or self.filters)


@dataclass(frozen=True)
class RowsPage:
    rows: list[tuple[Any, ...]]
    """In the order of the element's columns."""
    has_next: bool


def page(engine: Engine, element: Element, files: Sequence[Path], wish: Wish, size: int = PAGE_ROWS) -> RowsPage:
    """Returns one page; no count is made, whether there is a next one is told by one more row.

    Raises
    ------
    BadInput
        When a filter cannot be understood, or a column does not exist.
    """
    number = min(max(wish.page, 1), DEEPEST)
    start = (number - 1) * size
    if not wish.narrows and not wish.sort:
        rows = rows_from(files, list(element.columns), start, size + 1)
        return RowsPage(rows[:size], len(rows) > size)
    table = narrowed(engine, element, files, wish)
    name = wish.sort.removeprefix("-")
    if name:
        _known(element, name)
        order = [table[name].desc() if wish.sort.startswith("-") else table[name].asc()]
        # The key makes the order one and the same on every page.
        table = table.order_by([*order, *(table[key] for key in element.key if key != name)])
    found = table.limit(size + 1, offset=start).to_pyarrow()
    columns = [found[column].to_pylist() for column in element.columns]
    rows = list(zip(*columns, strict=True))
    return RowsPage(rows[:size], len(rows) > size)


def narrowed(engine: Engine, element: Element, files: Sequence[Path], wish: Wish) -> ibis.Table:
    """Returns the rows that a wish leaves, unsorted."""
    import ibis

    table = engine.table(files).select(*element.columns)
    rules: list[Any] = []
    if wish.search:
        texts = [name for name, column in element.columns.items() if column.type == "string"]
        rules.append(ibis.or_(*(table[name].lower().contains(wish.search.lower()) for name in texts)))
    for name, words in wish.filters.items():
        _known(element, name)
        rules.append(_rule(table[name], name, element.columns[name], words.strip()))
    return table.filter(rules) if rules else table


def _known(element: Element, name: str) -> None:
    if name not in element.columns:
        raise refuse("unknown_column", f"没有名为 {name} 的列。", f"There is no column {name}.", value=name)


def _rule(values: Any, name: str, column: Column, words: str) -> Any:
    if words in ("=", "!="):
        return values.isnull() if words == "=" else values.notnull()
    if column.type == "string":
        if words.startswith("="):
            return values == words[1:]
        return values.lower().contains(words.lower())
    if column.type == "boolean":
        return values == (words.lower() in ("1", "true", "是", "yes"))
    if ".." in words:
        low, _, high = words.partition("..")
        return (values >= _value(column, name, low)) & (values <= _value(column, name, high))
    for sign in (">=", "<=", ">", "<", "="):
        if words.startswith(sign):
            limit = _value(column, name, words.removeprefix(sign))
            return {
                ">=": values >= limit, "<=": values <= limit, ">": values > limit, "<": values < limit,
                "=": values == limit,
            }[sign]  # fmt: skip
    if column.type in ("date", "datetime"):
        return values.cast("string").startswith(words)
    return values == _value(column, name, words)


def _value(column: Column, name: str, words: str) -> Any:
    words = words.strip()
    try:
        if column.type == "date":
            return date.fromisoformat(words)
        if column.type == "datetime":
            return datetime.fromisoformat(words)
        return float(words.replace(",", ""))
    except ValueError as error:
        what = ("数字", "a number") if column.type in ("integer", "number") else ("日期（如 2026-03-01）", "a date")
        raise refuse(
            "bad_filter",
            f"“{column.label.zh}”的筛选条件“{words[:40]}”不是{what[0]}；可写 >5、3..8、= 表示空白。",
            f"The filter “{words[:40]}” of {column.label.en} is not {what[1]}; write >5, 3..8, or = for blank.",
            column=name,
            value=words[:80],
        ) from error
