"""A file's rows as batches of text columns, each row with the number a person sees beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tujing.dataspace.checking import Violation
from tujing.dataspace.limits import LIMITS, Limits
from tujing.dataspace.sniff import Source
from tujing.dataspace.workbook import text_rows
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

BATCH_ROWS = 16_384

RAGGED = Text(
    zh="这一行的列数与表头不一致，请检查是否缺列，或内容里有未加引号的分隔符。",
    en="This row has not as many cells as the header; check for a missing cell or an unquoted delimiter.",
)
UNDECODABLE = Text(
    zh="这一行含有无法识别的字符，请将文件另存为 UTF-8 编码后再导入。",
    en="This row holds characters that cannot be decoded; save the file as UTF-8.",
)
TOO_LONG = Text(
    zh=f"有一格内容超过 {LIMITS.field_characters} 个字符，请检查引号是否成对。",
    en=f"A cell is longer than {LIMITS.field_characters} characters; check that quotes are closed.",
)


@dataclass(frozen=True)
class TextBatch:
    """Some rows of a file. Every heading has one text per row; blank rows are left out."""

    rows: NDArray[np.int64]
    """The header is row 1."""
    columns: dict[str, pa.StringArray]
    broken: list[Violation]
    """Rows that are no rows: their cells are null here."""


def batches(
    source: Source, limits: Limits = LIMITS, share: Callable[[float], None] | None = None
) -> Iterator[TextBatch]:
    """Reads a file in constant memory.

    Raises
    ------
    BadInput
        When there are too many rows, or quotes never close.
    """
    rows = _numbered(source, share)
    seen = 0
    while block := list(islice(rows, BATCH_ROWS)):
        seen += len(block)
        if seen > limits.rows:
            raise refuse(
                "too_many_rows",
                f"超过 {limits.rows:,} 行的上限，请拆分后再导入。",
                f"There are more than {limits.rows:,} rows; split the file.",
                file=source.path.name,
            )
        yield _batch(source.headings, block)


def records(
    source: Source, columns: Mapping[str, str], limits: Limits = LIMITS
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields each row with its number, as a person sees it, as key → text; blank cells are left out.

    Parameters
    ----------
    columns
        Key → heading.

    Raises
    ------
    BadInput
        With every row of a batch that is no row; as `batches`.
    """
    for batch in batches(source, limits):
        problems = [
            Problem(one.code, one.words, file=source.path.name, row=int(batch.rows[position]))
            for one in batch.broken
            for position in one.rows
        ]
        if problems:
            raise BadInput(problems)
        texts = {key: batch.columns[heading].to_pylist() for key, heading in columns.items()}
        for place, number in enumerate(batch.rows.tolist()):
            yield number, {key: text.strip() for key, cells in texts.items() if (text := cells[place]) and text.strip()}


def _numbered(source: Source, share: Callable[[float], None] | None) -> Iterator[tuple[int, Sequence[str | None]]]:
    """Yields every row that is not blank, with its number."""
    is_workbook = source.kind == "workbook"
    width = len(source.headings)
    rows = text_rows(source.path, source.sheet, width, source.header) if is_workbook else _text_rows(source, share)
    for number, read in enumerate(rows, start=source.header + 1):
        row = _corrected(read, source, number) if number in source.corrections else read
        if any(cell and not cell.isspace() for cell in row):
            yield number, row


def _text_rows(source: Source, share: Callable[[float], None] | None) -> Iterator[Sequence[str | None]]:
    size = source.path.stat().st_size
    with source.path.open("rb") as raw:
        file = io.TextIOWrapper(raw, encoding=source.encoding, errors="surrogateescape", newline="")
        reader = csv.reader(file, delimiter=source.delimiter)
        try:
            for _ in range(source.header):
                next(reader)
            for index, row in enumerate(reader):
                if share and index % BATCH_ROWS == 0:
                    share(raw.tell() / size)
                yield row
        except csv.Error as error:
            raise refuse(
                "unreadable_row",
                "从这一行起无法读取，请检查引号是否成对。",
                "The file cannot be read from this row on; check that its quotes are closed.",
                file=source.path.name,
                row=reader.line_num,
                detail=str(error),
            ) from error
        except UnicodeDecodeError as error:
            raise refuse(
                "undecodable",
                f"从这一行起不是 {source.encoding} 编码，或文件不完整；请另选编码，或另存为 UTF-8 再导入。",
                f"From this row on the file is not {source.encoding}, or it breaks off; choose another encoding, or "
                "save it as UTF-8.",
                file=source.path.name,
                row=reader.line_num + 1,
                detail=str(error),
            ) from error


def _corrected(row: Sequence[str | None], source: Source, number: int) -> list[str | None]:
    """The row with a person's corrections; one with too few or too many cells gets the header's width by them."""
    width = len(source.headings)
    cells = [*row[:width], *[None] * (width - len(row))]
    for place, heading in enumerate(source.headings):
        cells[place] = source.corrections[number].get(heading, cells[place])
    return cells


def _batch(headings: Sequence[str], block: list[tuple[int, Sequence[str | None]]]) -> TextBatch:
    numbers, rows = zip(*block, strict=True)
    width = len(headings)
    if all(len(row) == width for row in rows):
        ragged: list[int] = []
        fitted: Sequence[Sequence[str | None]] = rows
    else:
        fits = [_fitted(row, width) for row in rows]
        ragged = [position for position, row in enumerate(fits) if row is None]
        fitted = [row or [None] * width for row in fits]
    broken = {"ragged_row": (RAGGED, ragged)} if ragged else {}
    columns = [list(column) for column in zip(*fitted, strict=True)]
    for code, words, wrong in (("undecodable", UNDECODABLE, _undecodable), ("cell_too_long", TOO_LONG, _too_long)):
        positions = sorted(set(chain.from_iterable(wrong(column) for column in columns)))
        if positions:
            broken[code] = (words, positions)
            for column in columns:
                for position in positions:
                    column[position] = None
    return TextBatch(
        rows=np.array(numbers, dtype=np.int64),
        columns={name: pa.array(column, pa.string()) for name, column in zip(headings, columns, strict=True)},
        broken=[
            Violation(code, "", words, np.array(positions, dtype=np.int64))
            for code, (words, positions) in broken.items()
        ],
    )


def _fitted(row: Sequence[str | None], width: int) -> list[str | None] | None:
    """Returns the row at the header's width, or none when it is shorter, or longer by more than blanks."""
    if len(row) < width or any(cell and not cell.isspace() for cell in row[width:]):
        return None
    return list(row[:width])


def _undecodable(column: list[Any]) -> list[int]:
    try:
        "".join(cell or "" for cell in column).encode()
    except UnicodeEncodeError:
        return [position for position, cell in enumerate(column) if cell and not _encodes(cell)]
    return []


def _encodes(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_long(column: list[Any]) -> list[int]:
    if max(map(len, filter(None, column)), default=0) <= LIMITS.field_characters:
        return []
    return [position for position, cell in enumerate(column) if cell and len(cell) > LIMITS.field_characters]
