"""Reads OR-Library's text of capacitated facility location (`cap41` … `capc`), gzipped or not.

Numbers of facilities and customers; a line of capacity and fixed cost a facility; then for each customer its demand and
the cost of serving all of it from each facility. The word `capacity` stands for a parameter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tujing.problems import refuse
from tujing.runtime.textfiles import first_lines, read_text
from tujing.scenarios.supply_chain.distribution.location import Floats, LocationProblem
from tujing.scenarios.supply_chain.distribution.text_instance import number, one_file

LIMIT = 50_000_000


@dataclass(frozen=True, eq=False)
class CapInstance:
    """A parsed text; capacities that the file leaves open are not-a-number."""

    name: str
    capacity: Floats
    fixed: Floats
    demand: Floats
    cost: Floats

    def problem(self, capacity: float | None) -> LocationProblem:
        """Returns the problem, with `capacity` where the file leaves it open. Names count from 1.

        Raises
        ------
        BadInput
            When the file leaves capacities open and none is given.
        """
        left_open = np.isnan(self.capacity)
        if left_open.any() and capacity is None:
            raise refuse(
                "capacity_open",
                "这个算例的容量写作 capacity，须给出数值，例如 --param capacity=8000。",
                "This instance leaves its capacity open; give it, for example --param capacity=8000.",
                file=self.name,
                column="capacity",
            )
        return LocationProblem(
            capacity=np.where(left_open, capacity or 0.0, self.capacity),
            fixed=self.fixed,
            demand=self.demand,
            cost=self.cost,
            facilities=tuple(str(i + 1) for i in range(len(self.fixed))),
            customers=tuple(str(j + 1) for j in range(len(self.demand))),
        )


class CapText:
    """The format that `Distribution` reads straight from a file."""

    name = "or_library_cap"

    def matches(self, path: Path) -> bool:
        """Returns whether the text begins with two whole numbers, then `capacity cost`."""
        words = [line.split() for line in first_lines(path, 6) if line.strip()]
        if len(words) < 2 or len(words[0]) != 2 or not all(word.isdecimal() for word in words[0]):
            return False
        return len(words[1]) == 2 and (words[1][0] == "capacity" or _numeric(words[1][0])) and _numeric(words[1][1])

    def read(self, paths: Mapping[str, Path]) -> CapInstance:
        """Parses an instance.

        Raises
        ------
        BadInput
            With file and row, when numbers are missing, are not numbers or are negative.
        """
        return read_cap(one_file(paths))


def _numeric(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False


def read_cap(path: Path) -> CapInstance:
    """Reads OR-Library's text; line breaks within a customer's costs mean nothing."""
    lines = read_text(path).splitlines()
    words = [(row, word) for row, line in enumerate(lines, start=1) for word in line.split()]
    if len(words) < 2:
        raise refuse("empty_file", "文件里没有数据。", "The file holds no data.", file=path)
    m, n = (int(number(word, path, row)) for row, word in words[:2])
    if m < 1 or n < 1 or m * n > LIMIT:
        raise refuse(
            "bad_header",
            "首行应为设施数与客户数，两个正整数。",
            "The first line should be the numbers of facilities and of customers.",
            file=path,
            row=1,
        )
    wanted = 2 + 2 * m + n * (m + 1)
    if len(words) != wanted:
        raise refuse(
            "number_count",
            f"首行写明 {m} 个设施、{n} 个客户，应有 {wanted} 个数，实际 {len(words)} 个；请核对文件是否完整。",
            f"{m} facilities and {n} customers need {wanted} numbers, there are {len(words)}; is the file whole?",
            file=path,
            row=words[-1][0],
        )
    values = np.array([math.nan if word == "capacity" else number(word, path, row) for row, word in words[2:]])
    if (values < 0).any():
        row, word = words[2 + int(np.argmax(values < 0))]
        raise refuse(
            "negative",
            "数值不能为负，请改正。",
            "No number may be negative; correct it.",
            file=path,
            row=row,
            value=word,
        )
    if np.isnan(values[1 : 2 * m : 2]).any() or np.isnan(values[2 * m :]).any():
        raise refuse(
            "capacity_word", "capacity 只能写在容量的位置。", "The word capacity stands only for a capacity.", file=path
        )
    sites, served = values[: 2 * m].reshape(m, 2), values[2 * m :].reshape(n, m + 1)
    return CapInstance(path.name, sites[:, 0], sites[:, 1], served[:, 0], np.ascontiguousarray(served[:, 1:].T))
