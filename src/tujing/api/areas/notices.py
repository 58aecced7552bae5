"""Operations: what the caller was told, and how they want to be told. Each is the caller's own affair."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tujing.api.area import Area
from tujing.api.paging import PageQuery, Paging, page_of
from tujing.api.shapes import shaped
from tujing.documents import notices as documents
from tujing.documents.common import Done, Page
from tujing.notices import services
from tujing.notices.models import Notice
from tujing.notices.services import Wish

area = Area("notices")


@area.get("/notices", Page[documents.Notice])
def notices(
    request: HttpRequest, paging: PageQuery, unread: bool | None = None, kind: str = ""
) -> Page[documents.Notice]:
    """What the caller was told here, newest first"""
    found = services.notices(request.organisation, request.user)
    found = found if unread is None else found.filter(read__isnull=unread)
    return page_of(request, found.filter(kind=kind) if kind else found, paging, _notice)


@area.patch("/notices/{int:notice}", documents.Notice, "view")
def mark(request: HttpRequest, notice: int, wishes: documents.Marking) -> documents.Notice:
    """Mark a notice read or unread"""
    found = get_object_or_404(services.notices(request.organisation, request.user), pk=notice)
    services.mark(request.organisation, request.user, found.pk, read=wishes.read)
    found.refresh_from_db()
    return _notice(found)


@area.post("/notices/read", Done, "view")
def mark_all(request: HttpRequest) -> Done:
    """Mark all read"""
    return Done(changed=len(services.mark_all(request.organisation, request.user)))


@area.get("/notices/preferences", Page[documents.Preference])
def preferences(request: HttpRequest, paging: PageQuery) -> Page[documents.Preference]:
    """How the caller is told of each kind, in every company of theirs"""
    return page_of(request, services.wishes(request.user), paging, _preference)


@area.put("/notices/preferences", Page[documents.Preference], "view")
def prefer(request: HttpRequest, wishes: list[documents.PreferenceWishes]) -> Page[documents.Preference]:
    """Choose how to be told of some kinds; the others stay as they are"""
    services.choose(request.user, {one.kind: (one.on_site, one.mail) for one in wishes})
    return page_of(request, services.wishes(request.user), Paging(), _preference)


def _notice(row: Notice) -> documents.Notice:
    return shaped(documents.Notice, row, actor=row.actor.get_username() if row.actor else None)


def _preference(one: Wish) -> documents.Preference:
    return documents.Preference(kind=one.kind, name=one.name.as_dict(), on_site=one.on_site, mail=one.mail)
