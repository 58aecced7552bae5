"""Tables as files to download: CSV that Excel opens, and XLSX. Text is never taken for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """Puts an apostrophe before text that a spreadsheet would run as a formula; a plain number stays."""
    if not isinstance(value, str) or not value.startswith(FORMULA_STARTS):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """Returns a download; the name may be Chinese."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> HttpResponse:
    """UTF-8 with byte-order mark, so that Excel reads the Chinese right."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([harmless(value) for value in row] for row in rows)
    return attachment(text.getvalue().encode("utf-8-sig"), name, "text/csv; charset=utf-8")


def as_xlsx(sheets: dict[str, tuple[Sequence[str], Iterable[Sequence[Any]]]], name: str) -> HttpResponse:
    """One sheet a table: (columns, rows). Text goes in as text, never as a formula or a link."""
    import xlsxwriter

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#fafafa", "bottom": 1})
        plain = book.add_format()
        for title, (columns, rows) in sheets.items():
            sheet = book.add_worksheet(title[:31])
            sheet.write_row(0, 0, columns, head)
            sheet.freeze_panes(1, 0)
            last = 0
            for last, row in enumerate(rows, start=1):
                for place, value in enumerate(row):
                    _write(sheet, last, place, value, plain)
            sheet.autofilter(0, 0, last, max(len(columns) - 1, 0))
            sheet.autofit(max_width=320)
    return attachment(buffer.getvalue(), name, XLSX)


def _write(sheet: Any, row: int, column: int, value: Any, plain: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, plain)  # a cell all the same: every row is as long as the header
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    else:
        text = value.isoformat() if isinstance(value, (date, datetime)) else str(value)
        sheet.write_string(row, column, text)
