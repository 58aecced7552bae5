"""Reads an event log from CSV into raw events, in the columnar engine."""

from __future__ import annotations

import codecs
import gzip
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, cast

import duckdb
import pyarrow as pa

from tujing.problems import BadInput, refuse
from tujing.scenarios.management.process_mining.columns import choose
from tujing.scenarios.management.process_mining.timestamps import read_times
from tujing.words import Text

BLOCK = 1 << 22
REQUIRED = {"case": ("案例号", "case"), "activity": ("活动名称", "activity"), "end": ("时间", "time")}


def read_csv(path: Path, wanted: Mapping[str, str]) -> tuple[pa.Table, list[Text]]:
    """Returns raw events (schema `event_log.RAW`) and warnings. UTF-8, UTF-16 or GBK; gzipped or not.

    Parameters
    ----------
    wanted
        Role (case, activity, start, end, resource, lifecycle) → heading, where the reader chose one.

    Raises
    ------
    BadInput
        When the text is no table, a column cannot be found, or an event lacks its case, activity or time; names the
        row.
    """
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as engine:
        text = _as_utf8(path, Path(folder) / "log.csv")
        headings = _load(engine, text, path)
        roles = choose(headings, wanted, path.name)
        picked = ", ".join(f'"{heading.replace(chr(34), chr(34) * 2)}" AS "{role}"' for role, heading in roles.items())
        absent = "".join(
            f', NULL::VARCHAR AS "{role}"' for role in ("start", "resource", "lifecycle") if role not in roles
        )
        try:
            engine.execute(
                f"CREATE TABLE rows AS SELECT {picked}{absent}, row_number() OVER () + 1 AS row FROM {_source(text)}"  # noqa: S608
            )
        except duckdb.Error as error:
            raise _unreadable(path, error) from error
        return _events(engine, path.name)


def _load(engine: duckdb.DuckDBPyConnection, text: Path, path: Path) -> list[str]:
    try:
        found = engine.execute(f"DESCRIBE SELECT * FROM {_source(text)}").fetchall()  # noqa: S608
    except duckdb.Error as error:
        raise _unreadable(path, error) from error
    return [str(row[0]) for row in found]


def _source(text: Path) -> str:
    return f"read_csv('{str(text).replace(chr(39), chr(39) * 2)}', all_varchar = true, header = true)"


def _unreadable(path: Path, error: duckdb.Error) -> BadInput:
    return refuse(
        "not_a_table",
        "不是整齐的 CSV 表格（列数不一或引号不配对），请重新导出。",
        "Not a well-formed CSV table (uneven columns or unpaired quotes); export it again.",
        file=path.name,
        detail=str(error)[:400],
    )


