"""Operations: whom the company follows in a chain or a region, and who follows it."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils import timezone

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.chain import follow_services as follows
from tujing.chain import overview_services as overview
from tujing.chain.models import Follow
from tujing.diagnosis.peers.cells import rules
from tujing.documents import chain as documents
from tujing.documents.common import Page

area = Area("chain")


@area.get("/chain/members", Page[documents.Followed], "oversee")
def members(request: HttpRequest, paging: PageQuery, tie: documents.Tie | None = None) -> Page[documents.Followed]:
    """The members that agreed to be seen by name, those with the most late first"""
    found = overview.named(request.organisation, timezone.localdate(), tie)
    known = overview.known([one.organisation for one in found[paging.start : paging.stop]])
    return page_of(request, found, paging, lambda one: _member(one, known[one.organisation.pk]))


@area.get("/chain/overview", documents.Overview, "oversee")
def figures(request: HttpRequest, tie: documents.Tie | None = None) -> documents.Overview:
    """All members in figures, and the scenarios of those by name"""
    seen = [one.organisation for one in overview.named(request.organisation, timezone.localdate(), tie)]
    return documents.Overview(
        members=follows.followed(request.organisation, tie).count(),
        by_name=len(seen),
        least=rules().least,
        figures=[
            documents.Figures(
                group=list(one.cell),
                words=one.words.as_dict(),
                companies_at_least=one.standing.enterprises,
                score=one.standing.quantiles,
                levels=one.standing.levels,
            )
            for one in overview.figures(request.organisation, tie)
        ],
        scenarios=[
            documents.Spread(scenario=one.scenario, name=one.name.as_dict(), under_way=one.under_way, in_use=one.in_use)
            for one in overview.spread(seen)
        ],
    )


@area.get("/chain/followers", Page[documents.Follower], "administer")
def followers(request: HttpRequest, paging: PageQuery) -> Page[documents.Follower]:
    """Who follows the company"""
    return page_of(request, follows.followers(request.organisation), paging, _follower)


@area.post("/chain/codes", documents.Code, "administer", 201)
def make_code(request: HttpRequest, wishes: documents.CodeWishes) -> documents.Code:
    """Make a code with which any number of companies let this one follow them"""
    return documents.Code(code=follows.code_for(request.organisation, wishes.tie, by_name=wishes.by_name))


@area.post("/chain/codes/read", documents.Asked, "administer")
def read_code(request: HttpRequest, wishes: documents.Code) -> documents.Asked:
    """What a code asks, before one agrees; nothing changes"""
    found = follows.read_code(wishes.code)
    return documents.Asked(leader=found.leader.name, tie=found.tie.value, by_name=found.by_name)


@area.post("/chain/followers", documents.Follower, "administer", 201)
def agree(request: HttpRequest, wishes: documents.Agreement) -> documents.Follower:
    """Let the code's leader follow the company; agreed once more, the newer word holds"""
    return _follower(follows.agree(request.organisation, wishes.code, request.user, by_name=wishes.by_name))


@area.delete("/chain/follows/{int:follow}", "administer")
def end(request: HttpRequest, follow: int) -> None:
    """End it from either side"""
    if not follows.end(request.organisation, follow):
        raise Http404


def _member(member: overview.Member, known: overview.Known) -> documents.Followed:
    return documents.Followed(
        name=member.organisation.name,
        level=known.result.level if known.result else None,
        level_name=known.result.level_name.as_dict() if known.result else None,
        score=known.result.score if known.result else None,
        cycle=member.spiral.cycle,
        step=member.spiral.current.name.as_dict(),
        late=member.late,
        under_way=known.under_way,
        in_use=known.in_use,
        active=member.active,
    )


def _follower(follow: Follow) -> documents.Follower:
    return shaped(documents.Follower, follow, name=follow.organisation.name)
