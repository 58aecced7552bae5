"""Reads one file as a data element, with the checks of an import; any bad row refuses the whole file."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tujing.dataspace.checking import problem, violations
from tujing.dataspace.schema import conform
from tujing.elements.definition import Element
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

PROBLEMS_SHOWN = 20


def read_file(path: Path, element: Element) -> pa.Table:
    """Returns the rows of a CSV, XLSX or Parquet file in the element's columns and types.

    Raises
    ------
    BadInput
        When the file cannot be read or a row breaks the element; names row and column.
    """
    return _parquet(path, element) if path.suffix.lower() == ".parquet" else _text_or_workbook(path, element)


def check_table(table: pa.Table, element: Element) -> list[Problem]:
    """Returns what is wrong with a table in memory: columns, types, rules, repeated keys. Row 1 is the header."""
    try:
        conformed = conform(element, table)
    except BadInput as error:
        return error.problems
    found = [
        problem(violation, int(position) + 2, table.column(violation.column)[int(position)].as_py())
        for violation in violations(element, conformed, {})
        for position in violation.rows[:PROBLEMS_SHOWN]
    ]
    counts = conformed.group_by(list(element.key)).aggregate([([], "count_all")])
    repeated = counts.filter(pc.greater(counts["count_all"], 1))
    if repeated.num_rows:
        value = ", ".join(str(repeated[name][0].as_py()) for name in element.key)
        words = Text(zh="主键重复，请去重。", en="The key is repeated; remove the duplicates.")
        found.append(Problem("repeated_key", words, column=", ".join(element.key), value=value))
    return found[:PROBLEMS_SHOWN]


def _text_or_workbook(path: Path, element: Element) -> pa.Table:
    from tujing.dataspace.engine import engine
    from tujing.dataspace.importing import Job, load
    from tujing.dataspace.mapping import choose
    from tujing.dataspace.sniff import sniff

    source = sniff(path)
    columns = choose(element, source.headings, file=path.name).columns
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "rows.parquet"
        loaded = load(Job(source, element, columns, part), engine(), Path(folder) / "reject.csv")
        engine().forget([part])
        if loaded.problem_count:
            raise BadInput(loaded.problems)
        # Read whole before the folder goes: a memory map would outlive it.
        return pq.read_table(part, memory_map=False)


def _parquet(path: Path, element: Element) -> pa.Table:
    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise refuse(
            "not_parquet",
            "不是有效的 Parquet 文件，请重新导出。",
            "Not a valid Parquet file; export it again.",
            file=path.name,
            detail=str(error),
        ) from error
    problems = check_table(table, element)
    if problems:
        raise BadInput([replace(one, file=path.name) for one in problems])
    return conform(element, table)
