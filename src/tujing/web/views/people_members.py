"""Who works here: roles and departments, a list out and in, a lost password or second factor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tujing.dataspace.limits import LIMITS
from tujing.dataspace.reading import records
from tujing.dataspace.sniff import sniff
from tujing.enterprise import people_services, role_services
from tujing.enterprise.models import Membership, Organisation, Role
from tujing.enterprise.role_services import Chosen
from tujing.enterprise.services import may, members
from tujing.problems import refuse
from tujing.web import exports, uploads
from tujing.web.access import member, requires
from tujing.web.identity import sessions
from tujing.web.identity.mail import send
from tujing.web.paging import page_of
from tujing.web.views.joining import reset_link
from tujing.web.words import say

COLUMNS = ("account", "role", "department")
MOST_ROWS = 20_000


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    wish = request.GET.get("q", "").strip()
    rows = _searched(members(request.organisation), wish)
    listed = page_of(request, rows)
    context = {
        "page": listed,
        "q": wish,
        "may_administer": may(request.user, request.organisation, "administer"),
        "with_factor": set(
            Authenticator.objects.filter(
                type=Authenticator.Type.TOTP, user__in=[one.user_id for one in listed]
            ).values_list("user_id", flat=True)
        ),
    }
    return render(request, "people/members.html", context)


def _searched(rows: QuerySet[Membership], wish: str) -> QuerySet[Membership]:
    if not wish:
        return rows
    return rows.filter(
        Q(user__username__icontains=wish)
        | Q(user__first_name__icontains=wish)
        | Q(user__email__icontains=wish)
        | Q(department__icontains=wish)
    )


def role_choices(request: HttpRequest) -> list[tuple[str, Any]]:
    """Returns the roles that the person may give: code and name."""
    built_in = [Chosen(role) for role in Role.values]
    own = [Chosen(one.base, one) for one in role_services.own_roles(request.organisation)]
    choices = [one for one in (*built_in, *own) if role_services.may_give(request.user, request.organisation, one)]
    return [_choice(one) for one in choices]


def _choice(role: Chosen) -> tuple[str, Any]:
    return role.code, role.own.name if role.own else role.role


@require_http_methods(["GET", "POST"])
@requires("administer")
def assign(request: HttpRequest, membership: int) -> HttpResponse:
    """One member: role and department, what to do when a password is lost, the way out."""
    found = _of(request.organisation, membership)
    if request.method == "GET":
        held = role_services.held(found)
        choices = role_choices(request)
        context = {
            "of": found,
            "code": held.code,
            # The present role stands in the list even where the reader could not give it.
            "roles": choices if held.code in dict(choices) else [_choice(held), *choices],
            "has_factor": Authenticator.objects.filter(user=found.user, type=Authenticator.Type.TOTP).exists(),
        }
        return render(request, "people/member.html", context)
    role, department = request.POST.get("role", ""), request.POST.get("department", "")
    people_services.assign(request.organisation, found, role, department, request.user)
    if found.user_id == request.user.pk:
        sessions.rotate(request)
    messages.success(request, _("Saved. It can be taken back under Changes."))
    return redirect("people_members")


@require_POST
@requires("administer")
def remove(request: HttpRequest, membership: int) -> HttpResponse:
    people_services.remove(request.organisation, _of(request.organisation, membership), request.user)
    messages.success(request, _("Taken out of the company. It can be taken back under Changes."))
    return redirect("people_members")


@require_POST
@requires("administer")
def recover(request: HttpRequest, membership: int) -> HttpResponse:
    """Makes a link for a new password, or takes the second factor off, for somebody who lost it."""
    found = _of(request.organisation, membership)
    _check_may_recover(request, found)
    if request.POST.get("what") == "second_factor":
        Authenticator.objects.filter(user=found.user).delete()
        sessions.end(found.user)
        messages.success(request, _("The second factor is off; the person sets it up again after signing in."))
        return redirect("people_members")
    link = request.build_absolute_uri(reset_link(found.user))
    mailed = send("reset", found.user.email, _("Set a new password for Tujing"), user=found.user, link=link)
    return render(request, "people/link.html", {"link": link, "mailed": mailed, "to": found.user, "kind": "reset"})


def _check_may_recover(request: HttpRequest, found: Membership) -> None:
    """Somebody who works for other companies too is theirs as well: only who administers all of them lets them in."""
    role_services.check_may_give(request.user, request.organisation, role_services.held(found))
    elsewhere = Membership.objects.filter(user=found.user).exclude(organisation=request.organisation)
    for one in elsewhere.select_related("organisation", "own_role"):
        if not role_services.may_give(request.user, one.organisation, role_services.held(one)):
            raise refuse(
                "works_elsewhere_too",
                "此人还为其他企业工作，不能由您重置；请本人通过邮箱找回，或联系系统运维人员。",
                "This person works for another company too, so you cannot reset the account; they do it by mail, "
                "or whoever runs the server does.",
            )


@require_GET
@requires("administer")
def export(request: HttpRequest, ending: str) -> HttpResponse:
    return members_file(request.organisation, ending)


def members_file(organisation: Organisation, ending: str) -> HttpResponse:
    """The list as it is read in again: account, role and department; name and mail beside them for the reader."""
    columns = [*COLUMNS, "name", "mail"]
    rows = (
        [
            one.user.get_username(),
            role_services.held(one).code,
            one.department,
            one.user.get_full_name(),
            one.user.email,
        ]
        for one in members(organisation)
    )
    name = f"{say(organisation.name)}-{_('members')}.{ending}"
    if ending == "csv":
        return exports.as_csv(columns, rows, name)
    return exports.as_xlsx({_("members"): (columns, rows)}, name)


@require_POST
@requires("administer")
def read_in(request: HttpRequest) -> HttpResponse:
    """Reads a list back: all rows or none, each refused row by its number."""
    token, path = uploads.keep(request.organisation, request.FILES.get("file"))
    try:
        changed = people_services.assign_all(request.organisation, rows_of(path), request.user, path.name)
    finally:
        uploads.forget(request.organisation, token)
    messages.success(request, _("Read: %(count)s members changed.") % {"count": changed})
    return redirect("people_members")


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields the rows of a list with their numbers.

    Raises
    ------
    BadInput
        When it cannot be read, is too long, or a heading is missing.
    """
    source = sniff(path)
    absent = [one for one in COLUMNS if one not in source.headings]
    if absent:
        raise refuse(
            "missing_column",
            f"缺少列：{'、'.join(absent)}；请先导出成员名单，在其基础上修改后再读入。",
            f"Columns are missing: {', '.join(absent)}; export the members first and edit that list.",
            file=path.name,
            row=1,
        )
    for number, row in records(source, {one: one for one in COLUMNS}, replace(LIMITS, rows=MOST_ROWS)):
        yield number, {name: _plain(text) for name, text in row.items()}


def _plain(text: str) -> str:
    """Takes off the apostrophe that the export put before what looks like a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(exports.FORMULA_STARTS) else text


def _of(organisation: Organisation, membership: int) -> Membership:
    found = (
        Membership.objects.select_related("user", "own_role").filter(organisation=organisation, pk=membership).first()
    )
    if found is None:
        raise Http404
    return found


def invitation_address(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("invitation", args=[token]))
