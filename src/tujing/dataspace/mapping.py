"""Which of the element's columns each heading means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from tujing.elements.definition import Element
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

ALIKE = 0.6
"""How alike a heading and a column's name must be to be suggested, by difflib's ratio."""


@dataclass(frozen=True)
class ColumnChoice:
    """Heading → column for the headings used, and the headings nobody claims."""

    columns: Mapping[str, str]
    ignored: tuple[str, ...]


def normalise(heading: str) -> str:
    """Folds case, width, spaces, `_`, `-` and `*`, and drops a unit in brackets: `换型时间 (min)` is `换型时间`."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"[\s_\-*:]+", "", re.sub(r"[(\[【][^)\]】]*[)\]】]\s*$", "", folded)) or folded.strip()


def choose(
    element: Element,
    headings: Sequence[str],
    *,
    asked: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
    file: str = "",
) -> ColumnChoice:
    """Maps headings to columns: as `asked` (column → heading), as `remembered` (normalised heading → column), then by
    name, Chinese label, English label and alias.

    Raises
    ------
    BadInput
        When `asked` names an unknown column or heading, or a required column stays without a heading.
    """
    chosen = _asked(element, headings, asked or {}, file)
    for known in (remembered or {}, *_namings(element)):
        for heading in headings:
            column = known.get(normalise(heading))
            if heading not in chosen and column in element.columns and column not in chosen.values():
                chosen[heading] = column
    _refuse_missing(element, headings, chosen, file)
    return ColumnChoice(
        columns={heading: chosen[heading] for heading in headings if heading in chosen},
        ignored=tuple(heading for heading in headings if heading not in chosen),
    )


def suggest(
    element: Element, headings: Sequence[str], remembered: Mapping[str, str] | None = None
) -> dict[str, tuple[str, str]]:
    """Returns column → (heading, how it was found): `remembered`, `named`, or `alike` for the nearest of what is left.

    Unlike `choose` it refuses nothing: a gap is a question to the person.
    """
    found, free = _known(element, headings, remembered)
    for name, column in element.columns.items():
        if name in found or not free:
            continue
        words = [normalise(one) for one in (name, column.label.zh, column.label.en, *column.aliases)]
        scored = [(max(_alike(normalise(one), word) for word in words), one) for one in free]
        share, heading = max(scored)
        if share >= ALIKE:
            found[name] = (heading, "alike")
            free.remove(heading)
    return found


def likely_header(element: Element, rows: Sequence[Sequence[str]], remembered: Mapping[str, str] | None = None) -> int:
    """Returns which of a file's first rows names most of the element's columns, counted from 1; 1 when none does."""
    named = [len(_known(element, [one for one in row if one], remembered)[0]) for row in rows]
    return named.index(max(named)) + 1 if any(named) else 1


def _known(
    element: Element, headings: Sequence[str], remembered: Mapping[str, str] | None
) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Returns column → (heading, how) for those remembered or named, and the headings that are left."""
    free = list(headings)
    found: dict[str, tuple[str, str]] = {}
    for how, known in (("remembered", remembered or {}), *(("named", one) for one in _namings(element))):
        for heading in list(free):
            meant = known.get(normalise(heading), "")
            if meant in element.columns and meant not in found:
                found[meant] = (heading, how)
                free.remove(heading)
    return found, free


def _alike(heading: str, word: str) -> float:
    """Returns difflib's ratio, 0 where it stays below `ALIKE`, which its two upper bounds tell at once for most."""
    both = SequenceMatcher(None, heading, word)
    if both.real_quick_ratio() < ALIKE or both.quick_ratio() < ALIKE:
        return 0.0
    return both.ratio()


def _namings(element: Element) -> list[dict[str, str]]:
    columns = element.columns.items()
    return [
        {normalise(name): name for name, _ in columns},
        {normalise(column.label.zh): name for name, column in columns},
        {normalise(column.label.en): name for name, column in columns},
        {normalise(alias): name for name, column in columns for alias in column.aliases},
    ]


def _asked(element: Element, headings: Sequence[str], asked: Mapping[str, str], file: str) -> dict[str, str]:
    by_form = {normalise(heading): heading for heading in headings}
    chosen: dict[str, str] = {}
    for column, heading in asked.items():
        if column not in element.columns:
            near = get_close_matches(column, element.columns, n=1)
            raise refuse(
                "unknown_column",
                f"数据要素 {element.name} 没有名为 {column} 的列。{f'是否指 {near[0]}？' if near else ''}",
                f"Data element {element.name} has no column {column}. {f'Did you mean {near[0]}?' if near else ''}",
                file=file,
                column=column,
            )
        found = heading if heading in headings else by_form.get(normalise(heading))
        if found is None:
            raise refuse(
                "unknown_heading",
                f"文件里没有表头“{heading}”；现有：{'、'.join(headings[:20])}。",
                f"The file has no heading “{heading}”; it has: {', '.join(headings[:20])}.",
                file=file,
                row=1,
            )
        chosen[found] = column
    return chosen


def _refuse_missing(element: Element, headings: Sequence[str], chosen: Mapping[str, str], file: str) -> None:
    free = [heading for heading in headings if heading not in chosen]
    problems = []
    for name, column in element.columns.items():
        if not column.required or name in chosen.values():
            continue
        hint = free[0] if free else "…"
        problems.append(
            Problem(
                "missing_column",
                Text(
                    zh=f"没有找到必填列“{column.label.zh}”（{name}）；若表头另有叫法，请用 --map {name}={hint} 指明。",
                    en=f"The required column “{column.label.en}” ({name}) was not found; "
                    f"if it has another heading, say so with --map {name}={hint}.",
                ),
                file=file,
                row=1,
                column=name,
            )
        )
    if problems:
        raise BadInput(problems)
