"""From a file to one checked columnar part, in constant memory.

The fast path reads straight into the element's types and gives up at the first thing amiss. The careful path reads
text, finds every bad row with its reasons, and writes the good ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from tujing.dataspace.casting import SHEET_ERRORS, cast
from tujing.dataspace.checking import References, Violation, violations
from tujing.dataspace.engine import Engine
from tujing.dataspace.findings import Findings
from tujing.dataspace.limits import LIMITS, Limits
from tujing.dataspace.reading import TextBatch, batches
from tujing.dataspace.reject import write_rejects
from tujing.dataspace.schema import arrow_schema
from tujing.dataspace.slices import ROWS_A_GROUP
from tujing.dataspace.sniff import Source
from tujing.elements.definition import Element
from tujing.problems import Problem
from tujing.words import Text

ROW = "row__"
"""The careful path's column of row numbers."""
COMPRESSION = "zstd"
BLOCK_BYTES = 1 << 20
ROW_GROUP = 65_536
BATCH_COPIED = 131_072


@dataclass(frozen=True)
class Job:
    """What to import, into what, and what it must agree with."""

    source: Source
    element: Element
    columns: Mapping[str, str]
    """Heading → column."""
    part: Path
    """The file to write."""
    references: References = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    """Column → what its figures are multiplied by, where the file has them in another unit."""
    existing: Sequence[Path] = ()
    """Parts already there when appending; their keys must not come again."""
    limits: Limits = LIMITS
    share: Callable[[float], None] | None = None
    """Told the share done, 0–1; may raise to stop the import."""


@dataclass(frozen=True)
class Loaded:
    """What came of it. `part` holds the good rows."""

    rows: int
    rejected: int
    problems: list[Problem]
    """The first of them, by row."""
    problem_count: int
    findings: Findings | None = None
    """Everything found wrong, row by row; none when nothing was."""


def load(job: Job, engine: Engine, reject: Path) -> Loaded:
    """Writes the good rows to `job.part`, and the bad ones, when there are any, to the reject file.

    Raises
    ------
    BadInput
        When the file cannot be read to its end.
    """
    plain = job.source.kind == "text" and not job.source.corrections and not job.factors
    rows = _fast(job, engine) if plain else None
    if rows is not None:
        return Loaded(rows, 0, [], 0)
    return _careful(job, engine, reject)


def _fast(job: Job, engine: Engine) -> int | None:
    """Returns the number of rows written, or none when anything at all is amiss."""
    schema = arrow_schema(job.element)
    size = job.source.path.stat().st_size
    rows, ascending, last_key = 0, len(job.element.key) == 1, None
    try:
        with (
            job.source.path.open("rb") as file,
            pacsv.open_csv(file, **_options(job, schema)) as reader,
            pq.ParquetWriter(job.part, schema, compression=COMPRESSION) as writer,
        ):
            for raw in _row_groups(reader):
                batch = _in_order(raw, job, schema)
                rows += batch.num_rows
                unfit = rows > job.limits.rows or _too_long(batch) or _sheet_error(batch)
                if unfit or next(violations(job.element, batch, job.references), None):
                    return None
                keys = batch.column(job.element.key[0])
                ascending = ascending and _ascends(keys, last_key)
                last_key = keys[-1]
                writer.write_batch(batch, ROWS_A_GROUP)
                if job.share:
                    job.share(0.9 * file.tell() / size)
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError):
        return None
    # The engine has memory of its own: what the reader held goes back before it starts.
    pa.default_memory_pool().release_unused()
    # Keys that only ever grow cannot repeat; else the engine looks.
    if not ascending and engine.has_repeats([job.part], job.element.key):
        return None
    if job.existing and len(engine.rows_known([job.part], job.existing, job.element.key)):
        return None
    return rows


