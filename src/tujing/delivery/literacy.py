"""The literacy plan: which audience attends which course, for how many days, and when; skills from the manifests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from tujing.atlas.manifest import Entry, Manifest, Status
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "literacy.yaml"


class Audience(Entry):
    name: Text
    roles: tuple[str, ...]


class Course(Entry):
    name: Text
    once: bool
    """Once for the enterprise; otherwise for each project."""
    days: dict[str, float]
    """Audience → days for each person."""


class Courses(Entry):
    source: str = Field(min_length=3)
    status: Status
    skill_share: float = Field(ge=0, le=1)
    audiences: dict[str, Audience]
    courses: tuple[Course, ...]

    @model_validator(mode="after")
    def _names_known(self) -> Self:
        if {name for course in self.courses for name in course.days} - set(self.audiences):
            raise ValueError("a course names an audience that is not declared")
        return self


@dataclass(frozen=True)
class Taught:
    """A project in which people learn: its manifest, and when its training task runs."""

    manifest: Manifest
    start: date
    end: date


@dataclass(frozen=True)
class Lesson:
    """One line of the plan."""

    audience: Text
    course: Text
    days: float
    """For each person; for a skill, of the specialist who is to have it."""
    start: date
    end: date
    scenario: str = ""
    """Empty: for the whole enterprise."""

    def as_dict(self) -> dict[str, Any]:
        return {
            "audience": self.audience.as_dict(),
            "course": self.course.as_dict(),
            "days": self.days,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "scenario": self.scenario,
        }


@cache
def courses() -> Courses:
    """Reads the courses shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return check_model(Courses, read_yaml(FILE), FILE)


def literacy_plan(projects: Sequence[Taught]) -> list[Lesson]:
    """Returns the plan by date: general courses before the first training ends, the scenario's own with each project.

    A skill that several scenarios ask of the same occupation is taught once, as long as the longest of them.
    """
    if not projects:
        return []
    known = courses()
    first = min(projects, key=lambda one: (one.start, one.manifest.id))
    lessons = []
    for course in known.courses:
        for project in [first] if course.once else projects:
            lessons += [
                Lesson(
                    known.audiences[audience].name,
                    course.name,
                    days,
                    project.start,
                    project.end,
                    "" if course.once else project.manifest.id,
                )
                for audience, days in course.days.items()
            ]
    skills: dict[tuple[str, str], Lesson] = {}
    for project in projects:
        for skill in project.manifest.skills:
            days = max(round(skill.person_days * known.skill_share * 2) / 2, 0.5)
            lesson = Lesson(
                Text(zh=skill.occupation, en=skill.occupation),
                skill.name,
                days,
                project.start,
                project.end,
                project.manifest.id,
            )
            taught = skills.get((skill.occupation, skill.name.zh))
            if taught is None or taught.days < days:
                skills[skill.occupation, skill.name.zh] = lesson
    lessons += skills.values()
    return sorted(lessons, key=lambda one: (one.start, one.scenario, one.course.zh))
