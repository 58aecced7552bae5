"""What people decide of projects: moving a card, withdrawing, changing many at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tujing.delivery.board_services import move as move_card
from tujing.delivery.board_services import moves_in_words
from tujing.delivery.bulk_services import Bulk, change_many
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
    wish = Bulk(
        what=forms.text(request, "what"),
        reason=forms.text(request, "reason"),
        days=forms.whole(request, "days"),
        department=department_code(forms.text(request, "department")),
        role=forms.text(request, "role"),
        holder=forms.text(request, "person"),
    )
    rows = change_many(request.user.get_username(), request.organisation, forms.chosen(request), wish)
    messages.success(request, _("%(count)s projects changed.") % {"count": len(rows)})
    return forms.done(request, "delivery" if forms.text(request, "back") == "board" else "delivery_list")
