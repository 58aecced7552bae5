"""Buying, subscribing to or making the same step: its cost by class, its time, its ramp and its lock-in.

A manifest's figures are those of buying and stay exactly as they are. They are split by cost class with declared
shares; each other way multiplies the parts by declared factors and moves some of them, such as the licence, into a
yearly fee or into people's pay. Ranges are moved whole: lowest with lowest, likeliest with likeliest, highest with
highest. Own people's days are a limit of the plan, not a cost: their pay is in `labour_cost` already.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tujing.atlas.manifest import Manifest, SizeClass, Status
from tujing.planning.assumptions import Assumptions, Share
from tujing.planning.uncertainty import NOTHING, Triangular
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "options.yaml"

OptionId = Literal["buy", "subscribe", "build"]
CostClass = Literal["licence", "subscription", "hardware", "integration", "people", "training", "run"]
OPTIONS: tuple[OptionId, ...] = get_args(OptionId)
COST_CLASSES: tuple[CostClass, ...] = get_args(CostClass)

KEPT: tuple[CostClass, ...] = ("licence", "hardware", "integration", "people")
"""Classes of one-off cost that are used for years: the thing and what puts it in use, as accounting capitalises them
(CAS 6, article 12); training is not among them."""

Factor = Annotated[float, Field(ge=0, le=20)]
Split = dict[CostClass, Share]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(Entry):
    """How the cost of one kind of scenario splits by class when it is bought; shares of each sum to 1."""

    label: Text
    software: tuple[str, ...]
    """Software classes that make a scenario one of this kind; the last kind takes the rest."""
    one_off: Split
    yearly: Split
    source: str = Field(min_length=3)
    status: Status

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name in ("one_off", "yearly"):
            if not math.isclose(sum(getattr(self, name).values()), 1.0, abs_tol=1e-9):
                raise ValueError(f"the shares of {name} do not sum to 1")
        return self


class Move(Entry):
    """A share of one class of one-off cost that turns into another: `once`, or a share of it every year."""

    of: CostClass
    to: CostClass
    once: Factor = 0.0
    yearly: Factor = 0.0


class Option(Entry):
    """One way of getting the same step, as factors on the figures of buying; a class not named keeps its own."""

    name: Text
    summary: Text
    needs_cloud: bool = False
    """Open only where a tool of the scenario can be had from the cloud."""
    sizes: tuple[SizeClass, ...] = get_args(SizeClass)
    one_off: dict[CostClass, Factor] = {}
    yearly: dict[CostClass, Factor] = {}
    moves: tuple[Move, ...] = ()
    duration: Annotated[float, Field(gt=0, le=5)] = 1.0
    ramp: Annotated[float, Field(gt=0, le=5)] = 1.0
    """How much longer the effect takes to come in full."""
    effect: Annotated[float, Field(ge=0, le=2)] = 1.0
    """Share of the manifest's effect."""
    person_days: Factor = 1.0
    lock_in: Share
    """0 free to leave, 1 cannot leave."""
    source: str = Field(min_length=3)
    status: Status


class OptionFigures(Entry):
    """The declared factors."""

    classes: dict[CostClass, Text]
    kinds: dict[str, Kind] = Field(min_length=1)
    options: dict[OptionId, Option]

    @model_validator(mode="after")
    def _buying_is_the_manifest(self) -> Self:
        if missing := set(COST_CLASSES) - set(self.classes):
            raise ValueError(f"classes lack {', '.join(sorted(missing))}")
        buy = self.options.get("buy")
        if buy is None:
            raise ValueError("options lack buy")
        plain = Option(name=buy.name, summary=buy.summary, lock_in=buy.lock_in, source=buy.source, status=buy.status)
        if buy != plain:
            raise ValueError("buy takes the manifest's own figures; only its name, summary and lock_in may be given")
        return self


@dataclass(frozen=True)
class CostPart:
    """Yuan once and yuan a year of one cost class."""

    one_off: Triangular = NOTHING
    yearly: Triangular = NOTHING


@dataclass(frozen=True)
class CostOption:
    """One way of bringing a step in. Money in yuan; `parts` sum to `one_off` and `yearly`."""

    id: OptionId
    name: Text
    quarters: int
    one_off: Triangular
    yearly: Triangular
    person_days: float
    effect_share: float
    """Share of the manifest's effect."""
    ramp: tuple[float, ...]
    """Share of the effect in each quarter after go-live; then all of it."""
    parts: Mapping[CostClass, CostPart]
    lock_in: float
    """0 free to leave, 1 cannot leave."""
    owned: float
    """Share of the one-off cost that is used for years; see `KEPT`."""


