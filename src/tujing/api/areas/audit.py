"""Operations: the audit trail — found, as a file, its chain followed, how long it is kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from tujing.api.area import Area
from tujing.api.paging import MOST_ROWS
from tujing.api.shapes import shaped
from tujing.audit import services
from tujing.audit.models import AuditEvent
from tujing.audit.services import Asked
from tujing.documents import audit as documents
from tujing.web.exports import XLSX
from tujing.web.trail_file import trail_file

area = Area("audit")
MOST_OF_ONE = 1000
"""Changes of one object that are told."""


class Filter(BaseModel):
    """What is wanted of the trail; what is left out is no condition."""

    person: str = Field("", max_length=150, description="Part of an account's name.")
    action: str = Field("", max_length=20)
    kind: str = Field("", max_length=60)
    object: str = Field("", max_length=64)
    since: date | None = None
    until: date | None = None

    def asked(self) -> Asked:
        return Asked(**self.model_dump())


FilterQuery = Annotated[Filter, Query(...)]


@area.get("/audit/events", documents.Trail, "administer")
def events(
    request: HttpRequest,
    wanted: FilterQuery,
    after: str = "",
    page_size: Annotated[int, Query(ge=1, le=MOST_ROWS)] = services.PAGE,
) -> documents.Trail:
    """What was done in the company, newest first"""
    found = services.page(request.organisation, wanted.asked(), after, page_size)
    following = None
    if found.after:
        query = request.GET.copy()
        query["after"] = found.after
        following = f"{request.path}?{query.urlencode()}"
    return documents.Trail(next=following, items=[event_document(one) for one in found.events])


@area.file("/audit/events.{ending}", "text/csv", XLSX, action="administer")
def export(request: HttpRequest, ending: Literal["csv", "xlsx"], wanted: FilterQuery) -> HttpResponse:
    """What was done as CSV or XLSX, in the caller's language; a hundred thousand events at most"""
    return trail_file(request.organisation, wanted.asked(), ending)


@area.post("/audit/check", documents.Chain, "administer")
def check(request: HttpRequest) -> documents.Chain:
    """Follow the chain and compute every hash anew"""
    found = services.check_chain(request.organisation)
    return shaped(
        documents.Chain,
        found,
        links=found.seals,
        broken=[documents.Break(link=link, code=code) for link, code in found.broken],
    )


@area.get("/audit/retention", documents.Retention, "administer")
def retention(request: HttpRequest) -> documents.Retention:
    """How long the trail is kept"""
    return documents.Retention(months=services.retention(request.organisation))


@area.put("/audit/retention", documents.Retention, "administer")
def set_retention(request: HttpRequest, wishes: documents.Retention) -> documents.Retention:
    """Keep the trail for so many months, six at least"""
    services.set_retention(request.organisation, wishes.months)
    return wishes


def event_document(one: AuditEvent) -> documents.Event:
    return shaped(documents.Event, one, account=one.actor_name, words=one.words or None, link=one.seal_id)