def _as_utf8(path: Path, copy: Path) -> Path:
    """Returns the file itself when it is UTF-8, otherwise a copy in UTF-8.

    Raises
    ------
    BadInput
        When it is empty, a broken archive, or no text.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if not head:
        raise refuse("empty_file", "文件是空的，请重新导出。", "The file is empty; export it again.", file=path.name)
    packed = head.startswith(b"\x1f\x8b")
    encodings = ["utf-8-sig", "gb18030"]
    with gzip.open(path, "rb") if packed else path.open("rb") as file:
        try:
            if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
                encodings = ["utf-16"]
        except (OSError, EOFError) as error:
            raise _broken(path, error) from error
    for encoding in encodings:
        try:
            with gzip.open(path, "rb") if packed else path.open("rb") as file:
                if encoding == "utf-8-sig" and not packed:
                    _decoded(cast(IO[bytes], file), encoding, None)
                    return path
                with copy.open("wb") as out:
                    _decoded(cast(IO[bytes], file), encoding, out)
                return copy
        except UnicodeDecodeError:
            continue
        except (OSError, EOFError) as error:
            raise _broken(path, error) from error
    raise refuse(
        "not_text",
        "不是文本文件，或编码无法识别；请另存为 UTF-8 的 CSV。",
        "Not a text file, or in an unknown encoding; save it as CSV in UTF-8.",
        file=path.name,
    )


def _broken(path: Path, error: Exception) -> BadInput:
    return refuse(
        "broken_archive",
        "压缩文件已损坏，请重新打包。",
        "The archive is broken; pack it again.",
        file=path.name,
        detail=str(error),
    )


def _decoded(file: IO[bytes], encoding: str, out: IO[bytes] | None) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    while block := file.read(BLOCK):
        text = decoder.decode(block)
        if out is not None:
            out.write(text.encode())
    decoder.decode(b"", final=True)


def _events(engine: duckdb.DuckDBPyConnection, file: str) -> tuple[pa.Table, list[Text]]:
    for role, (zh, en) in REQUIRED.items():
        bad = engine.execute(f"SELECT row FROM rows WHERE coalesce(trim(\"{role}\"), '') = '' ORDER BY row LIMIT 1")  # noqa: S608
        found = bad.fetchone()
        if found:
            raise refuse(
                f"{role}_absent",
                f"这个事件没有{zh}，请补上或删去这一行。",
                f"This event has no {en}; fill it in or remove the row.",
                file=file,
                row=int(found[0]),
                column=role,
            )
    warnings = []
    for role in ("start", "end"):
        warnings += read_times(engine, role, file)
    late = engine.execute("SELECT row FROM rows WHERE start_at > end_at ORDER BY row LIMIT 1").fetchone()
    if late:
        raise refuse(
            "ends_before_it_starts",
            "结束时间早于开始时间，请改正。",
            "This event ends before it starts; correct it.",
            file=file,
            row=int(late[0]),
        )
    blank = engine.execute("SELECT count(*) FROM rows WHERE start_at IS NULL AND start IS NOT NULL").fetchone()
    if blank and blank[0]:
        warnings.append(
            Text(
                zh=f"{blank[0]} 个事件没有开始时间，按瞬时完成计。",
                en=f"{blank[0]} events have no start; they count as done in an instant.",
            )
        )
    table, more = paired(
        engine.execute(
            'SELECT trim("case") AS "case", trim(activity) AS activity, nullif(trim(resource), \'\') AS resource, '
            'coalesce(start_at, end_at) AS start, end_at AS "end", lower(trim(lifecycle)) AS lifecycle '
            "FROM rows ORDER BY row"
        ).to_arrow_table()
    )
    return table, [*warnings, *more]


def paired(events: pa.Table) -> tuple[pa.Table, list[Text]]:
    """Joins the start and the completion of one activity into one event, by the XES life cycle.

    The n-th start of an activity in a case belongs to its n-th completion. Other transitions (suspend, assign …) are
    no events of their own and are left out, with a warning.
    """
    kinds = set(events["lifecycle"].unique().to_pylist()) - {None, ""}
    if not kinds - {"complete"}:
        return events.drop_columns(["lifecycle"]), []
    with duckdb.connect() as engine:
        engine.register("events", events)
        table = engine.execute(
            "WITH numbered AS (SELECT *, row_number() OVER () AS row FROM events), "
            "marked AS (SELECT *, coalesce(nullif(lifecycle, ''), 'complete') AS kind FROM numbered), "
            'placed AS (SELECT *, row_number() OVER (PARTITION BY "case", activity, kind ORDER BY "end", row) AS place '
            "FROM marked WHERE kind IN ('start', 'complete')) "
            'SELECT coalesce(c."case", s."case") AS "case", coalesce(c.activity, s.activity) AS activity, '
            "coalesce(c.resource, s.resource) AS resource, "
            # A completion that the n-th start comes after stands alone: it began when it ended.
            'least(coalesce(s."end", c.start), c."end") AS start, coalesce(c."end", s."end") AS "end" '
            "FROM (SELECT * FROM placed WHERE kind = 'complete') c FULL JOIN "
            "(SELECT * FROM placed WHERE kind = 'start') s USING (\"case\", activity, place) "
            "ORDER BY coalesce(c.row, s.row)"
        ).to_arrow_table()
        other = engine.execute(
            "SELECT count(*) FROM events WHERE lifecycle NOT IN ('start', 'complete', '')"
        ).fetchone()
    warnings = []
    if other and other[0]:
        warnings.append(
            Text(
                zh=f"{other[0]} 条生命周期记录既不是开始也不是完成（如挂起、派发），未计为事件。",
                en=f"{other[0]} life-cycle records are neither start nor complete (suspend, assign …); not "
                f"counted as events.",
            )
        )
    return table, warnings
