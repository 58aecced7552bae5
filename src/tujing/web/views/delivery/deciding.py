"""What people decide of projects: moving a card, withdrawing, changing many at once."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tujing.delivery.board_services import move as move_card
from tujing.delivery.board_services import moves_in_words
from tujing.delivery.editing_services import edit_project
from tujing.delivery.keeping_services import keep
from tujing.delivery.reading_services import projects
from tujing.delivery.record_book import RecordBook, RoleEntry
from tujing.delivery.withdrawing_services import withdraw
from tujing.problems import check_model, refuse
from tujing.web.access import requires
from tujing.web.views.delivery import forms
from tujing.web.words import department_code, say, scenario_name


@require_POST
@requires("deliver")
def move(request: HttpRequest, project: int) -> HttpResponse:
    """Makes one move of a card, in the name of who is signed in."""
    to = forms.text(request, "to")
    person = request.user.get_username()
    moved = move_card(request.organisation, project, to, person, forms.text(request, "reason"))
    words = moves_in_words()
    done = next((say(words[key]) for key in words if key == to), to)
    name = f"{scenario_name(moved.adoption.scenario)} → {moved.level}"
    messages.success(request, _("%(project)s: %(done)s.") % {"project": name, "done": done})
    if forms.text(request, "back") == "project":
        return forms.done(request, "delivery_project", project)
    return forms.done(request, "delivery")


@require_POST
@requires("deliver")
def bulk(request: HttpRequest) -> HttpResponse:
    """Does one thing with all ticked projects, or with none of them."""
    rows = list(
        projects(request.organisation)
        .filter(pk__in=forms.chosen(request))
        .select_related("adoption")
        .order_by("-level", "id")
    )
    if not rows:
        raise refuse("none_chosen", "还没有勾选项目。", "No project is ticked yet.", key="project")
    what, person = forms.text(request, "what"), request.user.get_username()
    with transaction.atomic():
        for row in rows:
            if what == "withdraw":
                withdraw(request.organisation, row.pk, person, forms.text(request, "reason"))
            elif what == "shift":
                days = forms.whole(request, "days")
                edit_project(request.organisation, row.pk, row.version, days=days, by=person)
            elif what == "department":
                name = department_code(forms.text(request, "department"))
                edit_project(request.organisation, row.pk, row.version, department=name, by=person)
            elif what == "role":
                wish = {"role": forms.text(request, "role"), "person": forms.text(request, "person")}
                of = {"scenario": row.adoption.scenario, "level": row.level}
                entry = check_model(RoleEntry, {**wish, **of}, "roles")
                keep(request.organisation, RecordBook(roles=(entry,)))
            else:
                raise refuse("unknown_action", "请选择要做的事。", "Choose what to do.", key="what", value=what)
    messages.success(request, _("%(count)s projects changed.") % {"count": len(rows)})
    return forms.done(request, "delivery" if forms.text(request, "back") == "board" else "delivery_list")
