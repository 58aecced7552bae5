"""The conversation of an object: every answer is the whole thread anew, so that what others wrote is there too."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.audit.services import history_of
from tujing.conversation import assignment_services, services
from tujing.conversation.mentions import pieces
from tujing.conversation.models import Assignment, Comment
from tujing.enterprise.services import may, members
from tujing.notices.about import About
from tujing.problems import refuse
from tujing.web.access import member, requires
from tujing.web.things import asked_for, model_of
from tujing.web.toasts import toast

PEOPLE_SHOWN = 8
NEWEST = 50


@require_GET
@member
def thread(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    about, _url = asked_for(request, kind, key)
    return _thread(request, about)


@require_GET
@member
def history(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Who changed what about an object, newest first."""
    about, _url = asked_for(request, kind, key)
    model = model_of(kind)
    events = history_of(request.organisation, model, key) if model else []
    return render(request, "conversation/history.html", {"events": events, "about": about})


@require_GET
@member
def go(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """To the object's page, wherever that is: what notices and mails link to."""
    _about, url = asked_for(request, kind, key)
    return redirect(url)


@require_POST
@requires("comment")
def say(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    about, _url = asked_for(request, kind, key)
    services.say(request.organisation, request.user, about, request.POST.get("text", ""))
    return _thread(request, about)


@require_POST
@requires("comment")
def edit(request: HttpRequest, comment: int) -> HttpResponse:
    about = _about(request, Comment, comment)
    services.edit(request.organisation, request.user, about, comment, request.POST.get("text", ""))
    return _thread(request, about)


@require_POST
@requires("comment")
def remove(request: HttpRequest, comment: int) -> HttpResponse:
    about = _about(request, Comment, comment)
    services.remove(request.organisation, request.user, comment)
    back = reverse("conversation_restore", args=[comment])
    return toast(_thread(request, about), _("The comment is removed."), undo=back, target="#conversation")


@require_POST
@requires("comment")
def restore(request: HttpRequest, comment: int) -> HttpResponse:
    about = _about(request, Comment, comment)
    services.restore(request.organisation, request.user, comment)
    return _thread(request, about)


@require_POST
@member
def follow(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Follows an object, or follows it no longer."""
    about, _url = asked_for(request, kind, key)
    change = services.follow if request.POST.get("on") == "1" else services.unfollow
    change(request.organisation, request.user, about)
    return _thread(request, about)


@require_POST
@requires("comment")
def assign(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    about, _url = asked_for(request, kind, key)
    given = request.POST
    assignment_services.assign(
        request.organisation, request.user, about, given.get("assignee", ""), given.get("task", ""), _day(given)
    )
    return _thread(request, about)


@require_POST
@requires("comment")
def settle(request: HttpRequest, assignment: int) -> HttpResponse:
    about = _about(request, Assignment, assignment)
    done = request.POST.get("done", "1") == "1"
    assignment_services.settle(request.organisation, request.user, assignment, done=done)
    return _thread(request, about)


@require_POST
@requires("comment")
def withdraw(request: HttpRequest, assignment: int) -> HttpResponse:
    about = _about(request, Assignment, assignment)
    assignment_services.withdraw(request.organisation, request.user, assignment)
    return toast(_thread(request, about), _("Taken back. You can give it again below."))


@require_GET
@requires("comment")
def people(request: HttpRequest) -> HttpResponse:
    """Members whose account or name begins with or holds what was typed after the @."""
    wish = request.GET.get("q", "").strip().lower()
    found = []
    for one in members(request.organisation).filter(user__is_active=True):
        name = services.name_of(one.user)
        if wish in one.user.username.lower() or wish in name.lower():
            found.append({"account": one.user.username, "name": name})
    found.sort(key=lambda one: (not one["account"].lower().startswith(wish), one["account"]))
    return JsonResponse({"people": found[:PEOPLE_SHOWN]})


def _thread(request: HttpRequest, about: About) -> HttpResponse:
    organisation = request.organisation
    said = services.comments(organisation, about)
    count = said.count()
    earlier = 0 if request.GET.get("all") else max(count - NEWEST, 0)
    accounts = services.accounts(organisation)
    context = {
        "about": about,
        "has_history": bool(model_of(about.kind)),
        "comments": [{"row": one, "pieces": pieces(one.text, accounts)} for one in said[earlier:]],
        "earlier": earlier,
        "count": count,
        "assignments": assignment_services.assignments(organisation, about)[:NEWEST],
        "following": services.is_following(organisation, request.user, about),
        "may_comment": may(request.user, organisation, "comment"),
        "people": members(organisation).filter(user__is_active=True),
        "today": date.today(),
    }
    return render(request, "conversation/thread.html", context)


def _about(request: HttpRequest, model: type[Comment] | type[Assignment], number: int) -> About:
    row = get_object_or_404(model, organisation=request.organisation, pk=number)
    about, _url = asked_for(request, row.about_kind, row.about_key)
    return about


def _day(given: QueryDict) -> date | None:
    text = given.get("due", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise refuse(
            "bad_day", "日期应写成 2026-03-31。", "Write the day as 2026-03-31.", key="due", value=text
        ) from error
