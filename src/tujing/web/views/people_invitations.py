"""Inviting people: a link to copy, mailed where mail is set up; listed, sent again, withdrawn."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tujing.enterprise import invitation_services
from tujing.enterprise.models import Invitation
from tujing.problems import BadInput
from tujing.web.access import requires
from tujing.web.identity.mail import send
from tujing.web.paging import page_of
from tujing.web.refusals import UNPROCESSABLE, shown
from tujing.web.views.people_members import invitation_address, role_choices


@require_http_methods(["GET", "POST"])
@requires("administer")
def page(request: HttpRequest) -> HttpResponse:
    context = {"roles": role_choices(request), "form": request.POST}
    status = 200
    if request.method == "POST":
        given = (request.POST.get(name, "") for name in ("mail", "role", "department"))
        try:
            made = invitation_services.invite(request.organisation, *given, request.user)
            return _link(request, made)
        except BadInput as error:
            context["problems"], status = shown(error.problems), UNPROCESSABLE
    listed = page_of(request, invitation_services.invitations(request.organisation))
    context |= {"page": listed, "rows": [(one, invitation_services.status(one)) for one in listed]}
    return render(request, "people/invitations.html", context, status=status)


@require_POST
@requires("administer")
def resend(request: HttpRequest, invitation: UUID) -> HttpResponse:
    return _link(request, invitation_services.resend(_of(request, invitation), request.user))


@require_POST
@requires("administer")
def revoke(request: HttpRequest, invitation: UUID) -> HttpResponse:
    invitation_services.revoke(_of(request, invitation))
    messages.success(request, _("Withdrawn; its link is not valid any more."))
    return redirect("people_invitations")


def told(request: HttpRequest, invitation: Invitation) -> tuple[str, bool]:
    """Returns an invitation's link, and whether it went out by mail."""
    link = invitation_address(request, invitation_services.token(invitation))
    subject = _("An invitation to Tujing")
    return link, send("invitation", invitation.mail, subject, link=link, invitation=invitation, by=request.user)


def _link(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Shows the link once: it is not stored anywhere, only what it is checked by."""
    link, mailed = told(request, invitation)
    context = {"link": link, "mailed": mailed, "invitation": invitation, "kind": "invitation"}
    return render(request, "people/link.html", context)


def _of(request: HttpRequest, invitation: UUID) -> Invitation:
    found = Invitation.objects.filter(organisation=request.organisation, pk=invitation).first()
    if found is None:
        raise Http404
    return found
