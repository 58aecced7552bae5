"""A population in a file, .parquet or .csv: anonymised results of enterprises that agreed, one row each.

`industry` (GB/T 4754 code, the division counts), `size` (large, medium, small, micro), and either `score` and `level`,
or the columns of bits of `columns.py`. `instrument` and `version`, where given, must be the instrument's. No name,
number or address of an enterprise belongs here, and any other column is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from tujing.atlas.manifest import SizeClass
from tujing.diagnosis.instrument import Instrument, milli
from tujing.diagnosis.peers.columns import schema
from tujing.enterprise import codes
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

SIZES: tuple[str, ...] = get_args(SizeClass)
LARGEST = 500 * 1024 * 1024
FAULTS_SHOWN = 20


def read(path: Path, one: Instrument) -> pa.Table:
    """Returns columns size, section, division, and score (points) and level, or the columns of bits.

    Raises
    ------
    BadInput
        When the file cannot be read, holds columns that it should not, or a row does not fit; names the first rows.
    """
    table = _table(path)
    bits = schema(one)
    scored = {"score", "level"}
    allowed = {"instrument", "version", "industry", "size", "region", *scored, *bits.names}
    strangers = [name for name in table.column_names if name not in allowed]
    if strangers:
        raise refuse(
            "unknown_column",
            f"不认识列 {strangers[0]}；为保护企业，除行业、规模和结果外的列请先删去。",
            f"The column {strangers[0]} is not known; to protect the enterprises keep industry, size and results only.",
            file=path,
            column=strangers[0],
        )
    has_bits = set(bits.names) <= set(table.column_names)
    absent = [
        name
        for name in ("industry", "size", *(() if has_bits else ("score", "level")))
        if name not in table.column_names
    ]
    if absent:
        raise refuse(
            "missing_column",
            f"缺少列：{'、'.join(absent)}。",
            f"Columns are missing: {', '.join(absent)}.",
            file=path,
        )
    if table.num_rows == 0:
        raise refuse("empty_file", "文件里没有数据行。", "The file has no row.", file=path)
    problems = [
        Problem(code, Text(zh=zh, en=en), file=str(path), row=row, column=column)
        for code, row, column, zh, en in _faults(table, one, bits if has_bits else None)
    ]
    if problems:
        raise BadInput(problems[:FAULTS_SHOWN])
    industry = table["industry"].cast(pa.string()).to_pylist()
    placed = {
        "size": table["size"].cast(pa.string()),
        "section": pa.array([code[:1] for code in industry]),
        "division": pa.array([code[:3] for code in industry]),
    }
    if has_bits:
        return pa.table(placed | {name: table[name].cast(bits.field(name).type) for name in bits.names})
    return pa.table(placed | {"score": table["score"].cast(pa.float64()), "level": table["level"].cast(pa.int8())})


def _table(path: Path) -> pa.Table:
    try:
        if path.stat().st_size > LARGEST:
            raise refuse("too_large", "文件超过 500 MB，请拆分。", "The file is over 500 MB; split it.", file=path)
        if path.suffix.lower() == ".parquet":
            return pq.read_table(path)
        if path.suffix.lower() == ".csv":
            return pyarrow.csv.read_csv(BytesIO(_utf8(path.read_bytes(), path)))
    except FileNotFoundError:
        raise refuse(
            "missing_file", "找不到这个文件，请检查路径。", "No such file; check the path.", file=path
        ) from None
    except (OSError, pa.ArrowInvalid) as error:
        raise refuse(
            "unreadable_file",
            "无法读取这个文件，请重新导出。",
            "Cannot read this file; export it again.",
            file=path,
            detail=str(error),
        ) from error
    raise refuse("unknown_format", "同行数据只收 .parquet 或 .csv。", "Peers come as .parquet or .csv.", file=path)


def _utf8(content: bytes, path: Path) -> bytes:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    raise refuse(
        "unreadable_file",
        "编码既不是 UTF-8 也不是 GBK，请另存为 CSV UTF-8。",
        "Neither UTF-8 nor GBK; save it again as CSV UTF-8.",
        file=path,
    )


Fault = tuple[str, int, str, str, str]


def _faults(table: pa.Table, one: Instrument, bits: pa.Schema | None) -> Iterator[Fault]:
    for name, wanted in (("instrument", one.id), ("version", one.version)):
        if name in table.column_names:
            yield from _wrong(
                table[name].cast(pa.string()),
                name,
                lambda value, wanted=wanted: value == wanted,
                "other_instrument",
                f"这里要 {wanted}。",
                f"{wanted} is wanted here.",
            )
    yield from _wrong(
        table["size"].cast(pa.string()),
        "size",
        lambda value: value in SIZES,
        "unknown_size",
        f"规模只能是 {'、'.join(SIZES)}。",
        f"Size is one of {', '.join(SIZES)}.",
    )
    yield from _wrong(
        table["industry"].cast(pa.string()),
        "industry",
        _is_industry,
        "unknown_industry",
        "不是 GB/T 4754 行业代码（如 C38、C3812）。",
        "No code of GB/T 4754 (such as C38, C3812).",
    )
    if bits is not None:
        for field in bits:
            yield from _out_of_range(table, field.name, 0, _highest(field.type))
        return
    yield from _out_of_range(table, "score", 0, one.total)
    yield from _out_of_range(table, "level", 0, len(one.level_rule.levels))


def _highest(kind: pa.DataType) -> float:
    return float(np.iinfo(kind.to_pandas_dtype()).max)


def _is_industry(code: str | None) -> bool:
    try:
        codes.industry(code or "")
    except BadInput:
        return False
    return True


def _wrong(column: Any, name: str, fits: Any, code: str, zh: str, en: str) -> Iterator[Fault]:
    """Looks at each value once, however many rows have it."""
    bad = pa.array([value for value in column.unique().to_pylist() if not fits(value)], pa.string())
    if len(bad):
        rows = np.flatnonzero(pc.fill_null(pc.is_in(column, value_set=bad), True).to_numpy(zero_copy_only=False))
        for place in rows[:FAULTS_SHOWN]:
            yield code, int(place) + 2, name, zh, en


def _out_of_range(table: pa.Table, name: str, low: float, high: float) -> Iterator[Fault]:
    try:
        values = table[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        yield "bad_number", 2, name, f"{name} 列要全是数字。", f"The column {name} holds numbers only."
        return
    whole = name != "score"
    with np.errstate(invalid="ignore"):
        bad = ~((values >= low) & (values <= high)) | (whole & (values != np.floor(values)))
    for place in np.flatnonzero(bad)[:FAULTS_SHOWN]:
        yield (
            "out_of_range",
            int(place) + 2,
            name,
            f"{name} 要在 {low:g} 到 {high:g} 之间。",
            f"{name} lies between {low:g} and {high:g}.",
        )


def points(thousandths: Any) -> Any:
    """Thousandths of a point as points."""
    return thousandths / milli(1)
