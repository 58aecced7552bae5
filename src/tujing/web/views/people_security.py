"""What the company asks of accounts, and its single sign-on."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.enterprise import security_services
from tujing.enterprise.models import Membership
from tujing.problems import BadInput
from tujing.web.access import requires
from tujing.web.refusals import UNPROCESSABLE, shown


@require_GET
@requires("administer")
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "people/security.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    organisation = request.organisation
    people = Membership.objects.filter(organisation=organisation).values_list("user_id", flat=True)
    back = reverse("openid_connect_callback", args=[organisation.pk.hex])
    return {
        "policy": security_services.policy(organisation),
        "people": len(people),
        "with_factor": Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__in=people).count(),
        "sign_on": security_services.sign_on(organisation),
        "join_roles": security_services.JOINABLE,
        "back": request.build_absolute_uri(back),
        "has_own_factor": Authenticator.objects.filter(type=Authenticator.Type.TOTP, user=request.user).exists(),
    }


@require_POST
@requires("administer")
def policy(request: HttpRequest) -> HttpResponse:
    security_services.set_policy(request.organisation, request.POST.get("second_factor") == "on", request.user)
    messages.success(request, _("Saved; it counts from everybody's next page on."))
    return redirect("people_security")


@require_POST
@requires("administer")
def sign_on(request: HttpRequest) -> HttpResponse:
    form = request.POST
    if form.get("remove"):
        security_services.remove_sign_on(request.organisation)
        messages.success(request, _("Single sign-on is off; accounts and roles stay."))
        return redirect("people_security")
    given = {name: form.get(name, "") for name in ("name", "issuer", "client_id", "secret", "join_role")}
    more = {"join_domains": form.get("join_domains", "").split(","), "listed": form.get("listed") == "on"}
    try:
        security_services.set_sign_on(request.organisation, given | more, request.user)
    except BadInput as error:
        kept = given | {"secret": "", "join_domains": more["join_domains"], "listed": more["listed"]}
        context = _context(request) | {"problems": shown(error.problems), "sign_on": kept}
        return render(request, "people/security.html", context, status=UNPROCESSABLE)
    messages.success(request, _("Saved. Try it in a private window before you tell the others."))
    return redirect("people_security")
