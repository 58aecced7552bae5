"""The members of a chain or a region: those who agreed to be named one by one, and all of them in figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tujing.chain import overview_services as overview
from tujing.chain.follow_services import followed
from tujing.chain.models import Tie
from tujing.diagnosis.peers.cells import rules
from tujing.web import exports
from tujing.web.access import requires
from tujing.web.paging import page_of
from tujing.web.words import say

PER_PAGE = 30
"""Each line reads a company's newest result."""
ON_CARD = 5
SPREAD_SHOWN = 12


@require_GET
@requires("oversee")
def page(request: HttpRequest) -> HttpResponse:
    tie, wish = _tie(request), request.GET.get("q", "").strip()
    members = overview.named(request.organisation, timezone.localdate(), tie)
    listed = page_of(request, [one for one in members if wish.lower() in say(one.organisation.name).lower()], PER_PAGE)
    spread = overview.spread([one.organisation for one in members])
    groups = overview.figures(request.organisation, tie)
    context = {
        "tie": tie or "",
        "ties": Tie.values,
        "q": wish,
        "page": listed,
        "rows": _with_known(listed.object_list),
        "counts": {"all": followed(request.organisation, tie).count(), "named": len(members), "scenarios": len(spread)},
        "late": sum(one.late > 0 for one in members),
        "spread": spread[:SPREAD_SHOWN],
        "figures": groups,
        "chart": _levels(groups) if groups else None,
        "least": rules().least,
    }
    return render(request, "chain/page.html", context)


@require_GET
@requires("oversee")
def card(request: HttpRequest) -> HttpResponse:
    """For the overview: how many members there are, and who is behind."""
    members = overview.named(request.organisation, timezone.localdate())
    context = {
        "all": followed(request.organisation).count(),
        "behind": [one for one in members if one.late][:ON_CARD],
    }
    return render(request, "chain/card.html", context)


@require_GET
@requires("oversee")
def export(request: HttpRequest, ending: str) -> HttpResponse:
    columns = [_("Company"), _("Level"), _("Score"), _("Cycle"), _("Step"), _("Late"), _("Under way"), _("In use")]
    members = overview.named(request.organisation, timezone.localdate(), _tie(request))
    rows = [
        [
            say(member.organisation.name),
            say(known.result.level_name) if known.result else "",
            known.result.score if known.result else None,
            member.spiral.cycle,
            say(member.spiral.current.name),
            member.late,
            known.under_way,
            known.in_use,
        ]
        for member, known in _with_known(members)
    ]
    name = f"{say(request.organisation.name)}-{_('members')}.{ending}"
    if ending == "csv":
        return exports.as_csv(columns, rows, name)
    return exports.as_xlsx({_("members"): (columns, rows)}, name)


def _tie(request: HttpRequest) -> str | None:
    wanted = request.GET.get("tie", "")
    return wanted if wanted in Tie.values else None


def _with_known(members: Sequence[overview.Member]) -> list[tuple[overview.Member, overview.Known]]:
    known = overview.known([one.organisation for one in members])
    return [(one, known[one.organisation.pk]) for one in members]


def _levels(groups: list[overview.Figures]) -> dict[str, Any]:
    """Shares of the levels, a bar a group."""
    levels = sorted({int(level) for one in groups for level in one.standing.levels})
    return {
        "kind": "bar",
        "horizontal": True,
        "stacked": True,
        "categories": [say(one.words) for one in groups],
        "series": [
            {
                "name": _("Level %(level)s") % {"level": level},
                "values": [round(100 * one.standing.levels.get(str(level), 0.0)) for one in groups],
            }
            for level in levels
        ],
        "unit": "%",
    }
