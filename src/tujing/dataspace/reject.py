"""The reject file: every refused row as it was written, with its number and the reasons, for Excel to open."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tujing.dataspace.findings import Findings
from tujing.dataspace.reading import TextBatch
from tujing.dataspace.sniff import Source

EXTRA_HEADINGS = ("行号 Row", "原因", "Reason")
NUMBER = re.compile(r"[+-]?[\d.,]+%?")


def write_rejects(path: Path, source: Source, rows: Iterable[TextBatch], findings: Findings) -> None:
    """Writes the refused rows, read a second time from the source; in UTF-8 with a mark, because Excel needs it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer: Any = csv.writer(file)
        writer.writerow([*map(harmless, source.headings), *EXTRA_HEADINGS])
        for batch in rows:
            reasons = findings.reasons(int(batch.rows[0]), int(batch.rows[-1]))
            if not reasons:
                continue
            columns = [batch.columns[heading] for heading in source.headings]
            for position, row in enumerate(batch.rows.tolist()):
                if row in reasons:
                    cells = [harmless(column[position].as_py()) for column in columns]
                    words = [(sentences.zh, sentences.en) for sentences in reasons[row]]
                    writer.writerow([*cells, row, "".join(zh for zh, _ in words), " ".join(en for _, en in words)])


def harmless(cell: str | None) -> str:
    """Puts an apostrophe before a cell that a spreadsheet would run as a formula."""
    if cell and cell[0] in "=+-@\t\r" and not NUMBER.fullmatch(cell):
        return "'" + cell
    return cell or ""
