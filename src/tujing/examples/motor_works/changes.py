"""What the scenarios taken up since the first export truly change: `adoptions` of `truth.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import prod

from .plant import Clock, Content


@dataclass(frozen=True)
class InUse:
    """One level of a scenario that went live. The pilot of `truth.yaml` is planted apart and is none of these."""

    scenario: str
    level: int
    go_live: date
    expected: Mapping[str, float]
    """Driver → the manifest's likeliest relative change. What arrives is the truth's share of it."""
    cost: float = 0.0
    """Forecast one-off cost, yuan; what is paid is the truth's multiple of it."""
    start: date | None = None
    """First day of the project."""


class Changes:
    """The true relative changes of the shop and of the accounts, by product family and day."""

    def __init__(self, clock: Clock, truths: Content, in_use: Sequence[InUse] = ()) -> None:
        self.truths, self.pilot = truths["adoptions"], truths["scheduling_pilot"]
        self.steps = [(step, (step.go_live - clock.first).days) for step in in_use]
        self._known: dict[tuple[str, str, int], float] = {}

    def setup(self, family: str, day: int) -> float:
        """Returns the factor on set-up minutes: paid minutes are saved where set-ups are."""
        return self._factor("setup", family, day)

    def rest(self, family: str, day: int) -> float:
        """Returns the factor on the hours a lot rests between operations, from which lead time and stock follow."""
        return self._factor("rest", family, day)

    def scrap(self, family: str, day: int) -> float:
        return self._factor("scrap", family, day)

    def driver(self, driver: str, day: int) -> float:
        """Returns the factor on a figure of the accounts."""
        changes = [true.get(driver, 0.0) for true in self._live("", day)]
        return prod(1.0 + change for change in changes)

    def true(self, step: InUse) -> dict[str, float]:
        """Returns the true relative change of each driver."""
        own = self.truths["by_step"].get(f"{step.scenario}@{step.level}", {})
        usual = self.truths["realised"]
        return {driver: own.get(driver, likeliest * usual[driver]) for driver, likeliest in step.expected.items()}

    def _live(self, family: str, day: int) -> list[dict[str, float]]:
        """Returns the true changes of the steps in use, for a family without those that its pilot brought before."""
        return [
            self.true(step)
            for step, live in self.steps
            if day >= live
            and not (
                family == self.pilot["family"]
                and step.scenario == self.pilot["scenario"]
                and step.level <= self.pilot["level"]
            )
        ]

    def _factor(self, kind: str, family: str, day: int) -> float:
        if not self.steps:
            return 1.0
        key = (kind, family, day)
        if key not in self._known:
            self._known[key] = prod(max(0.3, 1.0 + self._shop(kind, true)) for true in self._live(family, day))
        return self._known[key]

    def _shop(self, kind: str, true: Mapping[str, float]) -> float:
        """Returns the relative change in the shop that brings a driver's change about."""
        moves = self.truths["moves"]
        if kind == "setup":
            return true.get("labour_cost", 0.0) / float(moves["labour_cost_per_setup"])
        if kind == "scrap":
            return true.get("scrap_cost", 0.0)
        ways = [true[name] / moves[f"{name}_per_rest"] for name in ("inventory_value", "late_penalty") if name in true]
        return min(ways, default=0.0)
