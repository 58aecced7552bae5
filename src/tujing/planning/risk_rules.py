"""The declared rules of the risk register (`risks.yaml`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tujing.atlas.manifest import SizeClass, Status
from tujing.planning.assumptions import Share
from tujing.planning.uncertainty import NOTHING, Triangular
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "risks.yaml"

Category = Literal["data", "integration", "vendor", "security", "people", "schedule", "value", "technology", "cost"]
Fact = Literal[
    "data_gap",
    "interfaces",
    "waits_for",
    "lock_in",
    "subscribed",
    "built",
    "on_floor",
    "learned_model",
    "people_load",
    "parallel_load",
    "senior_share",
    "assumed",
    "cost_spread",
    "cost_to_revenue",
    "level",
]
Factor = Annotated[float, Field(ge=0, le=10)]
Spread = tuple[Factor, Factor, Factor]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Chance(Entry):
    least: Share
    most: Share

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least > self.most:
            raise ValueError("least is above most")
        return self


class Impact(Entry):
    effect: Spread | None = None
    one_off: Spread | None = None
    yearly: Spread | None = None
    delay: Annotated[int, Field(ge=0, le=8)] = 0

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name in ("effect", "one_off", "yearly"):
            spread = getattr(self, name)
            if spread and not spread[0] <= spread[1] <= spread[2]:
                raise ValueError(f"{name} is not in order: lowest, likeliest, highest")
        if self.effect and self.effect[2] > 1:
            raise ValueError("no more than the whole effect can be lost")
        if self == Impact.model_construct():
            raise ValueError("a risk without an impact is none")
        return self

    def triangular(self, name: Literal["effect", "one_off", "yearly"]) -> Triangular:
        spread: Spread | None = getattr(self, name)
        return Triangular(*spread) if spread else NOTHING


class Mitigation(Entry):
    action: Text
    cost: Factor
    """Share of the step's one-off cost."""
    leaves: Share
    """Share of the probability that remains."""


class RiskRule(Entry):
    id: str
    category: Category
    name: Text
    why: Text
    """May name {fact} and {ready}."""
    fact: Fact
    above: float
    full: float
    probability: Chance
    by_size: dict[SizeClass, Factor] = {}
    impact: Impact
    mitigation: Mitigation
    owner: Text
    source: str = Field(min_length=3)
    status: Status

    @model_validator(mode="after")
    def _reaches_full(self) -> Self:
        if self.full <= self.above:
            raise ValueError("full is not above `above`")
        return self

    def chance(self, fact: float, size: SizeClass) -> float:
        """Returns the probability for the fact, 0 where it does not exceed the threshold."""
        if fact <= self.above:
            return 0.0
        share = min((fact - self.above) / (self.full - self.above), 1.0)
        chance = self.probability.least + share * (self.probability.most - self.probability.least)
        return min(chance * self.by_size.get(size, 1.0), 1.0)


class RiskRules(Entry):
    rules: tuple[RiskRule, ...]

    @model_validator(mode="after")
    def _different(self) -> Self:
        if len({rule.id for rule in self.rules}) < len(self.rules):
            raise ValueError("two rules have one id")
        return self


@cache
def risk_rules() -> RiskRules:
    """Reads the rules shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return read_risk_rules(FILE)


def read_risk_rules(file: Path) -> RiskRules:
    """Reads and checks a file of rules."""
    return check_model(RiskRules, read_yaml(file), file)
