"""Who follows us, and whom we ask to let us follow them: by a code, with the member owner's word."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.chain import follow_services as follows
from tujing.diagnosis.peers.cells import rules
from tujing.web.access import requires
from tujing.web.paging import page_of
from tujing.web.words import say


@require_GET
@requires("administer")
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "followers": follows.followers(request.organisation),
        "page": page_of(request, follows.followed(request.organisation).filter(by_name=True)),
        "nameless": follows.followed(request.organisation).filter(by_name=False).count(),
        "least": rules().least,
    }
    return render(request, "chain/follows.html", context)


@require_POST
@requires("administer")
def code(request: HttpRequest) -> HttpResponse:
    """Shows a code for the members; nothing is stored until they agree."""
    made = follows.code_for(
        request.organisation, request.POST.get("tie", ""), by_name=request.POST.get("by_name") == "on"
    )
    return render(request, "chain/code.html", {"code": made, "days": follows.VALID_FOR.days})


@require_POST
@requires("administer")
def join(request: HttpRequest) -> HttpResponse:
    """First shows what the code asks; agrees when that was confirmed."""
    given = request.POST.get("code", "")
    asked = follows.read_code(given)
    if request.POST.get("confirmed") != "on":
        return render(request, "chain/join.html", {"asked": asked, "code": given, "least": rules().least})
    by_name = request.POST.get("by_name") == "on"
    follows.agree(request.organisation, given, request.user, by_name=by_name)
    messages.success(request, _("%(name)s now follows this company.") % {"name": say(asked.leader.name)})
    return redirect("chain_follows")


@require_POST
@requires("administer")
def end(request: HttpRequest, follow: int) -> HttpResponse:
    if not follows.end(request.organisation, follow):
        raise Http404
    messages.success(request, _("The link is ended; nothing is shared any more."))
    return redirect("chain_follows")
