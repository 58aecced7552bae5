"""The list of pain points as a spreadsheet to go round the departments with: those kept so far, and a sheet of what the
map's scenarios say hurts elsewhere, to jog people's memory. What it writes, `file.py` reads back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tujing.diagnosis.pain.file import COLUMNS, FREQUENCIES
from tujing.words import Text

EMPTY_ROWS = 200


def write(path: Path, kept: Iterable[Mapping[str, Any]], prompts: Iterable[tuple[str, Text, Text]]) -> None:
    """Writes the spreadsheet.

    Parameters
    ----------
    kept
        Rows as `pain.services.pain_points` returns them.
    prompts
        Scenario's id, its name and one of its pain points.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bg_color": "#E6F4FF", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("痛点 pain points")
    for place, (heading, width) in enumerate(zip(COLUMNS.values(), (14, 44, 44, 10, 12, 18, 40), strict=True)):
        sheet.write(0, place, heading, bold)
        sheet.set_column(place, place, width, wrap)
    for row, one in enumerate(kept, start=1):
        sheet.write_string(row, 0, one["department"])
        sheet.write_string(row, 1, one["words"]["zh"])
        sheet.write_string(row, 2, one["words"]["en"] if one["words"]["en"] != one["words"]["zh"] else "")
        sheet.write_number(row, 3, one["severity"])
        sheet.write_string(row, 4, one["frequency"])
        if one["yuan_per_year"] is not None:
            sheet.write_number(row, 5, one["yuan_per_year"])
        sheet.write_string(row, 6, "; ".join(one["scenarios"]))
    sheet.data_validation(1, 3, EMPTY_ROWS, 3, {"validate": "list", "source": [1, 2, 3, 4, 5]})
    sheet.data_validation(1, 4, EMPTY_ROWS, 4, {"validate": "list", "source": list(FREQUENCIES)})
    sheet.freeze_panes(1, 0)
    asked = book.add_worksheet("常见痛点 prompts")
    for place, (heading, width) in enumerate((("场景 scenario", 36), ("名称 name", 30), ("别处的痛点 elsewhere", 90))):
        asked.write(0, place, heading, bold)
        asked.set_column(place, place, width, wrap)
    for row, (id, name, words) in enumerate(prompts, start=1):
        asked.write_row(row, 0, (id, f"{name.zh} / {name.en}", f"{words.zh} / {words.en}"))
    asked.freeze_panes(1, 0)
    book.close()
