"""Two assessments side by side, where one stands among peers, and whether a frozen copy is what was frozen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tujing.diagnosis import services
from tujing.diagnosis.asking.questions import questions, spoken
from tujing.diagnosis.catalogue import every_instrument, find
from tujing.diagnosis.frozen.services import newest, verify
from tujing.diagnosis.frozen.verify import LARGEST
from tujing.diagnosis.models import Assessment, AssessmentStatus
from tujing.diagnosis.peers import services as peers
from tujing.diagnosis.peers.cells import rules
from tujing.diagnosis.review import services as review
from tujing.enterprise.services import may
from tujing.problems import BadInput, refuse
from tujing.web.access import member, requires
from tujing.web.exports import attachment
from tujing.web.views.diagnosis_shared import TABS, own


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    """Two submitted assessments of one edition: own and third party, or then and now."""
    submitted = (
        services.assessments(request.organisation)
        .filter(status=AssessmentStatus.SUBMITTED)
        .order_by("-submitted", "-id")
    )
    chosen = [pk for pk in request.GET.getlist("with") if pk.isdecimal() and len(pk) < 18][:2]
    pair = [submitted.filter(pk=pk).first() for pk in chosen]
    context: dict[str, Any] = {
        "tabs": TABS,
        "tab": "diagnosis_compare",
        "assessments": [
            (one, every_instrument()[one.instrument].title)
            for one in submitted[:100]
            if one.instrument in every_instrument()
        ],
        "chosen": [int(pk) for pk in chosen],
    }
    if len(pair) == 2 and None not in pair:
        earlier, later = sorted((one for one in pair if one), key=lambda one: (one.submitted, one.pk))
        context |= _compared(request, earlier, later)
    return render(request, "diagnosis/compare.html", context)


def _compared(request: HttpRequest, one: Assessment, other: Assessment) -> dict[str, Any]:
    found = review.side_by_side(request.organisation, one, other)
    form = find(one.instrument)
    asked = {each.id: each for each in questions(form)}
    return {
        "found": found,
        "instrument": form,
        "one": one,
        "other": other,
        "outcomes": (services.outcome(one), services.outcome(other)),
        "rows": [
            {
                **each,
                "was": spoken(form, asked[each["question"]], each["one"]),
                "is": spoken(form, asked[each["question"]], each["other"]),
                "decisive": each["question"] in found["decisive"],
            }
            for each in (*found["questions"], *found["scenarios"])
        ],
    }


@require_GET
@member
def peer_page(request: HttpRequest) -> HttpResponse:
    """Where the enterprise stands among its peers, and what is withheld why."""
    found = peers.peers(request.organisation)
    latest = services.latest(request.organisation)
    context: dict[str, Any] = {
        "tabs": TABS,
        "tab": "diagnosis_peers",
        "found": found,
        "rules": rules(),
        "latest": latest,
        "own": services.outcome(latest) if latest else None,
        "may_consent": may(request.user, request.organisation, "administer"),
    }
    if found["group"]:
        form = find(services.SME)
        context["levels"] = [
            (form.level_name(int(level)), share, int(level)) for level, share in found["levels"].items()
        ]
        context["chart"] = {
            "kind": "bar",
            "categories": [_("Level %(level)s") % {"level": level} for level in found["levels"]],
            "series": [
                {"name": _("Share of peers"), "values": [round(100 * share) for share in found["levels"].values()]}
            ],
            "unit": "%",
        }
    return render(request, "diagnosis/peers.html", context)


@require_POST
@requires("administer")
def consent(request: HttpRequest) -> HttpResponse:
    """Gives, or takes back, the consent to be counted among the peers of others."""
    if request.POST.get("give") == "on":
        peers.give_consent(request.organisation, request.user)
        messages.success(request, _("Your newest result now counts among peers, without your name."))
    else:
        peers.take_back_consent(request.organisation)
        messages.success(request, _("Your result counts no longer."))
    return redirect("diagnosis_peers")


@require_http_methods(["GET", "POST"])
@member
def verify_page(request: HttpRequest) -> HttpResponse:
    """Checks a frozen copy that somebody hands in; nothing is stored."""
    context: dict[str, Any] = {"tabs": TABS, "tab": "diagnosis_verify"}
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None or (file.size or 0) > LARGEST:
            raise refuse("no_file", "请选择 20 MB 以内的存档文件。", "Choose a frozen copy of at most 20 MB.")
        context |= {"checks": verify(request.organisation, file.read(), file.name or ""), "file": file.name}
    return render(request, "diagnosis/verify.html", context)


@require_GET
@member
def snapshot(request: HttpRequest, assessment: int) -> HttpResponse:
    """The newest frozen copy of an assessment, to the byte."""
    found = newest(request.organisation, own(request, assessment))
    if found is None:
        raise _not_frozen()
    day = timezone.localtime(found.taken).strftime("%Y%m%d")
    return attachment(found.content.encode(), f"{found.assessment.instrument}-{day}.json", "application/json")


@require_POST
@requires("view")
def check(request: HttpRequest, assessment: int) -> HttpResponse:
    """Checks the frozen copy that is kept here against the record, the files and the instrument."""
    found = newest(request.organisation, own(request, assessment))
    if found is None:
        raise _not_frozen()
    checks = verify(request.organisation, found.content.encode())
    return render(request, "diagnosis/checks.html", {"checks": checks})


def _not_frozen() -> BadInput:
    return refuse(
        "not_submitted", "还没有存档，请先提交评测。", "There is no frozen copy yet; submit the assessment first."
    )
