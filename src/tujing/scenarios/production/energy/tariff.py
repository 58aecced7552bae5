"""A time-of-use tariff in two parts: energy by sharp, peak, flat and valley hours (尖峰平谷); demand or capacity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tujing.problems import check_model, read_yaml, refuse
from tujing.words import Text

Period = Literal["sharp", "peak", "flat", "valley"]
PERIODS: tuple[Period, ...] = ("sharp", "peak", "flat", "valley")
Hours = tuple[tuple[float, float], ...]


class Season(BaseModel):
    """Which hours are dear and cheap in some months."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    months: tuple[int, ...] = ()
    """1–12; none: every month that no other season names."""
    sharp: Hours = ()
    peak: Hours = ()
    valley: Hours = ()

    @model_validator(mode="after")
    def _hours(self) -> Self:
        spans = sorted(span for name in ("sharp", "peak", "valley") for span in getattr(self, name))
        if any(not 0 <= start < end <= 24 for start, end in spans):
            raise ValueError("an hour span is [from, to) with 0 ≤ from < to ≤ 24; split one that passes midnight")
        if any(after[0] < before[1] for before, after in pairwise(spans)):
            raise ValueError("hour spans overlap")
        if any(not 1 <= month <= 12 for month in self.months):
            raise ValueError("months are 1 to 12")
        return self


class Tariff(BaseModel):
    """Prices in CNY/kWh, demand in CNY per kW and month of the highest quarter of an hour, capacity in CNY per kVA."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    source: str = Field(min_length=3)
    status: Literal["found", "recalled", "constructed", "measured"]
    prices: Mapping[Period, float]
    demand: float = Field(default=0.0, ge=0)
    capacity: float = Field(default=0.0, ge=0)
    feed_in: float = Field(default=0.0, ge=0)
    seasons: tuple[Season, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if set(self.prices) != set(PERIODS) or min(self.prices.values()) < 0:
            raise ValueError("prices of sharp, peak, flat and valley are needed, none below zero")
        if self.demand and self.capacity:
            raise ValueError("a basic charge is by demand or by capacity, not by both")
        named = [month for season in self.seasons for month in season.months]
        if len(named) != len(set(named)) or sum(not season.months for season in self.seasons) > 1:
            raise ValueError("a month belongs to two seasons")
        if set(named) != set(range(1, 13)) and all(season.months for season in self.seasons):
            raise ValueError("some months belong to no season")
        return self

    def period(self, moment: datetime) -> Period:
        """Returns the period of the hour in which `moment` lies."""
        rest = next((season for season in self.seasons if not season.months), None)
        season = next((one for one in self.seasons if moment.month in one.months), rest)
        hour = moment.hour + moment.minute / 60
        named: tuple[Period, ...] = ("sharp", "peak", "valley")
        return next((one for one in named if any(a <= hour < b for a, b in getattr(season, one))), "flat")

    def price(self, moment: datetime) -> float:
        return self.prices[self.period(moment)]


def tariff_for(given: str | Mapping[str, Any]) -> Tariff:
    """Returns a shipped tariff by its name, or the user's own from its fields.

    Raises
    ------
    BadInput
        When the name is unknown or the fields do not make a tariff.
    """
    if not isinstance(given, str):
        return check_model(Tariff, given, "tariff")
    if given not in tariffs():
        raise refuse(
            "unknown_tariff",
            f"没有名为 {given} 的电价；可用：{'、'.join(tariffs())}，也可直接给出自己的电价。",
            f"There is no tariff {given}; there are: {', '.join(tariffs())}, or give your own.",
            file="parameters",
            key="tariff",
        )
    return tariffs()[given]


@cache
def tariffs() -> dict[str, Tariff]:
    path = Path(__file__).parent / "tariffs.yaml"
    return {name: check_model(Tariff, content, path) for name, content in read_yaml(path).items()}
