"""The declared formulas of the value tree, and what they come to for known figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tujing.atlas.manifest import Driver, Status
from tujing.planning.expression import Expression
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "value_tree.yaml"
EFFECT = "effect"


def _formula(text: str) -> str:
    Expression(text)
    return text


Formula = Annotated[str, AfterValidator(_formula)]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Given(Entry):
    """A figure that comes from outside the baseline; `value` where the file itself says it."""

    label: Text
    unit: str
    value: float | None = None
    source: str = Field(min_length=3)
    status: Status


class Worked(Entry):
    """A figure of the whole enterprise worked out from others."""

    label: Text
    unit: str
    formula: Formula
    source: str = Field(min_length=3)
    status: Status


class DriverFormula(Entry):
    label: Text
    money: Formula
    """Yuan of profit a year."""
    cash_once: Formula | None = None
    """Yuan set free once."""
    source: str = Field(min_length=3)
    status: Status


class Step(Entry):
    id: str
    label: Text
    unit: str
    formula: Formula


class Way(Entry):
    """How a KPI's effect on a driver becomes money, step by step."""

    id: str
    driver: Driver
    label: Text
    kpis: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    money: Formula


class ValueModel(Entry):
    figures: dict[str, Given]
    nodes: dict[str, Worked]
    drivers: dict[Driver, DriverFormula]
    paths: tuple[Way, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        names = {*get_args(Driver), *self.figures}
        for node, worked in self.nodes.items():
            _all_known(node, worked.formula, names)
            names.add(node)
        if missing := set(get_args(Driver)) - set(self.drivers):
            raise ValueError(f"no money formula for {', '.join(sorted(missing))}")
        for driver, formula in self.drivers.items():
            _all_known(driver, formula.money, {*names, EFFECT})
            _all_known(driver, formula.cash_once or "0", {*names, EFFECT})
            if not any(path.driver == driver for path in self.paths):
                raise ValueError(f"no path leads to {driver}")
        for path in self.paths:
            here = {*names, EFFECT}
            for step in path.steps:
                _all_known(f"{path.id}.{step.id}", step.formula, here)
                here.add(step.id)
            _all_known(path.id, path.money, here)
        return self

    def path(self, driver: Driver, kpi: str) -> Way:
        """Returns the first path of the driver that names the KPI, else the driver's last."""
        ways = [path for path in self.paths if path.driver == driver]
        return next((path for path in ways if kpi in path.kpis), ways[-1])

    def money(self, driver: Driver, known: Mapping[str, float | None], effect: float = 1.0) -> float | None:
        """Returns yuan of profit a year that an effect on the driver brings; None when a figure is not known."""
        return Expression(self.drivers[driver].money).value({**self.with_nodes(known), EFFECT: effect})

    def with_nodes(self, known: Mapping[str, float | None]) -> dict[str, float | None]:
        """Returns the known figures with the file's own and all that is worked out from them."""
        figures: dict[str, float | None] = {name: given.value for name, given in self.figures.items()}
        figures |= known
        for name, worked in self.nodes.items():
            figures[name] = Expression(worked.formula).value(figures)
        return figures

    def leaves(self, formula: str) -> Iterator[str]:
        """Yields the baseline columns and given figures that a formula rests on, through all nodes."""
        for name in Expression(formula).names:
            if name in self.nodes:
                yield from self.leaves(self.nodes[name].formula)
            elif name != EFFECT:
                yield name


def _all_known(place: str, formula: str, names: set[str]) -> None:
    if unknown := [name for name in Expression(formula).names if name not in names]:
        raise ValueError(f"{place}: the formula {formula} names {', '.join(unknown)}, which is no figure")


@cache
def value_model() -> ValueModel:
    """Reads the formulas shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema or a formula names what is no figure.
    """
    return read_value_model(FILE)


def read_value_model(file: Path) -> ValueModel:
    """Reads and checks a file of formulas."""
    return check_model(ValueModel, read_yaml(file), file)
