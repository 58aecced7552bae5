"""Departments that carry steps, with how many each can carry at once, and roles that skills belong to. Pure."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tujing.atlas.manifest import Manifest, Provenance, SizeClass, Wing
from tujing.planning.assumptions import Figure
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "departments.yaml"


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Department(Entry):
    label: Text
    wings: tuple[Wing, ...]


class Role(Entry):
    label: Text
    words: tuple[str, ...]
    """Parts of an occupation's name; the last role takes what no other does."""


class Departments(Entry):
    departments: dict[str, Department] = Field(min_length=1)
    at_once: Figure[dict[SizeClass, Annotated[int, Field(ge=1)]]]
    roles: dict[str, Role] = Field(min_length=1)
    provenance: Provenance


@cache
def departments() -> Departments:
    """Reads the departments and roles shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return check_model(Departments, read_yaml(FILE), FILE)


def department_of(manifest: Manifest) -> str:
    """Returns the department that carries a scenario."""
    known = departments().departments
    return next((name for name, one in known.items() if manifest.wing in one.wings), list(known)[-1])


def role_of(occupation: str) -> str:
    """Returns the role that an occupation belongs to."""
    known = departments().roles
    return next(
        (name for name, role in known.items() if any(word in occupation for word in role.words)), list(known)[-1]
    )


def skill_days(manifest: Manifest, person_days: float) -> dict[str, float]:
    """Splits a step's days by role, as the manifest splits the scenario's."""
    total = sum(skill.person_days for skill in manifest.skills)
    days: dict[str, float] = {}
    for skill in manifest.skills:
        role = role_of(skill.occupation)
        days[role] = days.get(role, 0.0) + person_days * skill.person_days / total
    return days