def _row_groups(reader: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Joins the reader's small batches, since the checks' lookup tables are built anew for each."""
    waiting: list[pa.RecordBatch] = []
    for batch in reader:
        waiting.append(batch)
        if sum(map(len, waiting)) >= ROW_GROUP:
            yield pa.concat_batches(waiting)
            waiting.clear()
    if sum(map(len, waiting)):
        yield pa.concat_batches(waiting)


def _options(job: Job, schema: pa.Schema) -> dict[str, object]:
    names = {heading: schema.field(column) for heading, column in job.columns.items()}
    encoding = "utf8" if job.source.encoding in ("utf-8", "utf-8-sig") else job.source.encoding
    return {
        "read_options": pacsv.ReadOptions(encoding=encoding, block_size=BLOCK_BYTES, skip_rows=job.source.header - 1),
        "parse_options": pacsv.ParseOptions(delimiter=job.source.delimiter, newlines_in_values=True),
        "convert_options": pacsv.ConvertOptions(
            include_columns=list(names),
            column_types={heading: field.type for heading, field in names.items()},
            null_values=[""],
            strings_can_be_null=True,
            # Other spellings go the careful path: strptime takes 30 February for 2 March.
            timestamp_parsers=[pacsv.ISO8601],
        ),
    }


def _in_order(raw: pa.RecordBatch, job: Job, schema: pa.Schema) -> pa.RecordBatch:
    headings = {column: heading for heading, column in job.columns.items()}
    columns = []
    for wanted in schema:
        if wanted.name not in headings:
            columns.append(pa.nulls(raw.num_rows, wanted.type))
        elif wanted.type == pa.string():
            columns.append(_trimmed(raw.column(headings[wanted.name])))
        else:
            columns.append(raw.column(headings[wanted.name]))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _trimmed(texts: pa.StringArray) -> pa.StringArray:
    trimmed = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _too_long(batch: pa.RecordBatch) -> bool:
    texts = [column for column in batch.columns if column.type == pa.string()]
    return any((pc.max(pc.binary_length(text)).as_py() or 0) > LIMITS.field_characters for text in texts)


def _sheet_error(batch: pa.RecordBatch) -> bool:
    errors = pa.array(SHEET_ERRORS)
    texts = [column for column in batch.columns if column.type == pa.string()]
    return any(pc.any(pc.is_in(text, value_set=errors)).as_py() for text in texts)


def _ascends(keys: pa.Array, before: pa.Scalar | None) -> bool:
    inside = len(keys) < 2 or pc.all(pc.less(keys[:-1], keys[1:])).as_py()
    return bool(inside and (before is None or pc.less(before, keys[0]).as_py()))


def _careful(job: Job, engine: Engine, reject: Path) -> Loaded:
    findings = Findings(job.source.path.name)
    numbered = job.part.with_suffix(".numbered")
    try:
        _write_numbered(job, numbered, findings)
        _add_key_violations(job, engine, numbered, findings)
        rejected = findings.rows()
        rows = _write_part(job, numbered, rejected)
    finally:
        engine.forget([numbered])
        numbered.unlink(missing_ok=True)
    if len(rejected):
        write_rejects(reject, job.source, batches(job.source, job.limits), findings)
    return Loaded(rows, len(rejected), findings.shown(), findings.count, findings)


def _write_numbered(job: Job, numbered: Path, findings: Findings) -> None:
    """Writes every row without a violation, with its number."""
    schema = arrow_schema(job.element).append(pa.field(ROW, pa.int64()))
    headings = {column: heading for heading, column in job.columns.items()}
    with pq.ParquetWriter(numbered, schema, compression="lz4") as writer:
        for texts in batches(job.source, job.limits, _scaled(job.share, 0.8)):
            typed, found = _typed(job.element, headings, texts, job.factors)
            found = [*texts.broken, *found, *_unexplained(violations(job.element, typed, job.references), texts, found)]
            good = np.ones(len(texts.rows), dtype=bool)
            for violation in found:
                good[violation.rows] = False
                findings.add(violation, texts.rows, texts.columns, headings.get(violation.column, ""))
            kept = typed.append_column(ROW, pa.array(texts.rows))
            writer.write_batch(kept.filter(pa.array(good)))


def _typed(
    element: Element, headings: Mapping[str, str], texts: TextBatch, factors: Mapping[str, float]
) -> tuple[pa.RecordBatch, list[Violation]]:
    schema = arrow_schema(element)
    columns, found = [], []
    for name, column in element.columns.items():
        if name not in headings:
            columns.append(pa.nulls(len(texts.rows), schema.field(name).type))
            continue
        values, violation = cast(name, column, texts.columns[headings[name]])
        if name in factors:
            # A text that says % itself has been taken for a share already.
            said = pc.ends_with(pc.utf8_rtrim_whitespace(texts.columns[headings[name]]), "%").fill_null(False)
            values = pc.if_else(said, values, pc.multiply(values, factors[name]))
        columns.append(values)
        if violation:
            found.append(violation)
    return pa.RecordBatch.from_arrays(columns, schema=schema), found


def _unexplained(
    broken_rules: Iterable[Violation], texts: TextBatch, unreadable: Sequence[Violation]
) -> Iterator[Violation]:
    """Leaves out what follows from an earlier complaint: the nulls where a row was no row or a text no value."""
    nulls = {violation.column: violation.rows for violation in unreadable}
    broken = np.concatenate([np.empty(0, dtype=np.int64), *(violation.rows for violation in texts.broken)])
    for violation in broken_rules:
        explained = np.union1d(broken, nulls[violation.column]) if violation.column in nulls else broken
        rows = np.setdiff1d(violation.rows, explained)
        if len(rows):
            yield replace(violation, rows=rows)


def _add_key_violations(job: Job, engine: Engine, numbered: Path, findings: Findings) -> None:
    key = job.element.key
    labels = [job.element.columns[name].label for name in key]
    zh, en = "＋".join(label.zh for label in labels), " + ".join(label.en for label in labels)
    headings = {column: heading for heading, column in job.columns.items()}
    rows = engine.repeated([numbered], key, ROW)
    words = Text(
        zh=f"{zh}与前面的行重复，请删去重复行或改正编号。",
        en=f"{en} repeats an earlier row; remove the repeat or correct it.",
    )
    _add_rows(findings, "repeated_key", words, rows, key, headings)
    if job.existing:
        known = engine.rows_known([numbered], job.existing, key, ROW)
        words = Text(
            zh=f"{zh}已在现有数据中，追加时不能重复；如需更正请用替换方式导入。",
            en=f"{en} is in the data already and cannot be appended again; to correct rows, import with replace.",
        )
        _add_rows(findings, "known_key", words, known, key, headings)


def _add_rows(
    findings: Findings, code: str, words: Text, rows: pa.Array, key: Sequence[str], headings: Mapping[str, str]
) -> None:
    numbers = rows.to_numpy(zero_copy_only=False)
    if len(numbers):
        every = np.arange(len(numbers), dtype=np.int64)
        findings.add(Violation(code, key[0], words, every), numbers, {}, headings.get(key[0], ""))


def _write_part(job: Job, numbered: Path, rejected: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    """Copies the rows that were not refused afterwards, in order, without their numbers."""
    schema = arrow_schema(job.element)
    refused = pa.array(rejected)
    rows = 0
    with pq.ParquetWriter(job.part, schema, compression=COMPRESSION) as writer, pq.ParquetFile(numbered) as file:
        for batch in file.iter_batches(BATCH_COPIED):
            good = batch.filter(pc.invert(pc.is_in(batch.column(ROW), value_set=refused)))
            rows += good.num_rows
            writer.write_batch(good.drop_columns([ROW]), ROWS_A_GROUP)
    return rows


def _scaled(share: Callable[[float], None] | None, part: float) -> Callable[[float], None] | None:
    return None if share is None else lambda done: share(part * done)
