"""Use-cases: keep what hurts, tie it to scenarios of the map, see what the map proposes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from tujing.atlas.loader import atlas
from tujing.diagnosis.models import PainPoint
from tujing.diagnosis.pain.file import Pain, checked, read
from tujing.diagnosis.pain.proposals import Proposal, Speech, Speeches
from tujing.diagnosis.pain.sheet import write
from tujing.enterprise.models import Organisation
from tujing.problems import refuse

Row = dict[str, Any]


def pain_points(organisation: Organisation) -> list[Row]:
    """Returns the organisation's pain points, gravest first.

    Each is `{"id", "department", "words": {"zh", "en"}, "severity", "frequency", "yuan_per_year", "scenarios",
    "source", "proposals"}`. `scenarios` are those a person chose; `proposals` are the map's, each `{"scenario",
    "similarity", "reason"}`, without those chosen. Words given in one language only stand under both.
    """
    return [_row(one) for one in PainPoint.objects.filter(organisation=organisation)]


def read_pain_points(organisation: Organisation, path: Path, by: Any = None) -> list[Row]:
    """Takes a file of pain points, all of it or nothing; one that is known already is brought up to date.

    Raises
    ------
    BadInput
        With every fault of the file.
    """
    return keep(organisation, read(path, atlas().manifests), source=path.name, by=by)


def write_pain_points(organisation: Organisation, path: Path) -> None:
    """Writes the list as a spreadsheet that `read_pain_points` takes, with the map's pain points to ask after."""
    known = atlas().manifests
    write(
        path,
        pain_points(organisation),
        ((id, one.name, words) for id, one in known.items() for words in one.pain_points),
    )


def add_pain_point(organisation: Organisation, entry: dict[str, Any], by: Any = None) -> Row:
    """Keeps one pain point, as a form gives it.

    Raises
    ------
    BadInput
        With every fault.
    """
    [row] = keep(organisation, checked([(1, entry)], atlas().manifests), source="", by=by)
    return row


@transaction.atomic
def keep(organisation: Organisation, pains: Iterable[Pain], source: str, by: Any = None) -> list[Row]:
    """Stores checked pain points: the same words of the same department are the same pain point."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    present = {
        (one.department, one.words.get("zh") or one.words["en"]): one
        for one in PainPoint.objects.filter(organisation=organisation)
    }
    kept = []
    for pain in pains:
        row = present.get((pain.department, pain.words.get("zh") or pain.words["en"]))
        row = row or PainPoint(organisation=organisation, department=pain.department)
        row.words, row.severity, row.frequency = pain.words, pain.severity, pain.frequency
        row.yuan_per_year = None if pain.yuan_per_year is None else Decimal(str(pain.yuan_per_year))
        row.scenarios, row.source, row.by = list(pain.scenarios), source, by
        row.save()
        kept.append(_row(row))
    return kept


@transaction.atomic
def tie(organisation: Organisation, pain_point: int, scenarios: Sequence[str]) -> Row:
    """Ties a pain point to the scenarios that a person chose (none unties it).

    Raises
    ------
    BadInput
        When it is not the organisation's, or a scenario is not on the map.
    """
    row = PainPoint.objects.select_for_update().filter(organisation=organisation, pk=pain_point).first()
    if row is None:
        raise refuse("no_pain_point", "找不到这条痛点，请刷新列表。", "There is no such pain point; reload the list.")
    for one in scenarios:
        if one not in atlas().manifests:
            raise refuse(
                "unknown_scenario", f"图谱里没有场景 {one}。", f"There is no scenario {one} on the map.", value=one
            )
    row.scenarios = list(dict.fromkeys(scenarios))
    row.save(update_fields=["scenarios"])
    return _row(row)


def remove_pain_point(organisation: Organisation, pain_point: int) -> None:
    """Takes a pain point away; one that is not there is no matter."""
    PainPoint.objects.filter(organisation=organisation, pk=pain_point).delete()


def _row(one: PainPoint) -> Row:
    words = {language: one.words.get(language) or next(iter(one.words.values())) for language in ("zh", "en")}
    return {
        "id": one.pk,
        "department": one.department,
        "words": words,
        "severity": one.severity,
        "frequency": one.frequency,
        "yuan_per_year": None if one.yuan_per_year is None else float(one.yuan_per_year),
        "scenarios": list(one.scenarios),
        "source": one.source,
        "proposals": [
            {"scenario": found.scenario, "similarity": found.similarity, "reason": found.reason.as_dict()}
            for found in _proposals(one)
            if found.scenario not in one.scenarios
        ],
    }


def _proposals(one: PainPoint) -> list[Proposal]:
    return _speeches(tuple(atlas().manifests)).propose(one.words)


@cache
def _speeches(scenarios: tuple[str, ...]) -> Speeches:
    known = atlas().manifests
    return Speeches([Speech(id, known[id].pain_points, (known[id].name, known[id].summary)) for id in scenarios])
