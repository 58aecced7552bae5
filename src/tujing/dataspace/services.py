"""Reading and writing an organisation's tables. Every function takes the organisation first and sees only its rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from tujing.dataspace import checking, store, units
from tujing.dataspace import mapping as mapping_module
from tujing.dataspace.choices import Reading
from tujing.dataspace.facts import ElementFacts, Measured, element_facts, measure
from tujing.dataspace.importing import Job, Loaded, load
from tujing.dataspace.limits import LIMITS, Limits
from tujing.dataspace.models import ColumnMapping, TableVersion
from tujing.dataspace.schema import conform
from tujing.dataspace.slices import ROWS_A_GROUP
from tujing.dataspace.sniff import Source
from tujing.elements.definition import Element
from tujing.elements.definition import element as element_named
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

if TYPE_CHECKING:
    import ibis

PROBLEMS_SHOWN = 20


@dataclass(frozen=True)
class ImportReport:
    """What an import did."""

    element: str
    rows: int
    """Rows imported by this file; an appended version holds more."""
    rejected: int
    version: TableVersion
    reject_file: Path | None
    problems: list[Problem]
    """The first of the rejected rows' problems."""
    warnings: list[Text]
    """Headings not used, and units that look mistaken."""
    columns: dict[str, str]
    """Heading → column, as used and remembered."""
    encoding: str
    """Empty for a workbook."""
    seconds: float


def write_table(
    organisation: Organisation, element: str, table: pa.Table, *, source: str, by: str = ""
) -> TableVersion:
    """Makes a checked table the element's current version.

    Raises
    ------
    BadInput
        When columns, types, keys, ranges, enumerations or references do not fit; nothing is written then.
    """
    definition = element_named(element)
    conformed = conform(definition, table)
    problems = _first_problems(definition, conformed, references(organisation, definition))
    if problems:
        raise BadInput(problems)
    with store.incoming(organisation, element) as part:
        pq.write_table(conformed, part, compression="zstd", row_group_size=ROWS_A_GROUP)
        _refuse_repeats(definition, part)
        return store.commit(
            organisation,
            definition,
            part,
            conformed.num_rows,
            based_on=store.current(organisation, element),
            mode="replace",
            source=source,
            by=by,
        )


def import_file(
    organisation: Organisation,
    element: str,
    path: Path | str,
    *,
    mapping: Mapping[str, str] | None = None,
    mode: Literal["replace", "append"] = "replace",
    skip_bad: bool = False,
    sheet: str = "",
    by: str = "",
    progress: Callable[[float], None] | None = None,
    limits: Limits = LIMITS,
    reading: Reading = Reading(),
) -> ImportReport:
    """Imports a CSV file or a workbook as the element's new version.

    `mapping` says column → heading where the headings do not tell, `reading` what else is not as the file has it (its
    sheet stands before `sheet`). `progress` is told the share done; it may raise to
    stop.

    Raises
    ------
    BadInput
        When the file cannot be read, a required column is not found, or, without `skip_bad`, any row is bad. Nothing
        is changed then; the bad rows are in the reject file that the last problem names.
    """
    from tujing.dataspace.engine import engine

    started = time.perf_counter()
    definition = element_named(element)
    reading = replace(reading, sheet=reading.sheet or sheet)
    source = reading.source(Path(path), limits)
    remembered = ColumnMapping.objects.filter(organisation=organisation, element=element).first()
    choice = mapping_module.choose(
        definition,
        source.headings,
        asked=mapping,
        remembered=remembered.headings if remembered else None,
        file=source.path.name,
    )
    active = store.current(organisation, element)
    existing = store.paths(active) if active else []
    with store.incoming(organisation, element) as part:
        job = Job(
            source=source,
            element=definition,
            columns=choice.columns,
            part=part,
            references=references(organisation, definition),
            factors=reading.factors(definition),
            existing=existing if mode == "append" else (),
            limits=limits,
            share=progress,
        )
        reject = store.reject_path(organisation, element)
        loaded = load(job, engine(), reject)
        if loaded.rejected and not skip_bad:
            raise BadInput([*loaded.problems[: PROBLEMS_SHOWN - 1], _summary(loaded, source, reject)])
        if loaded.rows == 0:
            raise refuse(
                "no_rows",
                "文件里没有可导入的数据行，现有数据未改动。",
                "The file has no row to import; the present data is unchanged.",
                file=source.path.name,
            )
        warnings = [*_ignored(choice.ignored), *units.slips(definition, engine(), existing, [part])]
        engine().forget([part])
        version = store.commit(
            organisation, definition, part, loaded.rows, based_on=active, mode=mode, source=source.path.name, by=by
        )
    _remember(organisation, element, choice.columns, reading.units)
    if progress:
        progress(1.0)
    return ImportReport(
        element=element,
        rows=loaded.rows,
        rejected=loaded.rejected,
        version=version,
        reject_file=reject if loaded.rejected else None,
        problems=loaded.problems,
        warnings=warnings,
        columns=dict(choice.columns),
        encoding=source.encoding,
        seconds=time.perf_counter() - started,
    )


