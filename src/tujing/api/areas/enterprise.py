"""Operations: who calls, the company, its profile, its people, its group, where it stands."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.api.versions import IfMatch, check_unchanged, content_tag
from tujing.documents import enterprise as documents
from tujing.documents.common import Page
from tujing.enterprise import group_services, profile_services, services
from tujing.enterprise.models import GroupLink, Membership, Profile
from tujing.enterprise.models import Organisation as Kept
from tujing.iteration.documents import enterprise_document
from tujing.iteration.next_steps import NextStep
from tujing.iteration.overview_services import Client, clients, steps_for
from tujing.iteration.services import where as stands
from tujing.tokens.services import grantable

area = Area("enterprise")
MOST_STEPS = 20


def organisation_document(kept: Kept) -> documents.Organisation:
    return shaped(documents.Organisation, kept)


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
    return page_of(request, services.members(request.organisation), paging, member_document)


@area.get("/organisation/group", documents.Group, "administer")
def group(request: HttpRequest) -> documents.Group:
    """The group that the company is in, and the companies that joined its own"""
    parent = group_services.parent_link(request.organisation)
    return documents.Group(
        parent=_link(parent) if parent else None,
        children=[_link(one) for one in group_services.child_links(request.organisation)],
    )


@area.get("/organisation/group/companies", Page[documents.GroupCompany], "oversee")
def companies(request: HttpRequest, paging: PageQuery) -> Page[documents.GroupCompany]:
    """The group's companies that let it see them, those with the most late first"""
    found = group_services.children_of(request.organisation, request.user)
    return page_of(request, clients(found, timezone.localdate()), paging, _company)


@area.post("/organisation/group/offers", documents.OfferCode, "administer", 201)
def offer(request: HttpRequest, wishes: documents.OfferWishes) -> documents.OfferCode:
    """Make a code with which another company's owner joins the group"""
    return documents.OfferCode(code=group_services.offer(request.organisation, wishes.actions))


@area.post("/organisation/group/offers/read", documents.Offer, "administer")
def read_offer(request: HttpRequest, wishes: documents.OfferCode) -> documents.Offer:
    """What a group asks by its code, before one joins; nothing changes"""
    found = group_services.read_offer(wishes.code)
    return documents.Offer(parent=found.parent.name, actions=list(found.actions))


@area.post("/organisation/group/join", documents.GroupLink, "administer", 201)
def join(request: HttpRequest, wishes: documents.OfferCode) -> documents.GroupLink:
    """Join a group, and grant what its code asks"""
    return _link(group_services.join(request.organisation, wishes.code, request.user))


@area.delete("/organisation/group/{uuid:child}", "administer")
def leave(request: HttpRequest, child: UUID) -> None:
    """End a link from either side: leave the group, or let a company go"""
    if not group_services.leave(request.organisation, child):
        raise Http404


@area.get("/next-steps", Page[documents.NextStep])
def next_steps(request: HttpRequest, paging: PageQuery) -> Page[documents.NextStep]:
    """What the caller does best next, with the reason; only what the call itself may do"""
    scope = grantable(request.organisation, request.user)
    allowed = scope if request.token is None else [action for action in scope if action in request.token.actions]
    found = steps_for(request.organisation, request.user, timezone.localdate(), allowed.__contains__, MOST_STEPS)
    return page_of(request, found, paging, _step)


@area.get("/where", documents.Where)
def where(request: HttpRequest) -> documents.Where:
    """Where the company stands in the five steps, and what comes next"""
    spiral = stands(request.organisation)
    steps = [{**asdict(step), "name": step.name.as_dict(), "words": step.words.as_dict()} for step in spiral.steps]
    return documents.Where(cycle=spiral.cycle, current=spiral.current.id, steps=steps)


def _step(one: NextStep) -> documents.NextStep:
    return documents.NextStep(
        id=one.id,
        words=one.words.as_dict(),
        reason=one.reason.as_dict(),
        action=one.action,
        scenario=one.scenario,
    )


def _link(one: GroupLink) -> documents.GroupLink:
    return documents.GroupLink(
        parent=organisation_document(one.parent),
        child=organisation_document(one.child),
        actions=one.actions,
        joined=one.accepted,
    )


def _company(one: Client) -> documents.GroupCompany:
    current = one.spiral.current
    return documents.GroupCompany(
        id=one.organisation.pk,
        slug=one.organisation.slug,
        name=one.organisation.name,
        cycle=one.spiral.cycle,
        step=current.id,
        share=current.share,
        late=one.late,
        active=one.active,
    )


def _profile(found: Profile) -> documents.Profile:
    return shaped(documents.Profile, found, revenue=float(found.revenue))


def member_document(one: Membership) -> documents.Member:
    return documents.Member(id=one.pk, account=one.user.get_username(), role=one.role, department=one.department)
