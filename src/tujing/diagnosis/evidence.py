"""How far a level rests on evidence: the level claimed, and the level that the evidenced answers alone would reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tujing.diagnosis.instrument import Instrument
from tujing.diagnosis.scoring import Answers, Result, score

COUNTS = ("file", "link", "measured")
"""Kinds of evidence that back an answer; a statement is the claim said again."""


@dataclass(frozen=True)
class Confidence:
    """`pivotal`: unevidenced answers each of which alone, if it did not hold, would lower the claimed level."""

    claimed: Result
    evidenced: Result
    unevidenced: tuple[str, ...]
    pivotal: tuple[str, ...]


def confidence(instrument: Instrument, answers: Answers, kinds: Mapping[str, Sequence[str]]) -> Confidence:
    """Compares the level claimed with the level evidenced. `kinds` gives the kinds of evidence by question."""
    claimed = score(instrument, answers)
    backed = {id for id, held in kinds.items() if any(kind in COUNTS for kind in held)}
    unevidenced = tuple(
        id for id in instrument.question_ids() if id in answers and id not in backed and _counts(claimed, id)
    )
    pivotal = tuple(id for id in unevidenced if score(instrument, _without(answers, {id})).level < claimed.level)
    return Confidence(claimed, score(instrument, _without(answers, set(unevidenced))), unevidenced, pivotal)


def _counts(result: Result, question: str) -> bool:
    """Whether an answer adds anything: one that claims nothing needs no evidence."""
    return result.points.get(question, 0) > 0 or result.scenario_levels.get(question, 0) > 0


def _without(answers: Answers, dropped: set[str]) -> Answers:
    return {id: answer for id, answer in answers.items() if id not in dropped}
