"""Reading and writing an organisation's tables. Every function takes the organisation first and sees only its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from tujing.dataspace import checking, store
from tujing.dataspace.facts import ElementFacts, Measured, element_facts, measure
from tujing.dataspace.models import TableVersion
from tujing.dataspace.schema import conform
from tujing.elements.definition import Element
from tujing.elements.definition import element as element_named
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput, Problem
from tujing.words import Text

if TYPE_CHECKING:
    import ibis

PROBLEMS_SHOWN = 20


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
        pq.write_table(conformed, part, compression="zstd")
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
    return pa.concat_tables([pq.read_table(path, columns=wanted) for path in store.paths(version)])


def facts(organisation: Organisation, as_of: date | None = None) -> dict[str, ElementFacts]:
    """Returns the readiness facts of every element that has data."""
    from django.utils import timezone

    day = as_of or timezone.localdate()
    versions = store.currents(organisation)
    return {
        name: element_facts(element_named(name), _measured(version, versions), day)
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


def _measured(version: TableVersion, versions: dict[str, TableVersion]) -> Measured:
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
            problems.append(checking.problem(violation, position, position + 2, value))
    return problems[:PROBLEMS_SHOWN]


def _refuse_repeats(element: Element, part) -> None:
    from tujing.dataspace.engine import engine

    if engine().has_repeats([part], element.key):
        words = Text(
            zh=f"主键（{'、'.join(element.key)}）有重复，请保证每行唯一。",
            en=f"The key ({', '.join(element.key)}) is repeated; make every row unique.",
        )
        raise BadInput(Problem("repeated_key", words, file=element.name))
