"""How much an imported file may ask of the machine. Uploads are untrusted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Upper bounds for one file; a file beyond one of them is refused with a sentence."""

    file_bytes: int = 2 * 1024**3
    unpacked_bytes: int = 1024**3
    """All parts of a workbook once unzipped."""
    unpacked_ratio: int = 200
    """Unzipped over zipped, asked only beyond 20 MB unzipped; spreadsheets stay well below 100."""
    rows: int = 20_000_000
    columns: int = 500
    field_characters: int = 32_767
    """The longest cell a spreadsheet can hold."""


LIMITS = Limits()
