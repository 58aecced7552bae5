"""What people say: usability by survey, conformity by checklist, satisfaction by score; and how far apart they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tujing.problems import check_model, read_yaml
from tujing.words import Text

RULES = Path(__file__).parent / "ratings.yaml"
STATEMENTS = tuple(f"Q{number:02d}" for number in range(1, 11))
CLAUSE = ("met", "not_met", "not_applicable")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Voice(_Entry):
    label: Text
    weight: float


class Rated(_Entry):
    label: Text
    kind: Literal["usability", "checklist", "score"]
    source: str


class Rules(_Entry):
    provenance: dict[str, str]
    groups: dict[str, Voice]
    parties: dict[str, Voice]
    disagreement: float
    indicators: dict[str, Rated]


@dataclass(frozen=True)
class Rating:
    """One person's answers about one object."""

    rater: str
    group: str
    party: str
    indicator: str
    subject: str
    answers: Mapping[str, Any]
    rated: date


@dataclass(frozen=True)
class Summary:
    """What all raters together say of one object; scores from 0 to 100."""

    indicator: str
    subject: str
    score: float
    by_group: dict[str, float]
    by_party: dict[str, float]
    raters: dict[str, int]
    """Group → how many people."""
    missing: tuple[str, ...]
    """Groups of which nobody has rated."""
    spread: float
    """Largest difference between two groups, or between self and third party."""
    disagrees: bool


@cache
def rules() -> Rules:
    return check_model(Rules, read_yaml(RULES), RULES)


def score(indicator: str, answers: Mapping[str, Any]) -> float | None:
    """Scores one person's complete answers from 0 to 100; None when no clause of a checklist applies.

    Usability after Brooke (1996): odd statements count answer − 1, even ones 5 − answer, the sum times 2.5.
    """
    kind = rules().indicators[indicator].kind
    if kind == "usability":
        points = [
            int(answers[name]) - 1 if place % 2 == 0 else 5 - int(answers[name])
            for place, name in enumerate(STATEMENTS)
        ]
        return 2.5 * sum(points)
    if kind == "checklist":
        applicable = [answer for answer in answers.values() if answer != "not_applicable"]
        return 100.0 * applicable.count("met") / len(applicable) if applicable else None
    return float(answers["score"])


def summaries(ratings: Sequence[Rating]) -> list[Summary]:
    """Sums ratings up by indicator and object.

    Within a group and party people count alike; groups weigh as declared, over those that spoke; so do parties.
    """
    found: dict[tuple[str, str], list[tuple[Rating, float]]] = {}
    for one in ratings:
        points = score(one.indicator, one.answers)
        if points is not None:
            found.setdefault((one.indicator, one.subject), []).append((one, points))
    return [_summary(indicator, subject, scored) for (indicator, subject), scored in sorted(found.items())]


def _summary(indicator: str, subject: str, scored: Sequence[tuple[Rating, float]]) -> Summary:
    known = rules()
    by_party: dict[str, float] = {}
    for party in known.parties:
        of_party = [(one, points) for one, points in scored if one.party == party]
        if of_party:
            by_party[party] = _weighted(_means(of_party), known.groups)
    by_group = _means(scored)
    spread = max(_range(by_group), _range(by_party))
    return Summary(
        indicator=indicator,
        subject=subject,
        score=_weighted(by_party, known.parties),
        by_group=by_group,
        by_party=by_party,
        raters={group: len({one.rater for one, _ in scored if one.group == group}) for group in known.groups},
        missing=tuple(group for group in known.groups if group not in by_group),
        spread=spread,
        disagrees=spread >= known.disagreement,
    )


def _means(scored: Sequence[tuple[Rating, float]]) -> dict[str, float]:
    groups: dict[str, list[float]] = {}
    for one, points in scored:
        groups.setdefault(one.group, []).append(points)
    return {group: sum(groups[group]) / len(groups[group]) for group in rules().groups if group in groups}


def _weighted(means: Mapping[str, float], voices: Mapping[str, Voice]) -> float:
    total = sum(voices[name].weight for name in means)
    return sum(voices[name].weight * value for name, value in means.items()) / total


def _range(values: Mapping[str, float]) -> float:
    return max(values.values()) - min(values.values()) if values else 0.0
