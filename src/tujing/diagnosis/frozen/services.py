"""Use-cases: freeze an assessment as it stands, write the copy out, check one that comes back."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from tujing.diagnosis.catalogue import find
from tujing.diagnosis.frozen.canonical import canonical
from tujing.diagnosis.frozen.verify import SCHEMA, Check, checks, instrument_digest, parse, result_of
from tujing.diagnosis.models import Assessment, AssessmentStatus, Snapshot
from tujing.enterprise import files
from tujing.enterprise.models import Organisation
from tujing.problems import refuse
from tujing.words import Text


def assessed(assessment: Assessment) -> dict[str, Any]:
    """Returns what is signed: the instrument with its content's hash, the answers and the evidence. No person's
    name."""
    one = find(assessment.instrument)
    return {
        "organisation": assessment.organisation.slug,
        "instrument": {"id": one.id, "version": assessment.instrument_version, "sha256": instrument_digest(one)},
        "assessor": assessment.assessor,
        "enterprise_kind": assessment.enterprise_kind,
        "answers": assessment.answers,
        "evidence": [
            {
                "question": item.indicator,
                "kind": item.kind,
                "reference": item.reference,
                "note": item.note,
                "sha256": item.sha256,
                "recorded": item.recorded,
            }
            for item in assessment.evidence.order_by("indicator", "id")
        ],
    }


def frozen(assessment: Assessment, taken: datetime) -> bytes:
    """Returns the bytes of a frozen copy: a pure function of the record and the moment, so they can be made again."""
    from tujing.diagnosis.services import confidence

    trust = confidence(assessment, taken)
    assert assessment.submitted is not None
    return canonical(
        {
            "schema": SCHEMA,
            "assessed": assessed(assessment),
            "signature": assessment.signature,
            "submitted": _moment(assessment.submitted),
            "taken": _moment(taken),
            "result": result_of(trust.claimed),
            "evidenced": result_of(trust.evidenced),
            "accepted": result_of(trust.accepted),
            "verdicts": [
                {"question": one.question, "verdict": one.verdict, "words": one.words, "instead": one.instead}
                for one in assessment.verdicts.filter(at__lte=taken).order_by("id")
            ],
        }
    )


@transaction.atomic
def take(organisation: Organisation, assessment: Assessment, by: Any = None) -> Snapshot:
    """Keeps a frozen copy of a submitted assessment, with the verdicts so far.

    Raises
    ------
    BadInput
        When it is not the organisation's, is a draft still, or its record was changed behind our back.
    """
    from tujing.diagnosis.services import own, signature

    current = own(organisation, assessment)
    if current.status != AssessmentStatus.SUBMITTED:
        raise refuse(
            "not_submitted",
            "草稿不能存档，请先提交评测。",
            "A draft cannot be frozen; submit the assessment first.",
        )
    if signature(current) != current.signature:
        raise refuse(
            "record_changed",
            "评测记录与提交时的签名不符，说明有人绕过系统改过数据；请从备份核对，或重新评测。",
            "The record no longer fits its signature, so somebody changed it behind the system; compare with a backup, "
            "or assess again.",
        )
    moment = timezone.now()
    content = frozen(current, moment)
    return Snapshot.objects.create(
        assessment=current,
        content=content.decode(),
        sha256=hashlib.sha256(content).hexdigest(),
        taken=moment,
        by=by,
    )


def newest(organisation: Organisation, assessment: Assessment) -> Snapshot | None:
    """Returns the newest frozen copy of an assessment, or None."""
    return Snapshot.objects.filter(assessment__organisation=organisation, assessment=assessment).first()


def reproduces(snapshot: Snapshot) -> bool:
    """Returns whether the record gives the very bytes that were frozen."""
    return frozen(snapshot.assessment, snapshot.taken) == snapshot.content.encode()


def verify(organisation: Organisation, content: bytes, file: str = "") -> list[Check]:
    """Checks a frozen copy against itself, the installed instrument, this workspace's copy, and the evidence files
    kept.

    Raises
    ------
    BadInput
        When it is no frozen copy at all.
    """
    from tujing.diagnosis.services import evidence_folder

    document = parse(content, file)
    kept = Snapshot.objects.filter(assessment__organisation=organisation)
    same = kept.filter(sha256=hashlib.sha256(content).hexdigest()).first()
    own = document["assessed"].get("organisation") == organisation.slug
    found = checks(content, document, same is not None if own else None)
    if same is None:
        return found
    folder = evidence_folder(organisation)
    stored = [one.sha256 for one in same.assessment.evidence.filter(kind="file").exclude(sha256="")]
    return [
        *found,
        Check(
            "reproduced",
            reproduces(same),
            Text(zh="由数据库记录重新生成，字节相同", en="Made again from the record: the same bytes"),
        ),
        Check(
            "files",
            all(files.intact(folder, sha256) for sha256 in stored) if stored else None,
            Text(
                zh=f"{len(stored)} 个证据文件都在，内容未变",
                en=f"All {len(stored)} evidence files are there, unchanged",
            ),
        ),
    ]


def write(snapshot: Snapshot, target: Path) -> None:
    """Writes a frozen copy's bytes.

    Raises
    ------
    BadInput
        When the file cannot be written there.
    """
    try:
        target.write_bytes(snapshot.content.encode())
    except OSError as error:
        raise refuse(
            "bad_target",
            "写不了这个文件，请检查文件夹是否存在、是否有权限。",
            "The file cannot be written; check that the folder is there and writable.",
            file=target,
            detail=str(error),
        ) from error


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat()
