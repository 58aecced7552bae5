"""The one place that knows Ibis and DuckDB: lazy tables over columnar files.

DuckDB stays below 1.5.6 because Ibis 12 breaks on 2.0; when that changes, this file changes and nothing else.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import ibis
    from ibis.backends.duckdb import Backend

_of_thread = threading.local()


class Engine:
    """An embedded engine. One connection serves one thread; use `engine()` to get this thread's."""

    @cached_property
    def _backend(self) -> Backend:
        """The connection; to load what makes it takes a second, which who never asks it anything is spared."""
        import ibis

        backend = ibis.duckdb.connect(temp_directory=str(Path(tempfile.gettempdir()) / "tujing-duckdb"))
        backend.raw_sql("SET enable_progress_bar = false")
        return backend

    def table(self, files: Sequence[Path]) -> ibis.Table:
        """Returns one lazy table over the files, which share a schema and are never changed once written."""
        paths = [str(path) for path in files]
        name = _view_name(files)
        if name not in self._backend.list_tables():
            self._backend.read_parquet(paths, table_name=name)
        return self._backend.table(name)

    def distinct(self, files: Sequence[Path], column: str) -> pa.Array:
        """Returns the values of a column, each once, without null."""
        values = self.table(files)[column]
        return values.as_table().distinct().filter(lambda t: t[column].notnull()).to_pyarrow()[column].combine_chunks()

    def repeated(self, files: Sequence[Path], key: Sequence[str], order: str) -> pa.Array:
        """Returns the `order` values of the rows whose key an earlier row holds already."""
        import ibis

        table = self.table(files)
        counted = table.select(order, place=ibis.row_number().over(group_by=list(key), order_by=order))
        return counted.filter(counted.place > 0).order_by(order).select(order).to_pyarrow()[order].combine_chunks()

    def has_repeats(self, files: Sequence[Path], key: Sequence[str]) -> bool:
        """Returns whether any key is held by two rows or more."""
        table = self.table(files)
        repeats = table.group_by(list(key)).agg(n=table.count()).filter(lambda t: t.n > 1)
        return bool(repeats.limit(1).count().to_pyarrow().as_py())

    def rows_known(
        self, files: Sequence[Path], existing: Sequence[Path], key: Sequence[str], order: str = ""
    ) -> pa.Array:
        """Returns the `order` values (without one, the first key) of the rows whose key the existing files hold."""
        wanted = order or key[0]
        table, there = self.table(files), self.table(existing)
        found = table.semi_join(there, list(key)).select(wanted).order_by(wanted)
        return found.to_pyarrow()[wanted].combine_chunks()

    def medians(self, files: Sequence[Path], columns: Sequence[str]) -> dict[str, float]:
        """Returns the median of each column that has values."""
        table = self.table(files)
        row = table.aggregate(**{name: table[name].median() for name in columns}).to_pyarrow().to_pylist()[0]
        return {name: float(value) for name, value in row.items() if value is not None}

    def forget(self, files: Sequence[Path]) -> None:
        """Drops the name of files that are about to be removed."""
        self._backend.drop_view(_view_name(files), force=True)


def engine() -> Engine:
    """Returns this thread's engine; a DuckDB connection must not be used by two threads at once."""
    if not hasattr(_of_thread, "engine"):
        _of_thread.engine = Engine()
    mine: Engine = _of_thread.engine
    return mine


def _view_name(files: Sequence[Path]) -> str:
    return "t" + hashlib.sha256("\n".join(str(path) for path in files).encode()).hexdigest()[:24]
