"""The guide's tracks in a plan: which scenarios each is pointed to first, and in which way they are had. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tujing.atlas.manifest import Provenance
from tujing.enterprise.classify import Classification
from tujing.planning.candidates import Candidate
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "tracks.yaml"


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrackStep(Entry):
    """One step of a track, as `enterprise.classify` names it."""

    clause: str
    words: Text
    shortlist: tuple[str, ...] = Field(min_length=1)
    """Scenario ids, the first to look at first."""
    enablement: bool
    """Its shortlist is what the suppliers of a chain leader can share."""
    subscription_first: bool
    provenance: Provenance


class Tracks(Entry):
    tracks: dict[str, TrackStep]


@cache
def tracks() -> Tracks:
    """Reads the steps shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return check_model(Tracks, read_yaml(FILE), FILE)


def prefer(candidates: Sequence[Candidate], classed: Classification) -> list[Candidate]:
    """Returns the candidates; where the track subscribes first, what can be subscribed is had in no other way."""
    if not tracks().tracks[classed.step].subscription_first:
        return list(candidates)
    subscribed = {one.id for one in candidates if one.option == "subscribe"}
    return [one for one in candidates if one.id not in subscribed or one.option == "subscribe"]


def track_document(classed: Classification, candidates: Sequence[Candidate], taken: Collection[str]) -> dict[str, Any]:
    """Returns the track with its shortlist: each scenario's next step, the ways open and whether the plan takes it.

    `taken`: steps of the plan as `scenario@level`.
    """
    step = tracks().tracks[classed.step]
    entries = []
    for scenario in step.shortlist:
        mine = [one for one in candidates if one.scenario == scenario]
        if not mine:
            continue
        level = min(one.level for one in mine)
        ways = [one for one in mine if one.level == level]
        entries.append(
            {
                "scenario": scenario,
                "name": ways[0].name.as_dict(),
                "level": level,
                "options": [
                    {"option": one.option, "cost": one.one_off.mean, "yearly_cost": one.yearly.mean} for one in ways
                ],
                "in_plan": any(one.id in taken for one in mine),
            }
        )
    return {
        "track": classed.track,
        "step": classed.step,
        "label": classed.track_label.as_dict(),
        "clause": step.clause,
        "words": step.words.as_dict(),
        "enablement": step.enablement,
        "subscription_first": step.subscription_first,
        "shortlist": entries,
    }
