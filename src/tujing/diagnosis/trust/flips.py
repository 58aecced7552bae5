"""The fewest answers whose failure would lower a level: exact.

With contests, each contest is broken with fewest answers by failing those that give most; the smallest such set over
all contests is the minimum. Where the rule is no set of sums, sets are tried in order of size up to a limit, and the
result says how far was searched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from tujing.diagnosis.catalogue import Either
from tujing.diagnosis.evidence import without
from tujing.diagnosis.questionnaire import level as level_of
from tujing.diagnosis.trust.contests import Contest, Undecided, contests

SEARCHED = 3
"""Largest set tried where the rule is no set of sums."""


@dataclass(frozen=True)
class Flip:
    """A smallest set of doubted answers that would lower the level. `questions` is None where no set does."""

    questions: tuple[str, ...] | None
    contest: str
    """What breaks: score, scenarios, mandatory, a group, a level of a ladder."""
    exact: bool
    """False: no set of up to `SEARCHED` answers does, larger ones were not tried."""


def fewest(one: Either, answers: Mapping[str, Any], doubted: Iterable[str], enterprise_kind: str = "") -> Flip:
    """Returns the fewest doubted answers whose failure would lower the level reached."""
    level = level_of(one, answers, enterprise_kind)
    doubted = [id for id in doubted if id in answers]
    if not level:
        return Flip(None, "", True)
    try:
        found = [
            (set_, contest.name)
            for contest in contests(one, answers, level, enterprise_kind)
            if (set_ := _break(contest, doubted)) is not None
        ]
    except Undecided:
        return _tried(one, answers, doubted, level, enterprise_kind)
    if not found:
        return Flip(None, "", True)
    questions, contest = min(found, key=lambda each: len(each[0]))
    return Flip(questions, contest, True)


def _break(contest: Contest, doubted: list[str]) -> tuple[str, ...] | None:
    """Fails the answers that give most until more than the slack is lost; None when all of them are not enough."""
    lost, chosen = 0.0, []
    for id in sorted((id for id in doubted if id in contest.gives), key=lambda id: (-contest.gives[id], id)):
        chosen.append(id)
        lost += contest.gives[id]
        if lost > contest.slack:
            return tuple(chosen)
    return None


def _tried(one: Either, answers: Mapping[str, Any], doubted: list[str], level: int, enterprise_kind: str) -> Flip:
    for size in range(1, min(SEARCHED, len(doubted)) + 1):
        for chosen in combinations(doubted, size):
            if level_of(one, without(answers, set(chosen)), enterprise_kind) < level:
                return Flip(chosen, "", True)
    return Flip(None, "", len(doubted) <= SEARCHED)
