"""What a leader sees of its members: those who agreed to be named one by one, and all of them in figures.

Figures hold back small groups by the rules of the peers: what is shown never lays bare fewer than `least` of those who
count nameless, not even after taking away those who are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db.models import Count, Q

from tujing.adoption.models import Adoption, Stage
from tujing.atlas.loader import atlas
from tujing.chain.follow_services import followed
from tujing.diagnosis import services as diagnosis
from tujing.diagnosis.instrument import instrument
from tujing.diagnosis.peers.cells import Cell, Place, rules, shown
from tujing.diagnosis.peers.services import cell_words, counts_by_place, placed_results, within
from tujing.diagnosis.peers.standing import Standing, standing
from tujing.diagnosis.scoring import Result
from tujing.diagnosis.services import SME
from tujing.enterprise.models import Organisation
from tujing.iteration.overview_services import clients
from tujing.iteration.spiral import Spiral
from tujing.words import Text

UNDER_WAY = (Stage.PLANNED, Stage.IMPLEMENTING)
LIVE = (Stage.IN_USE, Stage.EVALUATED)


@dataclass(frozen=True)
class Member:
    """A member that agreed to be named. `active`: when anything was last made there."""

    organisation: Organisation
    spiral: Spiral
    late: int
    active: datetime | None


@dataclass(frozen=True)
class Known:
    """How far a named member has come: its newest submitted result, and its scenarios."""

    result: Result | None
    under_way: int
    in_use: int


@dataclass(frozen=True)
class Spread:
    """A scenario among the named members: in how many it is being built, and in how many it is in use."""

    scenario: str
    name: Text
    under_way: int
    in_use: int


@dataclass(frozen=True)
class Figures:
    """One group of members, told no finer than the peers' rules allow."""

    cell: Cell
    words: Text
    standing: Standing


def named(leader: Organisation, today: date, tie: str | None = None) -> list[Member]:
    """Returns the members that agreed to be named, the most late first."""
    organisations = [one.member for one in followed(leader, tie).filter(by_name=True)]
    return [Member(one.organisation, one.spiral, one.late, one.active) for one in clients(organisations, today)]


def known(organisations: Sequence[Organisation]) -> dict[Any, Known]:
    """Returns how far each company has come, by key; each one's result is read apart, so give it a page of them."""
    counts = {
        row["organisation"]: row
        for row in _adoptions(organisations)
        .values("organisation")
        .annotate(under_way=_companies(UNDER_WAY, "scenario"), in_use=_companies(LIVE, "scenario"))
    }
    found = {}
    for one in organisations:
        assessment = diagnosis.latest(one)
        row = counts.get(one.pk, {})
        found[one.pk] = Known(
            diagnosis.result(assessment) if assessment else None, row.get("under_way", 0), row.get("in_use", 0)
        )
    return found


def spread(organisations: Sequence[Organisation]) -> list[Spread]:
    """Returns the scenarios that the companies work on or have in use, the most used first."""
    rows = (
        _adoptions(organisations)
        .values("scenario")
        .annotate(under_way=_companies(UNDER_WAY, "organisation"), in_use=_companies(LIVE, "organisation"))
    )
    cards = atlas().cards
    found = [
        Spread(row["scenario"], cards[row["scenario"]].manifest.name, row["under_way"], row["in_use"])
        for row in rows
        if row["scenario"] in cards and row["under_way"] + row["in_use"]
    ]
    return sorted(found, key=lambda one: (-one.in_use, -one.under_way, one.scenario))


def figures(leader: Organisation, tie: str | None = None) -> list[Figures]:
    """Returns the groups of members that may be shown, all of them first; nothing while none may be.

    A group that is no smaller than the one around it tells nothing more and is left out.
    """
    follows, one = list(followed(leader)), instrument(SME)
    mine = [row for row in follows if tie in (None, row.tie)]
    others = [row for row in follows if tie not in (None, row.tie)]
    nameless = placed_results(one, [row.member for row in mine if not row.by_name])
    everybody = pa.concat_tables([nameless, placed_results(one, [row.member for row in mine if row.by_name])])
    beside = placed_results(one, [row.member for row in others if not row.by_name]).num_rows
    counts = counts_by_place(nameless)
    hidden = _cells(counts) - _tellable(counts, beside)
    allowed = sorted(_cells(counts_by_place(everybody)) - hidden, key=lambda cell: (len(cell), cell))
    found, sizes = [], {}
    for cell in allowed:
        group = within(everybody, cell)
        sizes[cell] = group.num_rows
        if cell and sizes.get(cell[:-1]) == group.num_rows:
            continue
        described = standing(group["score"].to_numpy(), group["level"].to_numpy(), None, rules())
        found.append(Figures(cell, cell_words(cell), described))
    return found


def _tellable(nameless: dict[Place, int], beside: int) -> set[Cell]:
    """Returns the groups that lay no nameless member bare.

    Parameters
    ----------
    beside
        Nameless members by the other tie. All members are told of too, and all less one tie are the other: so either
        is told of as a whole, and only where both are large enough.
    """
    allowed = shown(nameless, rules().least)
    if not beside:
        return allowed
    return allowed & {()} if beside >= rules().least else set()


def _cells(places: dict[Place, int]) -> set[Cell]:
    return {cell for place in places for cell in place.cells}


def _adoptions(organisations: Sequence[Organisation]) -> Any:
    """The adoptions of the open cycles, pilots and whole factories alike."""
    return Adoption.objects.filter(organisation__in=organisations, cycle__closed=None).order_by()


def _companies(stages: Sequence[Stage], distinct: str) -> Count:
    return Count(distinct, filter=Q(stage__in=stages), distinct=True)
