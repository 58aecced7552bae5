"""What one was told: the bell, the list, and how one wants to be told."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tujing.notices import services
from tujing.notices.kinds import MAILS
from tujing.web.access import member
from tujing.web.addresses import numbered
from tujing.web.paging import endless
from tujing.web.templatetags.tujing import minute
from tujing.web.toasts import toast
from tujing.web.words import say

ON_PAGE = 30
IN_BELL = 8
LISTED = ("pk", "words", "created", "read")


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "notices/page.html", _list(request))


@never_cache
@require_GET
@member
def count(request: HttpRequest) -> HttpResponse:
    return render(request, "notices/count.html", {"unread": services.unread(request.organisation, request.user)})


@never_cache
@require_GET
@member
def latest(request: HttpRequest) -> HttpResponse:
    """What the bell opens."""
    rows = services.notices(request.organisation, request.user)[:IN_BELL]
    return render(request, "notices/latest.html", {"notices": rows})


@require_GET
@member
def open_one(request: HttpRequest, notice: int) -> HttpResponse:
    """Marks it read and goes to what it is about."""
    found = get_object_or_404(services.notices(request.organisation, request.user), pk=notice)
    services.mark(request.organisation, request.user, notice, read=True)
    return redirect("conversation_go", found.about_kind, found.about_key)


@require_POST
@member
def mark(request: HttpRequest, notice: int) -> HttpResponse:
    get_object_or_404(services.notices(request.organisation, request.user), pk=notice)
    services.mark(request.organisation, request.user, notice, read=request.POST.get("read", "1") == "1")
    return render(request, "notices/list.html", _list(request))


@require_POST
@member
def read_all(request: HttpRequest) -> HttpResponse:
    keys = services.mark_all(request.organisation, request.user)
    answer = render(request, "notices/list.html", _list(request))
    if not keys:
        return answer
    back = f"{reverse('notices_unread_again')}?keys={','.join(map(str, keys[:500]))}"
    return toast(answer, _("All are marked read."), undo=back, target="#notices")


@require_POST
@member
def unread_again(request: HttpRequest) -> HttpResponse:
    """Takes back what `read_all` did."""
    for key in request.GET.get("keys", "").split(","):
        if key.isascii() and key.isdigit():
            services.mark(request.organisation, request.user, int(key), read=False)
    return render(request, "notices/list.html", _list(request))


@require_http_methods(["GET", "POST"])
@member
def preferences(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        kinds = [wish.kind for wish in services.wishes(request.user)]
        given = {kind: (f"site-{kind}" in request.POST, request.POST.get(f"mail-{kind}", "")) for kind in kinds}
        services.choose(request.user, given)
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("notices_preferences")
    context = {
        "wishes": services.wishes(request.user),
        "mails": MAILS,
        "address": request.user.email,
        "mail_goes": bool(settings.EMAIL_HOST),
    }
    return render(request, "notices/preferences.html", context)


def _list(request: HttpRequest) -> dict[str, object]:
    only = request.GET.get("only", "")
    rows = services.notices(request.organisation, request.user)
    if only == "unread":
        rows = rows.filter(read=None)
    shown = endless(request, rows, ON_PAGE, LISTED)
    opened, marked = numbered("notices_open"), numbered("notices_mark")
    told = [
        {
            "words": say(words),
            "address": opened(number),
            "mark": marked(number),
            "moment": minute(created),
            "read": read is not None,
        }
        for number, words, created, read in shown
    ]
    return {"page": shown, "rows": told, "only": only}
