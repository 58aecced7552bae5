"""Turns columns into numbers for the models: words as flags, and products and differences of few columns.

A power is a product, a temperature gap a difference: trees need many splits for what one such column says at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tujing.problems import refuse
from tujing.scenarios.production.quality_inspection.sheets import Sheet

Floats = NDArray[np.float64]
COMBINED_UP_TO = 12
"""Numeric columns up to which all pairs are combined."""
WORDS_UP_TO = 12


@dataclass(frozen=True)
class Features:
    """How a table becomes a matrix, learned from the training table."""

    numbers: tuple[str, ...]
    words: tuple[tuple[str, tuple[str, ...]], ...]
    """Columns of words with the words that get a flag."""
    pairs: tuple[tuple[int, int], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The source columns."""
        return self.numbers + tuple(name for name, _ in self.words)

    def matrix(self, sheet: Sheet) -> Floats:
        """Returns rows × features; NaN where missing.

        Raises
        ------
        BadInput
            When a column of the training table is absent or holds words where it held numbers.
        """
        for name in self.columns:
            absent = name not in sheet.columns
            if absent or (name in self.numbers and not sheet.is_number(name)):
                raise refuse(
                    "column_absent" if absent else "not_numeric",
                    f"列 {name} {'缺少' if absent else '不是数值'}，训练表里有；请按同样的格式导出。",
                    f"Column {name} {'is absent' if absent else 'holds no numbers'}, unlike the training table; export "
                    "both alike.",
                    file=sheet.file,
                    column=name,
                )
        plain = [np.asarray(sheet.columns[name], dtype=float) for name in self.numbers]
        parts = list(plain)
        for name, words in self.words:
            cells = np.array(sheet.words(name))
            parts += [(cells == word).astype(float) for word in words]
        for one, other in self.pairs:
            parts += [plain[one] * plain[other], plain[one] - plain[other]]
        return np.column_stack(parts)

    def source(self, feature: int) -> tuple[str, ...]:
        """Returns the source columns of a feature."""
        if feature < len(self.numbers):
            return (self.numbers[feature],)
        feature -= len(self.numbers)
        for name, words in self.words:
            if feature < len(words):
                return (name,)
            feature -= len(words)
        one, other = self.pairs[feature // 2]
        return self.numbers[one], self.numbers[other]


def plan(sheet: Sheet, columns: Sequence[str]) -> Features:
    """Returns how these columns become features."""
    numbers = tuple(name for name in columns if sheet.is_number(name))
    words = []
    for name in columns:
        if not sheet.is_number(name):
            found, counts = np.unique(np.array(sheet.words(name)), return_counts=True)
            words.append((name, tuple(str(word) for word in found[np.argsort(-counts, kind="stable")][:WORDS_UP_TO])))
    varied = [i for i, name in enumerate(numbers) if len(np.unique(np.asarray(sheet.columns[name]))) > 2]
    pairs = [(one, other) for one in varied for other in varied if one < other] if len(varied) <= COMBINED_UP_TO else []
    return Features(numbers, tuple(words), tuple(pairs))
