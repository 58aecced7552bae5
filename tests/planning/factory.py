"""Candidates for tests."""

from tujing.planning.candidates import Candidate, EffectOn
from tujing.planning.uncertainty import Triangular
from tujing.words import Text

NONE = Triangular(0.0, 0.0, 0.0)


def effect(driver: str = "scrap_cost", low: float = 0.1, mode: float = 0.2, high: float = 0.4) -> EffectOn:
    return EffectOn(driver, "kpi", Triangular(low, mode, high), "test", "constructed")


def candidate(
    scenario: str = "production/one",
    effects: tuple[EffectOn, ...] = (),
    one_off: Triangular = NONE,
    yearly: Triangular = NONE,
    quarters: int = 1,
    level: int = 2,
    after: tuple[str, ...] = (),
) -> Candidate:
    return Candidate(scenario, Text(zh="场景", en="Scenario"), level, quarters, one_off, yearly, 10.0, effects, after)
