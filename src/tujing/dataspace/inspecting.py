"""A data file against an element, without keeping anything: for the command line and for authors of samples."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tujing.dataspace.engine import engine
from tujing.dataspace.importing import Job, load
from tujing.dataspace.mapping import choose
from tujing.dataspace.sniff import Source, sniff
from tujing.elements.definition import Element, elements
from tujing.elements.definition import element as element_named
from tujing.problems import BadInput, Problem, refuse


@dataclass(frozen=True)
class Inspected:
    """What a file holds, seen as one element."""

    element: str
    rows: int
    bad_rows: int
    problems: list[Problem]
    """The first of them, by row."""
    problem_count: int
    columns: dict[str, str]
    """Heading → column."""
    ignored: tuple[str, ...]


def inspect_file(
    path: Path, element: str | None = None, *, asked: Mapping[str, str] | None = None, sheet: str = ""
) -> Inspected:
    """Checks every row but references, which need other tables. Without an element its headings tell which one it is.

    Raises
    ------
    BadInput
        When the file cannot be read, or fits no element or several alike.
    """
    source = sniff(path, sheet)
    definition = element_named(element) if element else recognise(source)
    choice = choose(definition, source.headings, asked=asked, file=path.name)
    with tempfile.TemporaryDirectory(prefix="tujing-check-") as folder:
        part = Path(folder) / "part.parquet"
        loaded = load(Job(source, definition, choice.columns, part), engine(), Path(folder) / "rejects.csv")
        engine().forget([part])
    return Inspected(
        element=definition.name,
        rows=loaded.rows,
        bad_rows=loaded.rejected,
        problems=loaded.problems,
        problem_count=loaded.problem_count,
        columns=dict(choice.columns),
        ignored=choice.ignored,
    )


def recognise(source: Source) -> Element:
    """Returns the element that claims most of the file's headings, given that it finds all it requires.

    Raises
    ------
    BadInput
        When none does, or two do equally well.
    """
    claimed: dict[str, int] = {}
    for name, definition in elements().items():
        try:
            claimed[name] = len(choose(definition, source.headings).columns)
        except BadInput:
            continue
    best = [name for name, count in claimed.items() if count == max(claimed.values())]
    if len(best) != 1:
        raise refuse(
            "which_element",
            "看不出这是哪个数据要素的数据"
            + (f"（{'、'.join(best)} 都有可能）" if best else "")
            + "，请用 --element 指明。",
            "The headings do not tell which data element this is"
            + (f" ({', '.join(best)} are alike)" if best else "")
            + "; say so with --element.",
            file=source.path.name,
        )
    return elements()[best[0]]
