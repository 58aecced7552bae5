"""A few rows out of a table's files, in the order of the import; nothing but their row groups is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ROWS_A_GROUP = 16_384
"""Rows of one row group of a file: what has to be gone through, at most, for a row in the middle of a table."""
ROWS_READ = 1024


def rows_from(files: Sequence[Path], columns: Sequence[str], start: int, size: int) -> list[tuple[Any, ...]]:
    """Returns at most `size` rows from the row `start` (from 0), each with the columns in the order asked for."""
    wanted = list(columns)
    found = [
        zip(*(piece.column(name).to_pylist() for name in wanted), strict=True)
        for piece in _pieces(files, wanted, start, size)
    ]
    return [row for rows in found for row in rows]


def _pieces(files: Sequence[Path], columns: list[str], start: int, size: int) -> Iterator[pa.RecordBatch]:
    for path in files:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                held = file.metadata.row_group(group).num_rows
                if start >= held:
                    start -= held
                    continue
                for batch in file.iter_batches(ROWS_READ, row_groups=[group], columns=columns, use_threads=False):
                    piece = batch.slice(start, size)
                    start = max(start - len(batch), 0)
                    size -= len(piece)
                    yield piece
                    if not size:
                        return
