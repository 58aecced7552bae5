"""The plant and the truth as data: `plant.yaml` and `truth.yaml`, and the few questions the generator asks of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tujing.problems import read_yaml

HERE = Path(__file__).parent
Content = dict[str, Any]
DAY = 24 * 60
"""Minutes of a day; every time inside the generator is whole minutes since midnight of the clock's first day."""


@cache
def plant() -> Content:
    content: Content = read_yaml(HERE / "plant.yaml")
    return content


@cache
def truth() -> Content:
    content: Content = read_yaml(HERE / "truth.yaml")
    return content


def stream(seed: int, part: str, era: int = 0) -> np.random.Generator:
    """Returns the random numbers of one part and era, so that a change in one leaves the others' numbers alone."""
    return np.random.default_rng([seed, *part.encode(), *([era] if era else [])])


class Clock:
    """Working days and shifts between two dates, both included.

    Seams are the last days of the exports made so far. They part time into eras; each era draws its own random numbers,
    so that what the factory lives through later leaves what it lived through before as it was.
    """

    def __init__(self, first: date, last: date, seams: Sequence[date] = ()) -> None:
        rules = plant()
        closed = {a + timedelta(days=n) for a, b in rules["closed"] for n in range((b - a).days + 1)}
        self.first = first
        self.dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self.is_working = [day.weekday() != rules["rest_weekday"] and day not in closed for day in self.dates]
        self.working_days = [index for index, works in enumerate(self.is_working) if works]
        self.opens = rules["shifts"][0]["start"] * 60
        self.closes = rules["shifts"][-1]["end"] * 60
        self.seams = [(seam - first).days for seam in seams]

    def era_of_day(self, day: int) -> int:
        return bisect_left(self.seams, day)

    def era_of(self, minute: int) -> int:
        """Returns the era of a minute; the midnight that ends a seam's day still belongs to it."""
        return bisect_left(self.seams, (minute - 1) // DAY)

    def minute(self, day: date) -> int:
        return (day - self.first).days * DAY

    def later(self, index: int, working_days: int) -> int:
        """Returns the day index that many working days after a day."""
        position = int(np.searchsorted(self.working_days, index, side="right"))
        return self.working_days[min(position + working_days - 1, len(self.working_days) - 1)]

    def moments(self, minutes: npt.ArrayLike) -> npt.NDArray[np.datetime64]:
        """Returns datetimes for minutes; a negative minute stands for "not yet" and becomes missing."""
        values = np.asarray(minutes, dtype=np.int64)
        found = np.datetime64(self.first, "us") + values.astype("timedelta64[m]")
        return np.where(values < 0, np.datetime64("NaT"), found)

    def days(self, indices: npt.ArrayLike) -> npt.NDArray[np.datetime64]:
        """Returns dates for day indices; a negative index becomes missing."""
        values = np.asarray(indices, dtype=np.int64)
        found = np.datetime64(self.first, "D") + values.astype("timedelta64[D]")
        return np.where(values < 0, np.datetime64("NaT"), found)


def step_minutes(operation: str, before: str, after: str, truths: Content) -> float:
    """Returns the standard minutes to change a machine of this operation from one set-up family to another."""
    rules = plant()["setups"]
    if operation not in rules:
        return float(rules["other"][operation])
    rule = rules[operation]
    if before == after:
        return float(rule["same"])
    declared = truths["setup_loss"]["declared"] if operation == truths["setup_loss"]["operation"] else None
    change = declared["change_minutes"] if declared else rule["change"]
    step = declared["step_minutes"] if declared else rule["step"]
    families = rule["families"]
    return float(change + step * (abs(families.index(before) - families.index(after)) - 1))


def setup_family(product: str, operation: str) -> str:
    """Returns the set-up family of a product at an operation; operations without families have one, named `ONE`."""
    return str(plant()["products"][product].get(operation, "ONE"))
