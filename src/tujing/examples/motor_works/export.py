"""The tables as the CSV files that a Chinese factory would hand over: Chinese headings, GB18030."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from tujing.elements.definition import element


def write_csv(folder: Path, tables: Mapping[str, pa.Table], encoding: str = "gb18030") -> list[Path]:
    """Writes each table to `<element>.csv` with Chinese headings and returns the paths; an empty cell is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        columns = element(name).columns
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file)
            writer.writerow([columns[column].label.zh for column in table.column_names])
            for batch in table.to_batches(max_chunksize=10_000):
                writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        paths.append(path)
    return paths
