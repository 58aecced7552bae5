"""The plan laid out: sections, the trace matrix with its gaps, and files for other tools."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tujing.blueprint.content import content as kinds
from tujing.blueprint.files import ENDINGS, MEDIA, default_name
from tujing.blueprint.files import render as render_file
from tujing.blueprint.services import blueprint
from tujing.blueprint.trace import threads
from tujing.web.access import member
from tujing.web.exports import attachment
from tujing.web.views.plan import frame, own_plan
from tujing.web.words import language


@require_GET
@member
def page(request: HttpRequest, plan: int) -> HttpResponse:
    found = own_plan(request.organisation, plan)
    context = frame(request, found, "layout")
    if found.projects.exists():
        made = blueprint(request.organisation, found)
        context |= {
            "made": made,
            "threads": threads(made.model),
            "gaps": made.gaps,
            "sections": [
                {"name": words, "elements": elements}
                for kind, words in kinds().kinds.items()
                if (elements := list(made.model.of(kind)))
            ],
        }
    return render(request, "plan/layout.html", context)


@require_GET
@member
def file(request: HttpRequest, plan: int, form: str) -> HttpResponse:
    """The plan laid out as a document, a project list or a model for other tools, in the reader's language."""
    if form not in ENDINGS:
        raise Http404
    made = blueprint(request.organisation, own_plan(request.organisation, plan))
    return attachment(render_file(made, form, language()), default_name(form, language()), MEDIA[form])
