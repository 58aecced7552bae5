"""What it is taken to cost to stretch each limit, and its name and unit in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tujing.atlas.manifest import Provenance
from tujing.planning.departments import departments
from tujing.planning.problem import Constraint
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "relaxation.yaml"


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limit(Entry):
    value: float = Field(gt=0)
    """Yuan for one unit."""
    label: Text
    unit: Text


class Relaxation(Entry):
    limits: dict[str, Limit]
    provenance: Provenance


@cache
def relaxation() -> Relaxation:
    """Reads the figures shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    content: dict[str, Any] = read_yaml(FILE)
    provenance = content.pop("provenance", None)
    return check_model(Relaxation, {"limits": content, "provenance": provenance}, FILE)


def _limit(name: Constraint) -> Limit:
    known = relaxation().limits
    return known.get(name) or known[name.partition(":")[0]]


def prices(names: Iterable[Constraint]) -> dict[Constraint, float]:
    """Returns constraint → yuan for stretching it by one unit."""
    return {name: _limit(name).value for name in names}


def label(name: Constraint) -> Text:
    """Returns a constraint in words, with the department, role or step that it is about."""
    text, (kind, _, which) = _limit(name).label, name.partition(":")
    if kind == "department" and which in departments().departments:
        about = departments().departments[which].label
        return Text(zh=f"{about.zh}同时推进的项目数", en=f"projects of {about.en.lower()} under way at once")
    if kind == "skill" and which in departments().roles:
        about = departments().roles[which].label
        return Text(zh=f"{about.zh}人手", en=f"days of {about.en.lower()} people")
    if kind in ("department", "skill", "mandatory", "blocked"):
        return Text(zh=f"{text.zh}（{which}）", en=f"{text.en[0].lower()}{text.en[1:]} ({which})")
    return Text(zh=text.zh, en=f"{text.en[0].lower()}{text.en[1:]}")


def amount(name: Constraint, by: float) -> Text:
    """Returns by how much a constraint is stretched, in words: `12.5 人天／季度`."""
    limit = _limit(name)
    if limit.unit.en == "yuan":
        return Text(zh=f"{by / 10_000:,.1f} 万元", en=f"CNY {by:,.0f}")
    figure = f"{by:,.0f}" if float(by).is_integer() else f"{by:,.1f}"
    return Text(zh=f"{figure} {limit.unit.zh}", en=f"{figure} {limit.unit.en}")
