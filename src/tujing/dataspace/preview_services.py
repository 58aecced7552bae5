"""Before an import: how a file is read, which heading is which column, all rows checked, the bad with their cells."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from tujing.dataspace import mapping as mapping_module
from tujing.dataspace import store
from tujing.dataspace.choices import Reading
from tujing.dataspace.importing import Job, load
from tujing.dataspace.models import ColumnMapping
from tujing.dataspace.reading import batches
from tujing.dataspace.services import references
from tujing.dataspace.sniff import Source, first_rows
from tujing.dataspace.units import other_units
from tujing.elements.definition import Element
from tujing.elements.definition import element as element_named
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput
from tujing.words import Text

BAD_ROWS_SHOWN = 50
FIRST_ROWS = 8
CHECKED_BYTES = 16 * 1024 * 1024
"""A larger file is checked by the import's job, not while the person waits."""
CORRECTIONS = 2_000
"""Cells that can be mended in place; a file with more is mended where it comes from."""
HEADERLESS = ("blank_heading", "repeated_heading", "long_heading", "empty_sheet")
"""Refusals that another header row or sheet may answer."""


@dataclass(frozen=True)
class Candidate:
    """A column with the heading that it most likely is."""

    name: str
    heading: str
    how: str
    """`remembered`, `named` or `alike`; empty without a heading."""
    units: Mapping[str, float]
    """Other units that its figures may be in → factor."""
    unit: str
    """The one chosen, now or the last time."""


def first_reading(organisation: Organisation, element: str, path: Path) -> Reading:
    """Returns how a file that has just come is most likely read, its header row guessed.

    Raises
    ------
    BadInput
        When it cannot be read, whichever row its header is in.
    """
    reading = Reading()
    try:
        reading.source(path)
    except BadInput as error:
        if error.problems[0].code not in HEADERLESS:
            raise
    known = ColumnMapping.objects.filter(organisation=organisation, element=element).first()
    header = mapping_module.likely_header(element_named(element), first_rows(path), known.headings if known else None)
    return replace(reading, header=header)


def candidates(organisation: Organisation, one: Element, source: Source, reading: Reading) -> list[Candidate]:
    """Returns each column of the element with the heading of the file that it most likely is."""
    known = ColumnMapping.objects.filter(organisation=organisation, element=one.name).first()
    found = mapping_module.suggest(one, source.headings, known.headings if known else None)
    used = dict(known.units if known else {}) | dict(reading.units)
    return [
        Candidate(name, *found.get(name, ("", "")), other_units(column), used.get(name, ""))
        for name, column in one.columns.items()
    ]


def beginning(source: Source) -> list[tuple[Any, ...]]:
    """Returns the first rows' texts, in the order of the headings."""
    batch = next(iter(batches(source)), None)
    if batch is None:
        return []
    texts = [batch.columns[heading].slice(0, FIRST_ROWS).to_pylist() for heading in source.headings]
    return list(zip(*texts, strict=True))


@dataclass(frozen=True)
class BadRow:
    """A row that would be refused, as it stands in the file with the corrections made so far."""

    row: int
    cells: dict[str, str]
    """Heading → text."""
    complaints: dict[str, list[Text]]
    """Heading → what is wrong; an empty heading speaks of the row."""


@dataclass(frozen=True)
class Checked:
    headings: tuple[str, ...]
    good: int
    bad: int
    rows: list[BadRow]
    """The first of the bad ones."""


def check_file(
    organisation: Organisation,
    element: str,
    path: Path,
    *,
    mapping: Mapping[str, str],
    mode: Literal["replace", "append"] = "replace",
    reading: Reading = Reading(),
    shown: int = BAD_ROWS_SHOWN,
) -> Checked:
    """Checks a file as an import would, references and present keys too, and changes nothing.

    Raises
    ------
    BadInput
        When the file cannot be read or a required column has no heading.
    """
    from tujing.dataspace.engine import engine

    definition = element_named(element)
    source = reading.source(path)
    remembered = ColumnMapping.objects.filter(organisation=organisation, element=element).first()
    choice = mapping_module.choose(
        definition,
        source.headings,
        asked=mapping,
        remembered=remembered.headings if remembered else None,
        file=path.name,
    )
    active = store.current(organisation, element)
    with tempfile.TemporaryDirectory(prefix="tujing-check-") as folder:
        part = Path(folder) / "part.parquet"
        job = Job(
            source=source,
            element=definition,
            columns=choice.columns,
            part=part,
            references=references(organisation, definition),
            factors=reading.factors(definition),
            existing=store.paths(active) if active and mode == "append" else (),
        )
        loaded = load(job, engine(), Path(folder) / "rejects.csv")
        engine().forget([part])
    if loaded.findings is None or not loaded.rejected:
        return Checked(source.headings, loaded.rows, 0, [])
    wanted = [int(row) for row in loaded.findings.rows()[:shown]]
    complaints = loaded.findings.complaints(wanted[0], wanted[-1])
    found: list[BadRow] = []
    for batch in batches(source):
        for place, row in enumerate(batch.rows.tolist()):
            if row in complaints and len(found) < shown:
                cells = {heading: batch.columns[heading][place].as_py() or "" for heading in source.headings}
                told: dict[str, list[Text]] = {}
                for heading, words in complaints[row]:
                    told.setdefault(heading, []).append(words)
                found.append(BadRow(row, cells, told))
        if len(found) == len(wanted):
            break
    return Checked(source.headings, loaded.rows, loaded.rejected, found)