@cache
def option_figures() -> OptionFigures:
    """Reads the factors shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return read_options(FILE)


def read_options(file: Path) -> OptionFigures:
    """Reads and checks a file of factors."""
    return check_model(OptionFigures, read_yaml(file), file)


def with_own(own: Mapping[str, Any], file: Path | str = "options") -> OptionFigures:
    """Returns the shipped factors with an enterprise's own in their place, key by key.

    Raises
    ------
    BadInput
        When the result breaks the schema; names the key.
    """
    return check_model(OptionFigures, overlaid(option_figures().model_dump(mode="json"), own), file)


def overlaid(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Returns `shipped` with `own` in its place, key by key; lists are taken whole."""
    merged = dict(shipped)
    for key, value in own.items():
        below = merged.get(key)
        merged[key] = overlaid(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def cost_options(
    manifest: Manifest, level: int, size: SizeClass, assumptions: Assumptions, figures: OptionFigures | None = None
) -> tuple[CostOption, ...]:
    """Returns the ways open to an enterprise of this size, buying first; empty when the manifest has no figures.

    Parameters
    ----------
    figures
        Factors (default: those shipped).
    """
    figures = figures or option_figures()
    cost = next((one for one in manifest.costs if (one.level, one.size) == (level, size)), None)
    quarters = next((one.quarters for one in manifest.durations if one.level == level), None)
    if cost is None or quarters is None:
        return ()
    one_off = Triangular(cost.one_off.low, cost.one_off.mode, cost.one_off.high)
    yearly = Triangular(cost.yearly.low, cost.yearly.mode, cost.yearly.high)
    kind, days = kind_of(manifest, figures), person_days(manifest, size, assumptions)
    found = []
    for name in OPTIONS:
        option = figures.options.get(name)
        if option is None or not _open(option, manifest, size):
            continue
        parts = _parts(kind, option, one_off, yearly)
        found.append(
            CostOption(
                id=name,
                name=option.name,
                quarters=max(1, math.floor(quarters * option.duration + 0.5)),
                one_off=one_off if name == "buy" else _total([part.one_off for part in parts.values()]),
                yearly=yearly if name == "buy" else _total([part.yearly for part in parts.values()]),
                person_days=days * option.person_days,
                effect_share=option.effect,
                ramp=stretched(assumptions.ramp_up.value, option.ramp),
                parts=parts,
                lock_in=option.lock_in,
                owned=_owned(kind, option),
            )
        )
    return tuple(found)


def kind_of(manifest: Manifest, figures: OptionFigures) -> Kind:
    """Returns the first kind that one of the scenario's software classes belongs to, else the last."""
    used = {tool.software_class for tool in manifest.tools}
    kinds = list(figures.kinds.values())
    return next((kind for kind in kinds if used & set(kind.software)), kinds[-1])


def person_days(manifest: Manifest, size: SizeClass, assumptions: Assumptions) -> float:
    """Returns own people's days for one level of the scenario, bought."""
    # The manifest's days bring the whole scenario in; each level it declares takes an equal part.
    part = 1 / len({cost.level for cost in manifest.costs})
    days = sum(skill.person_days for skill in manifest.skills)
    return days * part * assumptions.person_days_by_size.value[size]


def stretched(ramp: tuple[float, ...], factor: float) -> tuple[float, ...]:
    """Returns the ramp taking `factor` times as long, read between its quarters; the effect before it is nought."""
    if factor == 1 or not ramp:
        return ramp
    length = max(1, math.ceil(len(ramp) * factor))
    points = (0.0, *ramp)

    def at(quarter: float) -> float:
        below = min(int(quarter), len(ramp))
        above = min(below + 1, len(ramp))
        return points[below] + (points[above] - points[below]) * (quarter - below)

    return tuple(at(min((quarter + 1) / factor, len(ramp))) for quarter in range(length))


def _open(option: Option, manifest: Manifest, size: SizeClass) -> bool:
    cloud = any(tool.deployment != "local" for tool in manifest.tools)
    return size in option.sizes and (cloud or not option.needs_cloud)


def _parts(kind: Kind, option: Option, one_off: Triangular, yearly: Triangular) -> dict[CostClass, CostPart]:
    """Splits the cost by class, multiplies each part, and moves what the option moves."""
    bought = {name: one_off.scaled(kind.one_off.get(name, 0.0)) for name in COST_CLASSES}
    once = {name: amount.scaled(option.one_off.get(name, 1.0)) for name, amount in bought.items()}
    each_year = {
        name: yearly.scaled(kind.yearly.get(name, 0.0) * option.yearly.get(name, 1.0)) for name in COST_CLASSES
    }
    for move in option.moves:
        once[move.to] = once[move.to].plus(bought[move.of].scaled(move.once))
        each_year[move.to] = each_year[move.to].plus(bought[move.of].scaled(move.yearly))
    return {
        name: CostPart(once[name], each_year[name])
        for name in COST_CLASSES
        if once[name] != NOTHING or each_year[name] != NOTHING
    }


def _owned(kind: Kind, option: Option) -> float:
    """Returns the share of the one-off cost that is used for years; what is moved counts as what it was moved from."""
    paid = {name: kind.one_off.get(name, 0.0) * option.one_off.get(name, 1.0) for name in COST_CLASSES}
    for move in option.moves:
        paid[move.of] += kind.one_off.get(move.of, 0.0) * move.once
    whole = sum(paid.values())
    return sum(paid[name] for name in KEPT) / whole if whole else 0.0


def _total(amounts: list[Triangular]) -> Triangular:
    total = NOTHING
    for amount in amounts:
        total = total.plus(amount)
    return total
