"""How far a level rests on evidence: claimed, evidenced, and accepted by a reviewer.

An answer counts as evidenced when something backs it and no reviewer rejected it or waits for more; where a measured
fact says less than the claim, the fact counts. It counts as accepted when a reviewer accepted it. So accepted and
evidenced are never above claimed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tujing.diagnosis.catalogue import Either, item_ids
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.questionnaire import Outcome, level, outcome, worth

COUNTS = ("file", "link", "run", "measured")
"""Kinds of evidence that back an answer; a statement is the claim said again."""

NOTHING = object()

State = Literal["nothing_claimed", "unevidenced", "evidenced", "contradicted", "rejected", "more", "accepted"]


@dataclass(frozen=True)
class Judged:
    """A reviewer's verdict that applies to the answer as it stands."""

    verdict: Literal["accepted", "rejected", "more"]
    instead: Any = None
    """With a rejection: the answer that the reviewer would let count."""


@dataclass(frozen=True)
class Backing:
    """All that stands behind the answers, by question."""

    kinds: Mapping[str, Sequence[str]] = field(default_factory=dict)
    verdicts: Mapping[str, Judged] = field(default_factory=dict)
    measured: Mapping[str, str] = field(default_factory=dict)
    """Indicator → the option that the enterprise's data give, where such a fact is among the evidence."""


@dataclass(frozen=True)
class Confidence:
    """`pivotal`: unevidenced answers each of which alone, if it did not hold, would lower the claimed level."""

    claimed: Outcome
    evidenced: Outcome
    accepted: Outcome
    unevidenced: tuple[str, ...]
    """Answers that claim something and do not count in full for the evidenced level."""
    pivotal: tuple[str, ...]
    states: dict[str, State]
    """By answered question."""
    counted: dict[str, Any]
    """The answers that the evidenced level rests on."""


def confidence(one: Either, answers: Mapping[str, Any], backing: Backing, enterprise_kind: str = "") -> Confidence:
    """Compares the level claimed with the level evidenced and the level accepted."""
    states = {id: _state(one, id, answers[id], backing) for id in item_ids(one) if id in answers}
    counted = {id: _counted(id, state, answers, backing) for id, state in states.items()}
    counted = {id: answer for id, answer in counted.items() if answer is not NOTHING}
    accepted = {id: answers[id] for id, state in states.items() if state == "accepted"}
    short = tuple(id for id, state in states.items() if state not in ("nothing_claimed", "evidenced", "accepted"))
    claimed = outcome(one, answers, enterprise_kind)
    pivotal = tuple(id for id in short if level(one, without(answers, {id}), enterprise_kind) < (claimed.level or 0))
    return Confidence(
        claimed=claimed,
        evidenced=outcome(one, counted, enterprise_kind),
        accepted=outcome(one, accepted, enterprise_kind),
        unevidenced=short,
        pivotal=pivotal,
        states=states,
        counted=counted,
    )


def without(answers: Mapping[str, Any], dropped: set[str]) -> dict[str, Any]:
    return {id: answer for id, answer in answers.items() if id not in dropped}


def _state(one: Either, id: str, answer: Any, backing: Backing) -> State:
    judged = backing.verdicts.get(id)
    backed = any(kind in COUNTS for kind in backing.kinds.get(id, ()))
    if judged is not None and (backed or judged.verdict != "accepted"):
        return judged.verdict
    if not worth(one, id, answer):
        return "nothing_claimed"
    if not backed:
        return "unevidenced"
    return "contradicted" if _measured_less(one, id, answer, backing) else "evidenced"


def _counted(id: str, state: State, answers: Mapping[str, Any], backing: Backing) -> Any:
    """The answer that counts for the evidenced level, or NOTHING."""
    if state in ("nothing_claimed", "evidenced", "accepted"):
        return answers[id]
    if state == "contradicted":
        return {"option": backing.measured[id]}
    instead = backing.verdicts[id].instead if state == "rejected" else None
    return NOTHING if instead is None else instead


def _measured_less(one: Either, id: str, answer: Any, backing: Backing) -> bool:
    if isinstance(one, Form) or id not in backing.measured:
        return False
    return worth(one, id, {"option": backing.measured[id]}) < worth(one, id, answer)