def table(organisation: Organisation, element: str) -> ibis.Table | None:
    """Returns the element's current table, lazily; none when it has no data."""
    from tujing.dataspace.engine import engine

    version = store.current(organisation, element_named(element).name)
    return None if version is None else engine().table(store.paths(version))


def arrow(organisation: Organisation, element: str, columns: Sequence[str] | None = None) -> pa.Table | None:
    """Returns the element's current table in memory, rows in the order they were imported; none when it has no data."""
    version = store.current(organisation, element_named(element).name)
    if version is None:
        return None
    wanted = None if columns is None else list(columns)
    return pa.concat_tables([_read(path, wanted) for path in store.paths(version)])


def _read(path: Path, columns: list[str] | None) -> pa.Table:
    """A file as a file: to look at it as a data set loads pandas, which the first reader of a page waits for."""
    with pq.ParquetFile(path) as file:
        return file.read(columns)


def facts(organisation: Organisation, as_of: date | None = None) -> dict[str, ElementFacts]:
    """Returns the readiness facts of every element that has data."""
    from django.utils import timezone

    day = as_of or timezone.localdate()
    versions = store.currents(organisation)
    return {
        name: element_facts(element_named(name), measured_counts(version, versions), day)
        for name, version in versions.items()
    }


def undo(organisation: Organisation, element: str) -> TableVersion | None:
    """Makes the previous version current again and returns it; none when there was none.

    Raises
    ------
    BadInput
        When the element has no current version.
    """
    return store.step_back(organisation, element_named(element).name)


def versions(organisation: Organisation, element: str) -> list[TableVersion]:
    """Returns the element's versions, newest first."""
    found = TableVersion.objects.filter(organisation=organisation, element=element_named(element).name)
    return list(found.select_related("organisation").order_by("-number"))


def references(organisation: Organisation, element: Element) -> dict[str, pa.Array]:
    """Returns the values that exist for each of the element's references, where the other element has data."""
    from tujing.dataspace.engine import engine

    found = {}
    for column in element.columns.values():
        target, _, target_column = column.reference.partition(".")
        version = store.current(organisation, target) if target and target != element.name else None
        if version is not None and column.reference not in found:
            found[column.reference] = engine().distinct(store.paths(version), target_column)
    return found


def measured_counts(version: TableVersion, versions: dict[str, TableVersion]) -> Measured:
    """Measures a version once for each state of the tables it refers to."""
    from tujing.dataspace.engine import engine

    definition = element_named(version.element)
    targets = {column.reference.partition(".")[0] for column in definition.columns.values() if column.reference}
    against = {name: versions[name].pk for name in sorted(targets) if name in versions}
    kept = version.measured
    if kept and kept["against"] == against:
        return Measured(**kept["counts"])
    counts = measure(
        engine(), definition, store.paths(version), {name: store.paths(versions[name]) for name in against}
    )
    TableVersion.objects.filter(pk=version.pk).update(measured={"against": against, "counts": asdict(counts)})
    return counts


def _first_problems(element: Element, table: pa.Table, known: dict[str, pa.Array]) -> list[Problem]:
    problems = []
    for violation in checking.violations(element, table, known):
        for position in violation.rows[:PROBLEMS_SHOWN].tolist():
            value = table.column(violation.column)[position].as_py()
            problems.append(checking.problem(violation, position + 2, value))
    return problems[:PROBLEMS_SHOWN]


def _refuse_repeats(element: Element, part: Path) -> None:
    from tujing.dataspace.engine import engine

    try:
        repeated = engine().has_repeats([part], element.key)
    finally:
        engine().forget([part])
    if repeated:
        raise refuse(
            "repeated_key",
            f"主键（{'、'.join(element.key)}）有重复，请保证每行唯一。",
            f"The key ({', '.join(element.key)}) is repeated; make every row unique.",
            key=", ".join(element.key),
        )


def _summary(loaded: Loaded, source: Source, reject: Path) -> Problem:
    words = Text(
        zh=f"共有 {loaded.rejected:,} 行未通过检查（{loaded.problem_count:,} 处问题），没有导入任何数据；"
        f"全部坏行与原因见 {reject}。改正后重新导入，或用 --skip-bad 只导入其余 {loaded.rows:,} 行。",
        en=f"{loaded.rejected:,} rows failed the check ({loaded.problem_count:,} problems) and nothing was imported; "
        f"all bad rows and reasons are in {reject}. Correct and import again, or import the other {loaded.rows:,} rows "
        "with --skip-bad.",
    )
    return Problem("bad_rows", words, file=source.path.name, detail=str(reject))


def _ignored(headings: Sequence[str]) -> list[Text]:
    if not headings:
        return []
    shown = list(headings[:20])
    return [Text(zh=f"这些列没有用到：{'、'.join(shown)}。", en=f"These columns were not used: {', '.join(shown)}.")]


def _remember(
    organisation: Organisation, element: str, columns: Mapping[str, str], used_units: Mapping[str, str]
) -> None:
    headings = {mapping_module.normalise(heading): column for heading, column in columns.items()}
    ColumnMapping.objects.update_or_create(
        organisation=organisation, element=element, defaults={"headings": headings, "units": dict(used_units)}
    )
