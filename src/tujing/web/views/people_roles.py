"""Who may do what: the table of roles and actions, and the company's own roles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.enterprise import role_services, rules
from tujing.enterprise.models import Role
from tujing.enterprise.services import may, role_actions
from tujing.problems import BadInput
from tujing.web.access import member, requires
from tujing.web.refusals import UNPROCESSABLE, shown


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "people/roles.html", _table(request))


def _table(request: HttpRequest) -> dict[str, Any]:
    own = role_services.own_roles(request.organisation)
    built_in = [(role, role_actions(role)) for role in Role.values]
    return {
        "built_in": Role.values,
        "own": own,
        "rows": [
            (
                action,
                words,
                [action in actions for _, actions in built_in],
                [action in one.actions for one in own],
            )
            for action, words in rules.action_words().items()
        ],
        "bases": role_services.BASES,
        "actions": rules.action_words().items(),
        "may_administer": may(request.user, request.organisation, "administer"),
    }


@require_POST
@requires("administer")
def save(request: HttpRequest) -> HttpResponse:
    zh = request.POST.get("name_zh", "").strip()
    given = {
        "name": {"zh": zh, "en": request.POST.get("name_en", "").strip() or zh},
        "base": request.POST.get("base", ""),
        "actions": request.POST.getlist("actions"),
    }
    try:
        role_services.save(request.organisation, request.POST.get("code", "").strip(), given, request.user)
    except BadInput as error:
        context = _table(request) | {"problems": shown(error.problems), "given": given, "form": request.POST}
        return render(request, "people/roles.html", context, status=UNPROCESSABLE)
    messages.success(request, _("Saved; it counts at once for everybody who has the role."))
    return redirect("people_roles")


@require_POST
@requires("administer")
def delete(request: HttpRequest, own_role: str) -> HttpResponse:
    role_services.delete(request.organisation, own_role, request.user)
    messages.success(request, _("Removed. It can be taken back under Changes."))
    return redirect("people_roles")
