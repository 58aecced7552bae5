"""The grade of data by whom its loss would harm and how badly: GB/T 43697-2024, as `diagnosis/forms` has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from tujing.diagnosis.grading import grade as grading
from tujing.diagnosis.grading.form import form
from tujing.elements.definition import Grade
from tujing.problems import read_yaml
from tujing.words import Text

DUTIES = Path(__file__).parent / "duties.yaml"

HarmedObject = Literal["national_security", "economy", "social_order", "public_interest", "organisation", "person"]
Degree = Literal["ordinary", "serious", "especially_serious"]

ORDER: tuple[Grade, ...] = get_args(Grade)


def grade(harms: Iterable[tuple[HarmedObject, Degree]]) -> Grade:
    """Returns the highest grade of all harms; without any harm the data are general."""
    degrees: tuple[Degree, ...] = get_args(Degree)
    answers: dict[str, int] = {}
    for harmed, degree in harms:
        answers[harmed] = max(answers.get(harmed, 0), 1 + degrees.index(degree))
    level = grading.grade(form("data_classification_2024"), answers).level
    return ORDER[(level or 1) - 1]


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
