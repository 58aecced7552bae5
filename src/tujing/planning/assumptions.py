"""The plan's declared assumptions, each with where it comes from."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from tujing.atlas.manifest import SizeClass, Status
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "assumptions.yaml"

Value = TypeVar("Value")
Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(gt=-0.5, lt=1)]


class Figure(BaseModel, Generic[Value]):
    """One assumed figure with its source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Value
    label: Text
    source: str = Field(min_length=3)
    status: Status


class Assumptions(BaseModel):
    """What the plan assumes where neither the enterprise's data nor a manifest says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    discount_rate: Figure[Rate]
    cost_of_capital: Figure[Rate]
    ramp_up: Figure[tuple[Share, ...]]
    years_after: Figure[Annotated[int, Field(ge=0, le=20)]]
    useful_life: Figure[Annotated[float, Field(gt=0, le=40)]]
    effect_correlation: Figure[Share]
    cost_correlation: Figure[Share]
    tail: Figure[Annotated[float, Field(gt=0, le=1)]]
    minimum_months: Figure[Annotated[int, Field(ge=1, le=12)]]
    readiness_from_level: Figure[Annotated[int, Field(ge=1, le=5)]]
    own_time_share: Figure[Share]
    working_days: Figure[Annotated[float, Field(gt=0, le=92)]]
    person_days_by_size: Figure[dict[SizeClass, Annotated[float, Field(gt=0)]]]
    parallel_by_size: Figure[dict[SizeClass, Annotated[int, Field(ge=1)]]]

    def values(self) -> dict[str, Any]:
        """Returns name → value, to be kept with a plan."""
        return {name: figure["value"] for name, figure in self.model_dump(mode="json").items()}


@cache
def assumptions() -> Assumptions:
    """Reads the assumptions shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return read_assumptions(FILE)


def read_assumptions(file: Path) -> Assumptions:
    """Reads and checks a file of assumptions."""
    return check_model(Assumptions, read_yaml(file), file)
