"""The grade of data by whom its loss would harm and how badly.

GB/T 43697-2024, grading rule (restated from memory: status recalled; check against the standard before filing).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from tujing.elements.definition import Grade
from tujing.problems import read_yaml
from tujing.words import Text

DUTIES = Path(__file__).parent / "duties.yaml"

HarmedObject = Literal["national_security", "economy", "social_order", "public_interest", "organisation", "person"]
Degree = Literal["especially_serious", "serious", "ordinary"]

ORDER: tuple[Grade, ...] = get_args(Grade)

_MATRIX: Mapping[str, tuple[Grade, Grade, Grade]] = {
    "national_security": ("core", "core", "important"),
    "economy": ("core", "important", "general"),
    "social_order": ("core", "important", "general"),
    "public_interest": ("core", "important", "general"),
    "organisation": ("general", "general", "general"),
    "person": ("general", "general", "general"),
}


def grade(harms: Iterable[tuple[HarmedObject, Degree]]) -> Grade:
    """Returns the highest grade of all harms; without any harm the data are general."""
    degrees = get_args(Degree)
    grades = [_MATRIX[harmed][degrees.index(degree)] for harmed, degree in harms]
    return max(grades, key=ORDER.index, default="general")


@dataclass(frozen=True)
class Duties:
    """A grade's label and what it asks for; each grade includes the duties of the ones below."""

    grade: Grade
    label: Text
    duties: tuple[Text, ...]
    source: str
    status: str


def duties(wanted: Grade) -> Duties:
    """Returns all duties that data of a grade bring."""
    content = read_yaml(DUTIES)
    included = ORDER[: ORDER.index(wanted) + 1]
    words = tuple(Text(**item) for name in included for item in content["grades"][name]["duties"])
    return Duties(wanted, Text(**content["grades"][wanted]["label"]), words, content["source"], content["status"])
