"""Workbooks from anybody: whatever is damaged within is refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tujing.problems import BadInput, refuse


@contextmanager
def damage_refused(file: Path | str, code: str = "broken_workbook") -> Iterator[None]:
    """Refuses what openpyxl stumbles over, where it is opened and again where rows are taken: a sheet is parsed late.

    Raises
    ------
    BadInput
        When the parts inside do not make a workbook, or a sheet breaks off or holds what no cell can hold.
    """
    try:
        yield
    except BadInput:
        raise
    except Exception as error:  # openpyxl raises whatever its XML and zip layers raise
        raise refuse(
            code,
            "工作簿已损坏，无法打开；请在 Excel 中另存为 .xlsx 后重试。",
            "The workbook is damaged and cannot be opened; save it anew as .xlsx in Excel.",
            file=file,
            detail=f"{type(error).__name__}: {error}",
        ) from error
