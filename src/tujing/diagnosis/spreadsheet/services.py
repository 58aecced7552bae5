"""Use-cases: hand a draft out as a spreadsheet, see what one that comes back would change, take it in, undo that."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from tujing.diagnosis.answer_file import check_size
from tujing.diagnosis.answers import AnswerFile
from tujing.diagnosis.catalogue import find
from tujing.diagnosis.models import AnswerChange, Assessment, EvidenceItem
from tujing.diagnosis.services import fill, own_draft, store
from tujing.diagnosis.spreadsheet import workbook
from tujing.diagnosis.spreadsheet.differences import Difference, differences
from tujing.diagnosis.spreadsheet.workbook import Stamp
from tujing.enterprise.models import Organisation
from tujing.problems import refuse

TAKEN = ("added", "changed")
"""Kinds of difference that are taken in without asking."""


@dataclass(frozen=True)
class Preview:
    """What a spreadsheet would change. `stamp` is None where it does not say of when it is."""

    differences: tuple[Difference, ...]
    evidence: int
    """Pieces of evidence that it brings."""
    answered: int
    stamp: Stamp | None


def write_out(organisation: Organisation, assessment: Assessment, path: Path) -> None:
    """Writes a draft, or a submitted assessment, as a spreadsheet with its answers marked."""
    current = Assessment.objects.get(organisation=organisation, pk=assessment.pk)
    stamp = Stamp(current.pk, timezone.now())
    workbook.template(find(current.instrument), path, current.answers, stamp)


def preview(organisation: Organisation, assessment: Assessment, path: Path) -> Preview:
    """Returns what a filled-in spreadsheet would change; nothing is stored.

    Raises
    ------
    BadInput
        With every fault of the file, by row and column, or when it was made of another assessment.
    """
    current = Assessment.objects.get(organisation=organisation, pk=assessment.pk)
    file, stamp = _read(current, path)
    return _preview(current, file, stamp)


@transaction.atomic
def take_in(
    organisation: Organisation, assessment: Assessment, path: Path, overwrite: Collection[str] = (), by: Any = None
) -> str:
    """Takes a spreadsheet into a draft, all of it or nothing; returns the batch to undo it by.

    Where somebody answered otherwise since the download their answer stays, unless the question is in `overwrite`.

    Raises
    ------
    BadInput
        With every fault of the file, when a question is somebody else's, or the assessment is submitted.
    """
    current = own_draft(organisation, assessment)
    file, stamp = _read(current, path)
    found = _preview(current, file, stamp)
    taken = {
        one.question: one.file
        for one in found.differences
        if one.kind in TAKEN or (one.kind == "conflict" and one.question in overwrite)
    }
    batch = secrets.token_hex(16)
    fill(organisation, current, AnswerFile(taken, file.evidence), by, batch)
    return batch


@transaction.atomic
def undo(organisation: Organisation, assessment: Assessment, batch: str, by: Any = None) -> tuple[int, int]:
    """Undoes a taken-in spreadsheet: its evidence goes, its answers become what they were before.

    Returns
    -------
    How many answers were set back, and how many stay because somebody has changed them since.

    Raises
    ------
    BadInput
        When there is no such batch, or the assessment is submitted.
    """
    current = own_draft(organisation, assessment)
    changes = list(AnswerChange.objects.filter(assessment=current, batch=batch))
    evidence = EvidenceItem.objects.filter(assessment=current, batch=batch)
    if not batch or not (changes or evidence.exists()):
        raise refuse(
            "nothing_to_undo",
            "没有这次上传的记录，请从问卷页重新打开。",
            "There is no such upload; open it again from the questionnaire.",
        )
    back = {one.question: one.before for one in changes if current.answers.get(one.question) == one.after}
    store(current, back, by)
    evidence.update(removed=timezone.now())
    return len(back), len(changes) - len(back)


def _read(current: Assessment, path: Path) -> tuple[AnswerFile, Stamp | None]:
    check_size(path)
    file, stamp = workbook.read(path, find(current.instrument)), workbook.stamp_of(path)
    if stamp is not None and stamp.assessment != current.pk:
        raise refuse(
            "other_assessment",
            "这张表是从另一份评测下载的，请在那一份里上传，或重新下载本份的模板。",
            "This spreadsheet was made of another assessment; upload it there, or download this one's template.",
            file=path,
        )
    return file, stamp


def _preview(current: Assessment, file: AnswerFile, stamp: Stamp | None) -> Preview:
    base = _at(current, stamp) if stamp else current.answers
    found = differences(find(current.instrument), base, current.answers, file.answers)
    return Preview(tuple(found), sum(map(len, file.evidence.values())), len(file.answers), stamp)


def _at(current: Assessment, stamp: Stamp) -> Mapping[str, Any]:
    """The answers as they stood when the spreadsheet was made, from the record of changes."""
    answers: dict[str, Any] = {}
    for one in AnswerChange.objects.filter(assessment=current, at__lte=stamp.made):
        answers[one.question] = one.after
    return {id: answer for id, answer in answers.items() if answer is not None}
