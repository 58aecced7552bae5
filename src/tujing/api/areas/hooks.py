"""Operations: webhooks and their deliveries."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.documents import hooks as documents
from tujing.documents.common import Page
from tujing.hooks import services
from tujing.hooks.models import Delivery, Hook

area = Area("hooks")


@area.get("/hooks", Page[documents.Hook], "administer")
def hooks(request: HttpRequest, paging: PageQuery) -> Page[documents.Hook]:
    """Where the company wants to be told of what"""
    return page_of(request, services.hooks(request.organisation), paging, _hook)


@area.post("/hooks", documents.NewHook, "administer", 201)
def add(request: HttpRequest, wishes: documents.HookWishes) -> documents.NewHook:
    """Add a webhook; the answer tells the secret this once"""
    made, secret = services.save(
        request.organisation, wishes.name, wishes.url, wishes.events, wishes.format, wishes.secret, request.user
    )
    return documents.NewHook(**_hook(made).model_dump(), secret=secret)


@area.put("/hooks/{int:hook}", documents.Hook, "administer")
def change(request: HttpRequest, hook: int, wishes: documents.HookChanges) -> documents.Hook:
    """Change a webhook; an address or a secret left out stays as it is"""
    found = _own(request, hook)
    told = (wishes.name, wishes.url, wishes.events, wishes.format, wishes.secret)
    return _hook(services.save(request.organisation, *told, request.user, found)[0])


@area.patch("/hooks/{int:hook}", documents.Hook, "administer")
def switch(request: HttpRequest, hook: int, wishes: documents.HookSwitch) -> documents.Hook:
    """Pause a webhook, or let it go on"""
    found = _own(request, hook)
    services.switch(request.organisation, found.pk, active=wishes.active)
    found.refresh_from_db()
    return _hook(found)


@area.delete("/hooks/{int:hook}", "administer")
def remove(request: HttpRequest, hook: int) -> None:
    """Remove a webhook with its deliveries"""
    services.remove(request.organisation, _own(request, hook).pk)


@area.post("/hooks/{int:hook}/test", documents.Delivery, "administer", 202)
def test(request: HttpRequest, hook: int) -> documents.Delivery:
    """Send a test"""
    return _delivery(services.test(request.organisation, _own(request, hook)))


@area.get("/hooks/{int:hook}/deliveries", Page[documents.Delivery], "administer")
def deliveries(
    request: HttpRequest, hook: int, paging: PageQuery, status: Literal["waiting", "done", "failed"] | None = None
) -> Page[documents.Delivery]:
    """What was sent or is to be, newest first"""
    found = services.deliveries(request.organisation, _own(request, hook))
    return page_of(request, found.filter(status=status) if status else found, paging, _delivery)


@area.post("/deliveries/{uuid:delivery}/again", documents.Delivery, "administer", 202)
def send_again(request: HttpRequest, delivery: UUID) -> documents.Delivery:
    """Send a failed delivery once more"""
    found = get_object_or_404(services.deliveries(request.organisation), pk=delivery)
    services.send_again(request.organisation, found.pk)
    found.refresh_from_db()
    return _delivery(found)


def _own(request: HttpRequest, hook: int) -> Hook:
    return get_object_or_404(Hook, pk=hook, organisation=request.organisation)


def _hook(row: Hook) -> documents.Hook:
    return shaped(documents.Hook, row)


def _delivery(row: Delivery) -> documents.Delivery:
    return shaped(documents.Delivery, row, hook=row.hook_id, error=row.error or None)
