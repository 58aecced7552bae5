"""Webhooks: where the company wants to be told of what, and how each delivery went."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tujing.enterprise.models import Organisation
from tujing.hooks import services
from tujing.hooks.events import events
from tujing.hooks.models import Format, Hook
from tujing.web.access import requires
from tujing.web.words import say

SHOWN = 50


@never_cache
@require_http_methods(["GET", "POST"])
@requires("administer")
def page(request: HttpRequest) -> HttpResponse:
    """All webhooks; a POST makes one and shows the secret of our own format this once."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        hook, secret = services.save(request.organisation, **_given(request), by=request.user)
        context = {"made": hook, "secret": secret if hook.format == Format.JSON else ""}
    rows = [{"hook": one, "events": [say(events()[event]) for event in one.events]} for one in _hooks(request)]
    return render(request, "hooks/page.html", context | _choices() | {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@requires("administer")
def one(request: HttpRequest, hook: int) -> HttpResponse:
    """One webhook with its deliveries; a POST changes it."""
    found = _own(request.organisation, hook)
    if request.method == "POST":
        services.save(request.organisation, **_given(request), hook=found)
        messages.success(request, _("The webhook is changed."))
        return redirect("hooks_one", found.pk)
    shown = Paginator(services.deliveries(request.organisation, found), SHOWN).get_page(request.GET.get("page"))
    named = [{"delivery": each, "event": say(events()[each.event])} for each in shown]
    return render(request, "hooks/one.html", _choices() | {"hook": found, "page": shown, "rows": named})


@require_POST
@requires("administer")
def test(request: HttpRequest, hook: int) -> HttpResponse:
    services.test(request.organisation, _own(request.organisation, hook))
    messages.success(request, _("A test is on its way; reload in a moment to see how it went."))
    return redirect("hooks_one", hook)


@require_POST
@requires("administer")
def switch(request: HttpRequest, hook: int) -> HttpResponse:
    found = _own(request.organisation, hook)
    services.switch(request.organisation, found.pk, active=not found.active)
    messages.success(request, _("Paused.") if found.active else _("It goes on."))
    return redirect("hooks_one", hook)


@require_POST
@requires("administer")
def remove(request: HttpRequest, hook: int) -> HttpResponse:
    found = _own(request.organisation, hook)
    services.remove(request.organisation, found.pk)
    messages.success(request, _("“%(name)s” is removed, with its deliveries.") % {"name": found.name})
    return redirect("hooks")


@require_POST
@requires("administer")
def again(request: HttpRequest, delivery: UUID) -> HttpResponse:
    """Sends a failed delivery once more."""
    found = services.deliveries(request.organisation).filter(pk=delivery).first()
    if found is None:
        raise Http404
    if services.send_again(request.organisation, found.pk):
        messages.success(request, _("It is on its way again."))
    return redirect("hooks_one", found.hook_id)


def _given(request: HttpRequest) -> dict[str, Any]:
    return {
        "name": request.POST.get("name", ""),
        "url": request.POST.get("url", "").strip(),
        "wanted": request.POST.getlist("events"),
        "form": request.POST.get("format", Format.JSON),
        "secret": request.POST.get("secret", "").strip(),
    }


def _choices() -> dict[str, Any]:
    formats = [
        (Format.JSON, _("JSON, signed")),
        (Format.WECOM, _("WeCom bot")),
        (Format.DINGTALK, _("DingTalk bot")),
        (Format.FEISHU, _("Feishu bot")),
    ]
    return {"formats": formats, "choices": [(key, say(name)) for key, name in events().items()]}


def _hooks(request: HttpRequest) -> list[Hook]:
    return list(services.hooks(request.organisation))


def _own(organisation: Organisation, hook: int) -> Hook:
    return get_object_or_404(Hook, pk=hook, organisation=organisation)
