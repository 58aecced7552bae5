"""A plan's benefit by the nine value classes of GB/T 23011-2022; every yuan counts once, whole or in parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tujing.atlas.manifest import Driver, Manifest, Status, ValueClass
from tujing.planning.cashflow import Portfolio
from tujing.planning.value_split import benefit_shares, split
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "value_classes.yaml"
CLASSES: tuple[ValueClass, ...] = get_args(ValueClass)

Group = Literal["operation", "innovation", "transformation"]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClassEntry(Entry):
    group: Group
    label: Text
    drivers: tuple[Driver, ...]


class ValueClasses(Entry):
    source: str = Field(min_length=3)
    status: Status
    classes: dict[ValueClass, ClassEntry]
    groups: dict[Group, Text]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if missing := set(CLASSES) - set(self.classes):
            raise ValueError(f"classes lack {', '.join(sorted(missing))}")
        spoken_of = {driver for entry in self.classes.values() for driver in entry.drivers}
        if missing := set(get_args(Driver)) - spoken_of:
            raise ValueError(f"no class speaks of {', '.join(sorted(missing))}")
        return self


@dataclass(frozen=True)
class ClassValue:
    """A class's benefit at the means, overlap taken off: yuan a year at full effect, and today's worth of it all."""

    id: ValueClass
    group: Group
    label: Text
    group_label: Text
    yearly: float
    present: float


@cache
def value_classes() -> ValueClasses:
    """Reads the classes shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return check_model(ValueClasses, read_yaml(FILE), FILE)


def classes_of(driver: Driver, declared: tuple[ValueClass, ...]) -> tuple[ValueClass, ...]:
    """Returns the classes among which a benefit is parted equally; `declared` are its scenario's."""
    entries = value_classes().classes
    fitting = tuple(name for name in declared if driver in entries[name].drivers)
    return fitting or declared or tuple(name for name in CLASSES if driver in entries[name].drivers)


def by_class(portfolio: Portfolio, manifests: Mapping[str, Manifest]) -> tuple[ClassValue, ...]:
    """Returns the nine classes in the order of the standard. Over all both figures sum to the plan's benefit."""
    yearly, present = dict.fromkeys(CLASSES, 0.0), dict.fromkeys(CLASSES, 0.0)
    at_full = {part.effect: part.net for one in split(portfolio) for part in one.parts}
    today = benefit_shares(portfolio) @ portfolio.horizon.discount()
    for number, (place, effect) in enumerate(portfolio.effects):
        card = manifests.get(portfolio.projects[place][0].scenario)
        into = classes_of(effect.driver, card.maps.value_class if card else ())
        for name in into:
            yearly[name] += at_full[number] / len(into)
            present[name] += float(today[number]) / len(into)
    known = value_classes()
    return tuple(
        ClassValue(name, entry.group, entry.label, known.groups[entry.group], yearly[name], present[name])
        for name in CLASSES
        for entry in (known.classes[name],)
    )
