"""A slice of a table is what the engine would return, wherever files and row groups end."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tujing.dataspace.engine import engine
from tujing.dataspace.services import write_table
from tujing.dataspace.slices import ROWS_A_GROUP, rows_from
from tujing.dataspace.store import paths


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """25 rows in two files of row groups of four."""
    folder = tmp_path_factory.mktemp("slices")
    made = []
    for name, numbers in (("a", range(14)), ("b", range(14, 25))):
        columns = {
            "number": list(numbers),
            "name": [f"n{number}" if number % 3 else None for number in numbers],
            "share": [number / 7 for number in numbers],
            "day": [date(2026, 1, 1 + number) for number in numbers],
            "moment": pa.array([datetime(2026, 1, 1, 8, number) for number in numbers], pa.timestamp("us")),
            "good": [number % 2 == 0 for number in numbers],
        }
        made.append(folder / f"{name}.parquet")
        pq.write_table(pa.table(columns), made[-1], row_group_size=4)
    return made


@pytest.mark.parametrize(
    ("start", "size"), [(0, 5), (2, 3), (3, 9), (4, 4), (12, 6), (20, 50), (24, 1), (25, 3), (90, 5)]
)
@pytest.mark.parametrize("columns", [["number", "name", "share", "day", "moment", "good"], ["name", "number"]])
def test_a_slice_is_what_the_engine_returns(files, start, size, columns):
    arrow = engine().table(files).select(*columns).limit(size, offset=start).to_pyarrow()
    expected = list(zip(*(arrow[name].to_pylist() for name in columns), strict=True))
    assert rows_from(files, columns, start, size) == expected


def test_a_slice_opens_one_row_group_a_little_at_a_time(files, monkeypatch):
    monkeypatch.setattr("tujing.dataspace.slices.ROWS_READ", 2)
    assert [row[0] for row in rows_from(files, ["number"], 5, 4)] == [5, 6, 7, 8]


def test_a_written_table_has_row_groups_of_a_bounded_size(organisation):
    rows = ROWS_A_GROUP + 10
    columns = {
        "product_id": [f"P{number}" for number in range(rows)],
        "name": ["p"] * rows,
        "kind": ["finished"] * rows,
        "unit": ["piece"] * rows,
    }
    version = write_table(organisation, "product", pa.table(columns), source="test")
    assert pq.ParquetFile(paths(version)[0]).metadata.num_row_groups == 2
