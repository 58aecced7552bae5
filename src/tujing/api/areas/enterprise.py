"""Operations: who calls, the company, its profile, its people, where it stands."""

from __future__ import annotations

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.versions import IfMatch, check_unchanged, content_tag
from tujing.documents import enterprise as documents
from tujing.documents.common import Page
from tujing.enterprise import profile_services, services
from tujing.enterprise.models import Membership, Profile
from tujing.enterprise.models import Organisation as Kept
from tujing.iteration.documents import enterprise_document
from tujing.iteration.services import where as stands
from tujing.tokens.services import grantable

area = Area("enterprise")


def organisation_document(kept: Kept) -> documents.Organisation:
    return documents.Organisation(id=kept.pk, slug=kept.slug, name=kept.name, created=kept.created)


@area.get("/me", documents.Me)
def me(request: HttpRequest) -> documents.Me:
    """Who calls, for which company, and what the call may do"""
    may = grantable(request.organisation, request.user)
    token = request.token
    return documents.Me(
        account=request.user.get_username(),
        role=request.membership.role,
        organisation=organisation_document(request.organisation),
        actions=may if token is None else [action for action in may if action in token.actions],
        token=token.prefix if token else None,
        expires=token.expires if token else None,
    )


@area.get("/organisation/profile", documents.Profile)
def profile(request: HttpRequest, response: HttpResponse) -> documents.Profile:
    """The facts that decide size class, rung and track"""
    found = Profile.objects.filter(organisation=request.organisation).first()
    if found is None:
        raise Http404
    document = _profile(found)
    response["ETag"] = content_tag(document.model_dump(mode="json"))
    return document


@area.put("/organisation/profile", documents.Profile, "administer")
def set_profile(
    request: HttpRequest, response: HttpResponse, wishes: documents.ProfileWishes, if_match: IfMatch = None
) -> documents.Profile:
    """Replace the profile

    With `If-Match` it is refused when somebody has changed the profile since it was read.
    """
    found = Profile.objects.filter(organisation=request.organisation).first()
    check_unchanged(if_match, _profile(found).model_dump(mode="json") if found else None)
    profile_services.edit(request.organisation, request.organisation.name, wishes.model_dump(), request.user)
    document = _profile(Profile.objects.get(organisation=request.organisation))
    response["ETag"] = content_tag(document.model_dump(mode="json"))
    return document


@area.get("/organisation/class", documents.Classification)
def classification(request: HttpRequest) -> documents.Classification:
    """Size class, ladder tier and track, with the clauses they rest on"""
    return documents.Classification.model_validate(enterprise_document(request.organisation))


@area.get("/organisation/members", Page[documents.Member])
def members(request: HttpRequest, paging: PageQuery) -> Page[documents.Member]:
    """Who works here in which role"""
    return page_of(request, services.members(request.organisation), paging, _member)


@area.get("/where", documents.Where)
def where(request: HttpRequest) -> documents.Where:
    """Where the company stands in the five steps, and what comes next"""
    spiral = stands(request.organisation)
    steps = [{**asdict(step), "name": step.name.as_dict(), "words": step.words.as_dict()} for step in spiral.steps]
    return documents.Where(cycle=spiral.cycle, current=spiral.current.id, steps=steps)


def _profile(found: Profile) -> documents.Profile:
    return documents.Profile(
        industry=found.industry,
        region=found.region,
        staff=found.staff,
        revenue=float(found.revenue),
        production_type=found.production_type,
        chain_role=found.chain_role,
        honours=found.honours,
        facts=found.facts,
    )


def _member(one: Membership) -> documents.Member:
    return documents.Member(account=one.user.get_username(), role=one.role, department=one.department)
