"""One assessment as a report to take away: Word, PDF, Excel."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tujing.diagnosis import services
from tujing.diagnosis.catalogue import find
from tujing.diagnosis.models import Assessment
from tujing.diagnosis.review.lines_services import lines
from tujing.enterprise.models import Organisation
from tujing.web.access import member
from tujing.web.exports import as_xlsx, attachment
from tujing.web.views.diagnosis_shared import own
from tujing.web.words import label, language, say

KINDS: dict[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@require_GET
@member
def download(request: HttpRequest, assessment: int, form: str) -> HttpResponse:
    return report_file(request.organisation, own(request, assessment), form)


def report_file(organisation: Organisation, found: Assessment, form: str) -> HttpResponse:
    """The assessment in one of the forms, in the reader's language."""
    name = f"{_('Diagnosis')} {say(find(found.instrument).title)}.{form}"
    if form == "xlsx":
        return as_xlsx(_sheets(organisation, found), name)
    if form not in KINDS:
        raise Http404
    # What writes Word and PDF takes a second to load, which whoever starts the site need not wait for.
    from tujing.diagnosis import report
    from tujing.reports.paper import Paper
    from tujing.reports.print import Print

    made = Paper if form == "docx" else Print
    enterprise = say(organisation.name)
    title = f"{enterprise} {_('Diagnosis')}"
    page_words = ("第 ", " 页") if language() == "zh" else ("Page ", "")
    paper = made(language(), title, title, page_words)
    report.whole(paper, services.summary(found), enterprise)
    return attachment(paper.content(), name, KINDS[form])


def _sheets(organisation: Organisation, found: Assessment) -> dict[str, Any]:
    """Answers with what backs them, the tests of each level, the cheapest way on."""
    document = services.summary(found)
    answers = [
        (
            line.question.id,
            say(line.question.label),
            say(line.spoken),
            label(line.state) if line.state else "",
            line.changed.by if line.changed else "",
            "; ".join(item.reference or say(item.note) for item in line.evidence),
        )
        for line in lines(organisation, found)
    ]
    way = document["next_level"]
    changes = [
        (one["question"], say(one["label"]), say(one["before"]), say(one["after"]), one["points"], one["effort"])
        for one in (way["changes"] if way else ())
    ]
    tests = [
        (
            say(one["name"]),
            one["score"],
            one["score_asked"],
            one["scenarios"],
            one["scenarios_asked"],
            one["mandatory"],
            one["mandatory_asked"],
        )
        for one in document["tests"]
    ]
    columns = (_("No."), _("Question"), _("What is answered"), _("State"), _("Person"), _("Evidence"))
    sheets: dict[str, Any] = {
        _("Answers"): (columns, answers),
        _("Next level"): ((_("No."), _("Question"), _("From"), _("To"), _("Points"), _("Relative effort")), changes),
    }
    if tests:
        heads = (
            _("Level"), _("Score"), _("asked"), _("Scenarios"), _("asked"), _("Mandatory (★)"), _("asked"),
        )  # fmt: skip
        sheets[_("Tests of each level")] = (heads, tests)
    return sheets
