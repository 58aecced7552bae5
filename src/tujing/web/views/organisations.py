"""All the companies one works for, with where each stands: for consultants, groups and chain leaders."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods

from tujing.delivery.models import Milestone
from tujing.enterprise.group_services import children_of
from tujing.enterprise.models import Membership, Organisation, Role
from tujing.enterprise.services import add_member, create_organisation
from tujing.iteration.services import where
from tujing.problems import BadInput, refuse
from tujing.web.access import member
from tujing.web.paging import page_of
from tujing.web.profile_form import profile_from, profile_page
from tujing.web.refusals import UNPROCESSABLE, shown
from tujing.web.words import say

PER_PAGE = 20
"""Fewer than elsewhere: each line asks where a company stands."""


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    wish = request.GET.get("q", "").strip().lower()
    own = [one for one in request.memberships if wish in say(one.organisation.name).lower()]
    listed = page_of(request, own, PER_PAGE)
    context = {
        "page": listed,
        "q": wish,
        "rows": _states([(one.organisation, one) for one in listed]),
        "children": _states([(one, None) for one in children_of(request.organisation, request.user)[:PER_PAGE]]),
        "may_found": _owns_one(request),
    }
    return render(request, "account/organisations.html", context)


def _states(companies: list[tuple[Organisation, Membership | None]]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    late = _late([one for one, _ in companies], today)
    return [
        {"organisation": one, "membership": membership, "spiral": where(one), "late": late.get(one.pk, 0)}
        for one, membership in companies
    ]


def _late(companies: list[Organisation], today: date) -> dict[Any, int]:
    """Open milestones past their day, by company: one query for all."""
    rows = Milestone.objects.filter(organisation__in=companies, passed=False, due__lt=today)
    return dict(rows.values_list("organisation").annotate(Count("id")))


def _owns_one(request: HttpRequest) -> bool:
    return any(one.role == Role.OWNER for one in request.memberships)


@require_http_methods(["GET", "POST"])
@member
def found(request: HttpRequest) -> HttpResponse:
    """Adds another company — a plant, a client — of which one is the owner. For those who own one already."""
    if not _owns_one(request):
        raise refuse(
            "not_yours_to_found",
            "只有企业所有者可以新增企业；请联系所有者。",
            "Only who owns a company may add one; ask an owner.",
        )
    if request.method == "GET":
        return render(request, "account/found.html", profile_page())
    try:
        made = create_organisation(f"c-{get_random_string(8).lower()}", *profile_from(request.POST))
    except BadInput as error:
        context = profile_page(request.POST) | {"problems": shown(error.problems)}
        return render(request, "account/found.html", context, status=UNPROCESSABLE)
    add_member(made, request.user, Role.OWNER)
    request.session["organisation"] = str(made.pk)
    return redirect("home")
