"""All rows of a file checked against an organisation's tables before an import; the bad ones with their cells."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tujing.dataspace import mapping as mapping_module
from tujing.dataspace import store
from tujing.dataspace.choices import Reading
from tujing.dataspace.importing import Job, load
from tujing.dataspace.models import ColumnMapping
from tujing.dataspace.reading import batches
from tujing.dataspace.services import references
from tujing.elements.definition import element as element_named
from tujing.enterprise.models import Organisation
from tujing.words import Text

BAD_ROWS_SHOWN = 50


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
