"""Everything found wrong with a file, kept small however much it is: a few problems in words, the rest as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tujing.dataspace.checking import Violation, problem
from tujing.problems import Problem
from tujing.words import Text

SHOWN = 20


class Findings:
    """Collects violations batch by batch. Rows are numbered as a person counts: the header is row 1."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._shown: list[Problem] = []
        self._words: list[Text] = []
        self._places: list[tuple[str, Text]] = []
        self._rule_of: dict[tuple[str, str], int] = {}
        self._rows: list[NDArray[np.int64]] = []
        self._rules: list[NDArray[np.int32]] = []
        self.count = 0
        """How many problems; a row can have several."""

    def add(
        self, violation: Violation, rows: NDArray[np.int64], texts: Mapping[str, pa.StringArray], heading: str
    ) -> None:
        """Notes a violation in a batch whose rows have these numbers and original texts (by heading)."""
        rule = self._rule_of.setdefault((violation.code, violation.column), len(self._words))
        if rule == len(self._words):
            label = f"{heading}：" if heading else "", f"{heading}: " if heading else ""
            self._places.append((heading, violation.words))
            self._words.append(Text(zh=label[0] + violation.words.zh, en=label[1] + violation.words.en))
        self._rows.append(rows[violation.rows])
        self._rules.append(np.full(len(violation.rows), rule, dtype=np.int32))
        self.count += len(violation.rows)
        for position in violation.rows[:SHOWN].tolist():
            value = texts[heading][position].as_py() if heading in texts else None
            self._shown.append(problem(violation, int(rows[position]), value, self._file, heading))
        self._shown = sorted(self._shown, key=lambda found: found.row or 0)[:SHOWN]

    def shown(self) -> list[Problem]:
        """Returns the first problems by row."""
        return list(self._shown)

    def rows(self) -> NDArray[np.int64]:
        """Returns the numbers of the rows refused, ascending, each once."""
        return np.unique(np.concatenate(self._rows)) if self._rows else np.empty(0, dtype=np.int64)

    def complaints(self, first: int, last: int) -> dict[int, list[tuple[str, Text]]]:
        """Returns row → (heading, what is wrong) for the rows from first to last; no heading for the row itself."""
        found: dict[int, list[tuple[str, Text]]] = {}
        for row, rule in self._rules_of(first, last):
            found.setdefault(row, []).append(self._places[rule])
        return found

    def reasons(self, first: int, last: int) -> dict[int, list[Text]]:
        """Returns row → reasons for the rows from first to last."""
        found: dict[int, list[Text]] = {}
        for row, rule in self._rules_of(first, last):
            found.setdefault(row, []).append(self._words[rule])
        return found

    def _rules_of(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        for rows, rules in zip(self._rows, self._rules, strict=True):
            if not len(rows) or rows[-1] < first or rows[0] > last:
                continue
            inside = (rows >= first) & (rows <= last)
            yield from zip(rows[inside].tolist(), rules[inside].tolist(), strict=True)
