"""The group that the company is in or leads: joining by code, what is granted, leaving."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.enterprise import group_services
from tujing.enterprise.services import may
from tujing.web.access import requires
from tujing.web.words import say


@require_GET
@requires("administer")
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "parent": group_services.parent_link(request.organisation),
        "children": group_services.child_links(request.organisation),
        "grantable": group_services.GRANTABLE,
        "may_oversee": may(request.user, request.organisation, "oversee"),
    }
    return render(request, "people/group.html", context)


@require_POST
@requires("administer")
def offer(request: HttpRequest) -> HttpResponse:
    """Shows a code for another company's owner; nothing is stored until they join."""
    code = group_services.offer(request.organisation, request.POST.getlist("actions"))
    return render(request, "people/link.html", {"link": code, "kind": "group"})


@require_POST
@requires("administer")
def join(request: HttpRequest) -> HttpResponse:
    """First shows what the group asks; joins when that was confirmed."""
    code = request.POST.get("code", "")
    if request.POST.get("confirmed") != "on":
        asked = group_services.read_offer(code)
        return render(request, "people/group_join.html", {"offer": asked, "code": code})
    link = group_services.join(request.organisation, code, request.user)
    messages.success(request, _("Joined the group of %(name)s.") % {"name": say(link.parent.name)})
    return redirect("people_group")


@require_POST
@requires("administer")
def leave(request: HttpRequest, child: UUID) -> HttpResponse:
    if not group_services.leave(request.organisation, child):
        raise Http404
    messages.success(request, _("The link is ended; nothing is shared any more."))
    return redirect("people_group")
