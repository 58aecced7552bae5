"""What hurts, in people's own words, tied to the scenarios of the map."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.atlas.loader import atlas
from tujing.diagnosis.models import Frequency, PainPoint
from tujing.diagnosis.pain import services as pain
from tujing.enterprise.services import may
from tujing.web import uploads
from tujing.web.access import member, requires
from tujing.web.exports import XLSX, attachment
from tujing.web.views.diagnosis_shared import TABS
from tujing.web.words import language


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    wish = request.GET.get("q", "").strip().lower()
    rows = pain.pain_points(request.organisation)
    kept = [row for row in rows if wish in f"{row['department']} {row['words']['zh']} {row['words']['en']}".lower()]
    context = {
        "tabs": TABS,
        "tab": "diagnosis_pains",
        "rows": kept,
        "wish": wish,
        "every": len(rows),
        "money": sum(row["yuan_per_year"] or 0 for row in rows),
        "without_money": sum(row["yuan_per_year"] is None for row in rows),
        "departments": sorted({row["department"] for row in rows}),
        "frequencies": Frequency.values,
        "scenarios": atlas().manifests,
        "may_answer": may(request.user, request.organisation, "answer"),
        "gone": request.session.pop("pain-gone", None),
    }
    return render(request, "diagnosis/pains.html", context)


@require_POST
@requires("answer")
def add(request: HttpRequest) -> HttpResponse:
    given = request.POST
    texts = {"zh": given.get("words_zh", "").strip(), "en": given.get("words_en", "").strip()}
    texts[language()] = given.get("words", "").strip() or texts[language()]
    entry: dict[str, Any] = {
        "department": given.get("department", "").strip(),
        "words": {one: text for one, text in texts.items() if text},
        "severity": _number(given.get("severity", "")),
        "frequency": given.get("frequency", ""),
        "scenarios": given.getlist("scenario"),
    }
    if given.get("yuan_per_year", "").strip():
        entry["yuan_per_year"] = _number(given["yuan_per_year"])
    pain.add_pain_point(request.organisation, entry, request.user)
    messages.success(request, _("Noted. The map proposes scenarios; tie those that fit."))
    return redirect("diagnosis_pains")


@require_POST
@requires("answer")
def tie(request: HttpRequest, pain_point: int) -> HttpResponse:
    """Ties one more scenario, or unties one."""
    found = get_object_or_404(PainPoint, pk=pain_point, organisation=request.organisation)
    kept = [one for one in found.scenarios if one != request.POST.get("untie")]
    if request.POST.get("tie"):
        kept.append(request.POST["tie"])
    pain.tie(request.organisation, found.pk, kept)
    return redirect("diagnosis_pains")


@require_POST
@requires("answer")
def remove(request: HttpRequest, pain_point: int) -> HttpResponse:
    """Takes it off the list; the page offers to put it back."""
    found = get_object_or_404(PainPoint, pk=pain_point, organisation=request.organisation)
    fields = {
        "department": found.department,
        "words_zh": found.words.get("zh", ""),
        "words_en": found.words.get("en", ""),
        "severity": found.severity,
        "frequency": found.frequency,
        "yuan_per_year": "" if found.yuan_per_year is None else str(found.yuan_per_year),
    }
    request.session["pain-gone"] = {"fields": list(fields.items()), "scenarios": found.scenarios}
    pain.remove_pain_point(request.organisation, found.pk)
    return redirect("diagnosis_pains")


@require_GET
@member
def export(request: HttpRequest) -> HttpResponse:
    """The list as the spreadsheet that can be filled in and uploaded again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pain_points.xlsx"
        pain.write_pain_points(request.organisation, path)
        return attachment(path.read_bytes(), "痛点.xlsx" if language() == "zh" else "pain points.xlsx", XLSX)


@require_POST
@requires("answer")
def upload(request: HttpRequest) -> HttpResponse:
    """Takes a filled-in list, all of it or, with reasons by row, nothing."""
    token, path = uploads.keep(request.organisation, request.FILES.get("file"))
    try:
        taken = pain.read_pain_points(request.organisation, path, request.user)
    finally:
        uploads.forget(request.organisation, token)
    messages.success(request, _("%(count)s pain points are taken in.") % {"count": len(taken)})
    return redirect("diagnosis_pains")


def _number(text: str) -> Any:
    """The number, or the text as it stands where it is none: the grammar refuses that with a sentence."""
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return text
    return int(value) if value.is_integer() else value
