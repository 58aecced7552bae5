"""Reading a workbook row by row as text, in the spelling that `casting` understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import zip_longest
from pathlib import Path
from typing import Any

from tujing.problems import refuse
from tujing.safe_workbook import damage_refused

NO_VALUE = "#FORMULA"
"""What stands for a formula whose result was never saved; no column type accepts it."""


@contextmanager
def open_workbook(path: Path, *, formulas: bool = False) -> Iterator[Any]:
    """Opens a workbook for streaming; with `formulas` its cells read as formulas, else as their saved results.

    Raises
    ------
    BadInput
        When the parts inside do not make a workbook.
    """
    from openpyxl import load_workbook

    # As an open file, because openpyxl goes by the ending of a name.
    with path.open("rb") as file:
        with damage_refused(path.name):
            book = load_workbook(file, read_only=True, data_only=not formulas)
        try:
            yield book
        finally:
            book.close()


def sheet_names(path: Path) -> list[str]:
    """Returns the names of the sheets, in order.

    Raises
    ------
    BadInput
        When the workbook cannot be opened.
    """
    with open_workbook(path) as book:
        return [page.title for page in book.worksheets]


def sheets_of(path: Path) -> list[str]:
    """Returns the names of a file's sheets; none of a file that is no workbook.

    Raises
    ------
    BadInput
        When the workbook cannot be opened.
    """
    with path.open("rb") as file:
        is_workbook = file.read(4) == b"PK\x03\x04"
    return sheet_names(path) if is_workbook else []


def top_rows(path: Path, sheet: str, most: int) -> list[list[str]]:
    """Returns the first rows of a sheet as they stand."""
    with open_workbook(path) as book:
        page = _page(book, sheet, path.name)
        return [[text(value) or "" for value in row] for row in rows(page, path.name, last=most)]


def first_row(book: Any, sheet: str, file: str, header: int = 1) -> tuple[str, list[str]]:
    """Returns the sheet's name (the first one when none is asked for) and its header row.

    Raises
    ------
    BadInput
        When there is no such sheet or it is empty.
    """
    page = _page(book, sheet, file)
    for row in rows(page, file, header, header):
        return page.title, [text(value) or "" for value in row]
    raise refuse(
        "empty_sheet",
        f"工作表“{page.title}”是空的；若数据在别的工作表，请用 --sheet 指定。",
        f"The sheet “{page.title}” is empty; name another with --sheet if the data is there.",
        file=file,
    )


def text_rows(path: Path, sheet: str, width: int, header: int = 1) -> Iterator[list[str | None]]:
    """Yields every row after the header as text, at least `width` cells long: a workbook leaves out blank last cells.

    A formula without a saved result reads as `NO_VALUE`.
    """
    with open_workbook(path) as results, open_workbook(path, formulas=True) as written:
        pages = [rows(_page(book, sheet, path.name), path.name, header + 1) for book in (results, written)]
        for values, formulas in zip_longest(*pages, fillvalue=()):
            row = [
                NO_VALUE if value is None and formula is not None else text(value)
                for value, formula in zip_longest(values, formulas)
            ]
            yield row + [None] * (width - len(row))


def rows(page: Any, file: str, first: int = 1, last: int | None = None) -> Iterator[tuple[Any, ...]]:
    """Yields the values of a sheet's rows, counted from 1.

    Raises
    ------
    BadInput
        When the sheet is damaged, which shows only now.
    """
    with damage_refused(file):
        yield from page.iter_rows(min_row=first, max_row=last, values_only=True)


def text(value: object) -> str | None:
    """Spells a cell's value: 3.0 as 3, dates in ISO 8601, truth as true or false."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _page(book: Any, sheet: str, file: str) -> Any:
    names = [page.title for page in book.worksheets]
    if sheet and sheet not in names:
        raise refuse(
            "unknown_sheet",
            f"没有名为“{sheet}”的工作表；现有：{'、'.join(names)}。",
            f"There is no sheet “{sheet}”; there are: {', '.join(names)}.",
            file=file,
        )
    if not names:
        raise refuse("empty_sheet", "工作簿里没有工作表。", "The workbook has no sheet.", file=file)
    page = book[sheet or names[0]]
    # The stated size of a sheet is often wrong; the rows themselves are not.
    page.reset_dimensions()
    return page
