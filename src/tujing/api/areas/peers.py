"""Operations: where an assessment stands among peers, frozen copies and their verification."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import File
from ninja.files import UploadedFile

from tujing.api.area import Area
from tujing.diagnosis import services
from tujing.diagnosis.frozen.services import newest, take
from tujing.diagnosis.frozen.services import verify as verified
from tujing.diagnosis.frozen.verify import LARGEST, Check
from tujing.diagnosis.models import Assessment, Snapshot
from tujing.diagnosis.peers import services as standing
from tujing.documents import peers as documents
from tujing.problems import refuse
from tujing.web.exports import attachment

area = Area("diagnosis")


@area.get("/peers", documents.Peers)
def peers(request: HttpRequest) -> documents.Peers:
    """Where the company stands among enterprises of its industry and size, or why nobody can tell"""
    return documents.Peers.model_validate(standing.peers(request.organisation))


@area.put("/peers/consent", documents.Peers, "administer")
def give_peer_consent(request: HttpRequest) -> documents.Peers:
    """Let the company's newest result count, nameless, among the peers of others"""
    standing.give_consent(request.organisation, request.user)
    return peers(request)


@area.delete("/peers/consent", "administer")
def take_back_peer_consent(request: HttpRequest) -> None:
    """The company's result counts no longer, at once"""
    standing.take_back_consent(request.organisation)


@area.post("/assessments/{int:assessment}/freeze", documents.FrozenChecks, "submit", 201)
def freeze(request: HttpRequest, assessment: int) -> documents.FrozenChecks:
    """Keep a new frozen copy of a submitted assessment, with the verdicts so far"""
    kept = take(request.organisation, _own(request, assessment), request.user)
    return _checks(verified(request.organisation, kept.content.encode()))


@area.file("/assessments/{int:assessment}/frozen.json", "application/json")
def frozen(request: HttpRequest, assessment: int) -> HttpResponse:
    """The newest frozen copy of an assessment, to the byte"""
    found = _frozen(request, assessment)
    day = timezone.localtime(found.taken).strftime("%Y%m%d")
    return attachment(found.content.encode(), f"{found.assessment.instrument}-{day}.json", "application/json")


@area.get("/assessments/{int:assessment}/frozen/checks", documents.FrozenChecks)
def check_frozen(request: HttpRequest, assessment: int) -> documents.FrozenChecks:
    """Check the frozen copy that is kept here against the record, the files and the instrument"""
    return _checks(verified(request.organisation, _frozen(request, assessment).content.encode()))


@area.post("/frozen/checks", documents.FrozenChecks, "view")
def verify(request: HttpRequest, file: UploadedFile = File(...)) -> documents.FrozenChecks:
    """Check a frozen copy that somebody hands in; nothing is stored"""
    if (file.size or 0) > LARGEST:
        raise refuse("no_file", "请选择 20 MB 以内的存档文件。", "Choose a frozen copy of at most 20 MB.", key="file")
    return _checks(verified(request.organisation, file.read(), file.name or ""))


def _own(request: HttpRequest, assessment: int) -> Assessment:
    return get_object_or_404(services.assessments(request.organisation), pk=assessment)


def _frozen(request: HttpRequest, assessment: int) -> Snapshot:
    found = newest(request.organisation, _own(request, assessment))
    if found is None:
        raise refuse(
            "not_submitted", "还没有存档，请先提交评测。", "There is no frozen copy yet; submit the assessment first."
        )
    return found


def _checks(found: Iterable[Check]) -> documents.FrozenChecks:
    checks = [documents.FrozenCheck(id=one.id, held=one.held, words=one.words.as_dict()) for one in found]
    return documents.FrozenChecks(checks=checks)
