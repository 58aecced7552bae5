"""The chance that a level holds when each doubted answer is true with a declared probability, independently of the
others.

Exact by adding one answer after the other to the distribution of what is lost in each contest; contests without a
common answer are independent and multiply. Where the sums take too many values, or the rule is no set of sums, it is
drawn, with the standard error of the share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from tujing.diagnosis.catalogue import Either
from tujing.diagnosis.evidence import without
from tujing.diagnosis.instrument import Provenance
from tujing.diagnosis.questionnaire import level as level_of
from tujing.diagnosis.trust.contests import Contest, Undecided, contests
from tujing.problems import check_model, read_yaml

FILE = Path(__file__).parent / "trust.yaml"
MOST_STATES = 50_000
"""Distinct sums kept before the chance is drawn instead."""
DRAWS = 100_000
DRAWS_ONE_BY_ONE = 2_000


class Declared(BaseModel):
    """Probability that an answer holds, by its state of evidence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provenance: Provenance
    holds: dict[str, float]


@cache
def declared() -> Declared:
    return check_model(Declared, read_yaml(FILE), FILE)


@dataclass(frozen=True)
class Chance:
    """`error` is the standard error; 0 where the chance is exact."""

    value: float
    error: float

    @property
    def exact(self) -> bool:
        return self.error == 0


def chance(
    one: Either,
    answers: Mapping[str, Any],
    holds: Mapping[str, float],
    level: int,
    enterprise_kind: str = "",
    seed: int = 0,
) -> Chance:
    """Returns the chance that a level is reached.

    Parameters
    ----------
    holds
        Doubted question → probability that its answer holds; one that does not hold counts nothing.
    """
    if level_of(one, answers, enterprise_kind) < level:
        return Chance(0.0, 0.0)
    if not level:
        return Chance(1.0, 0.0)
    try:
        found = contests(one, answers, level, enterprise_kind)
    except Undecided:
        return _drawn_one_by_one(one, answers, holds, level, enterprise_kind, seed)
    kept = 1.0
    for together in _components(found, holds):
        share = _kept(together, holds)
        if share is None:
            return _drawn(found, holds, seed)
        kept *= share
    return Chance(kept, 0.0)


def _components(found: Sequence[Contest], holds: Mapping[str, float]) -> list[list[Contest]]:
    """Groups the contests that share a doubted answer."""
    groups: list[tuple[set[str], list[Contest]]] = []
    for contest in found:
        touched = {id for id in contest.gives if id in holds}
        joined = [group for group in groups if group[0] & touched]
        groups = [group for group in groups if not group[0] & touched]
        merged = set().union(touched, *(group[0] for group in joined))
        groups.append((merged, [*(each for group in joined for each in group[1]), contest]))
    return [group for _, group in groups]


def _kept(together: Sequence[Contest], holds: Mapping[str, float]) -> float | None:
    """The chance that no contest of a component is lost; None when there are too many sums."""
    touched = sorted({id for contest in together for id in contest.gives if id in holds})
    states: dict[tuple[float, ...], float] = {(0.0,) * len(together): 1.0}
    for id in touched:
        gives = [contest.gives.get(id, 0.0) for contest in together]
        following: dict[tuple[float, ...], float] = {}
        for lost, weight in states.items():
            following[lost] = following.get(lost, 0.0) + weight * holds[id]
            more = tuple(round(one + other, 9) for one, other in zip(lost, gives, strict=True))
            if all(one <= contest.slack for one, contest in zip(more, together, strict=True)):
                following[more] = following.get(more, 0.0) + weight * (1 - holds[id])
        states = following
        if len(states) > MOST_STATES:
            return None
    return math.fsum(states.values())


def _drawn(found: Sequence[Contest], holds: Mapping[str, float], seed: int) -> Chance:
    ids = sorted(holds)
    gives = np.array([[contest.gives.get(id, 0.0) for contest in found] for id in ids])
    fails = np.random.default_rng(seed).random((DRAWS, len(ids))) >= np.array([holds[id] for id in ids])
    kept = (fails.astype(float) @ gives <= np.array([contest.slack for contest in found])).all(axis=1)
    return _share(int(kept.sum()), DRAWS)


def _drawn_one_by_one(
    one: Either, answers: Mapping[str, Any], holds: Mapping[str, float], level: int, enterprise_kind: str, seed: int
) -> Chance:
    ids = sorted(holds)
    fails = np.random.default_rng(seed).random((DRAWS_ONE_BY_ONE, len(ids))) >= np.array([holds[id] for id in ids])
    kept = 0
    seen: dict[frozenset[str], bool] = {}
    for row in fails:
        dropped = frozenset(id for id, failed in zip(ids, row, strict=True) if failed)
        if dropped not in seen:
            seen[dropped] = level_of(one, without(answers, set(dropped)), enterprise_kind) >= level
        kept += seen[dropped]
    return _share(kept, DRAWS_ONE_BY_ONE)


def _share(kept: int, draws: int) -> Chance:
    """The share with its standard error; Laplace's rule keeps the error above 0 when all draws agree."""
    share, smoothed = kept / draws, (kept + 1) / (draws + 2)
    return Chance(share, math.sqrt(smoothed * (1 - smoothed) / draws))
