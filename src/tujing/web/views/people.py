"""The company: its profile and class, edited with a way back, and what changed of late."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tujing.enterprise import change_services, profile_services
from tujing.enterprise.codes import industries, regions
from tujing.enterprise.models import Change, Profile
from tujing.enterprise.services import classification, may
from tujing.problems import BadInput
from tujing.web.access import member, requires
from tujing.web.change_words import tell
from tujing.web.paging import page_of
from tujing.web.profile_form import profile_from, profile_page
from tujing.web.refusals import UNPROCESSABLE, shown


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    profile = Profile.objects.filter(organisation=request.organisation).first()
    context = {
        "profile": profile,
        "industry": industries().get(profile.industry) if profile else None,
        "region": regions().get(profile.region) if profile else None,
        "class": classification(request.organisation) if profile else None,
        "may_administer": may(request.user, request.organisation, "administer"),
    }
    return render(request, "people/page.html", context)


@require_http_methods(["GET", "POST"])
@requires("administer")
def profile(request: HttpRequest) -> HttpResponse:
    state = profile_services.state(request.organisation)
    if request.method == "GET":
        return render(request, "people/profile.html", profile_page(state=state))
    try:
        profile_services.edit(request.organisation, *profile_from(request.POST), request.user)
    except BadInput as error:
        context = profile_page(request.POST) | {"problems": shown(error.problems)}
        return render(request, "people/profile.html", context, status=UNPROCESSABLE)
    messages.success(request, _("Saved. It can be taken back under Changes."))
    return redirect("people")


@require_GET
@requires("administer")
def changes(request: HttpRequest) -> HttpResponse:
    listed = page_of(request, change_services.changes(request.organisation))
    return render(request, "people/changes.html", {"page": listed, "rows": tell(listed)})


@require_POST
@requires("administer")
def undo(request: HttpRequest, change: int) -> HttpResponse:
    found = Change.objects.filter(organisation=request.organisation, pk=change).first()
    if found is None:
        raise Http404
    change_services.undo(found, request.user)
    messages.success(request, _("Taken back."))
    return redirect("people_changes")
