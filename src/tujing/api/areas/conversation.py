"""Operations: comments on an object, following it, what is to be done about it, its history."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tujing.api.area import Area
from tujing.api.areas.audit import MOST_OF_ONE, event_document
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.audit.services import history_of
from tujing.conversation import assignment_services, services
from tujing.conversation.models import Assignment, Comment
from tujing.documents import conversation as documents
from tujing.documents.audit import Event
from tujing.documents.common import Page
from tujing.notices.about import About
from tujing.web.things import asked_for, model_of

area = Area("conversation")


@area.get("/about/{kind}/{path:object_key}/comments", Page[documents.Comment])
def comments(request: HttpRequest, kind: str, object_key: str, paging: PageQuery) -> Page[documents.Comment]:
    """What was said of an object, oldest first

    An object is named by kind and key: `plan` 3, `scenario` production/scheduling, `element` work_order, `project`,
    `milestone`, `run`, `evaluation`, `assessment`, `cycle`, `job`, `company`.
    """
    about, _url = asked_for(request, kind, object_key)
    return page_of(request, services.comments(request.organisation, about), paging, _comment)


@area.post("/about/{kind}/{path:object_key}/comments", documents.Comment, "comment", 201)
def say(request: HttpRequest, kind: str, object_key: str, wishes: documents.CommentWishes) -> documents.Comment:
    """Say something of an object; whom it mentions and who follows the object are told"""
    about, _url = asked_for(request, kind, object_key)
    return _comment(services.say(request.organisation, request.user, about, wishes.text))


@area.patch("/comments/{int:comment}", documents.Comment, "comment")
def edit(request: HttpRequest, comment: int, wishes: documents.CommentWishes) -> documents.Comment:
    """Change one's own comment"""
    about = _about(request, Comment, comment)
    return _comment(services.edit(request.organisation, request.user, about, comment, wishes.text))


@area.delete("/comments/{int:comment}", "comment")
def remove(request: HttpRequest, comment: int) -> None:
    """Take one's own comment away; it can be brought back"""
    _about(request, Comment, comment)
    services.remove(request.organisation, request.user, comment)


@area.post("/comments/{int:comment}/restore", documents.Comment, "comment")
def restore(request: HttpRequest, comment: int) -> documents.Comment:
    """Bring one's own comment back"""
    _about(request, Comment, comment)
    return _comment(services.restore(request.organisation, request.user, comment))


@area.get("/about/{kind}/{path:object_key}/following", documents.Following)
def following(request: HttpRequest, kind: str, object_key: str) -> documents.Following:
    """Whether the caller is told of what others say of an object"""
    about, _url = asked_for(request, kind, object_key)
    return documents.Following(following=services.is_following(request.organisation, request.user, about))


@area.put("/about/{kind}/{path:object_key}/following", documents.Following, "view")
def follow(request: HttpRequest, kind: str, object_key: str, wishes: documents.Following) -> documents.Following:
    """Follow an object, or follow it no longer"""
    about, _url = asked_for(request, kind, object_key)
    change = services.follow if wishes.following else services.unfollow
    change(request.organisation, request.user, about)
    return wishes


@area.get("/about/{kind}/{path:object_key}/assignments", Page[documents.Assignment])
def assignments(
    request: HttpRequest, kind: str, object_key: str, paging: PageQuery, done: bool | None = None
) -> Page[documents.Assignment]:
    """What is to be done about an object: open ones first, then by the day they are due"""
    about, _url = asked_for(request, kind, object_key)
    found = assignment_services.assignments(request.organisation, about)
    return page_of(request, found if done is None else found.filter(done__isnull=not done), paging, _assignment)


@area.post("/about/{kind}/{path:object_key}/assignments", documents.Assignment, "comment", 201)
def assign(
    request: HttpRequest, kind: str, object_key: str, wishes: documents.AssignmentWishes
) -> documents.Assignment:
    """Give a member something to do about an object; the member is told"""
    about, _url = asked_for(request, kind, object_key)
    given = assignment_services.assign(
        request.organisation, request.user, about, wishes.assignee, wishes.task, wishes.due
    )
    return _assignment(given)


@area.get("/assignments", Page[documents.Assignment])
def mine(request: HttpRequest, paging: PageQuery) -> Page[documents.Assignment]:
    """What the caller is still to do, the earliest due first"""
    found = assignment_services.assigned_to(request.organisation, request.user).select_related("assignee", "by")
    return page_of(request, found, paging, _assignment)


@area.patch("/assignments/{int:assignment}", documents.Assignment, "comment")
def settle(request: HttpRequest, assignment: int, wishes: documents.Settling) -> documents.Assignment:
    """Say that something is done, or not yet; its assignee and who gave it may"""
    _about(request, Assignment, assignment)
    return _assignment(assignment_services.settle(request.organisation, request.user, assignment, done=wishes.done))


@area.delete("/assignments/{int:assignment}", "comment")
def withdraw(request: HttpRequest, assignment: int) -> None:
    """Take back what one gave"""
    _about(request, Assignment, assignment)
    assignment_services.withdraw(request.organisation, request.user, assignment)


@area.get("/about/{kind}/{path:object_key}/history", Page[Event])
def history(request: HttpRequest, kind: str, object_key: str, paging: PageQuery) -> Page[Event]:
    """Who changed what of an object, newest first; the last thousand changes"""
    asked_for(request, kind, object_key)
    model = model_of(kind)
    events = history_of(request.organisation, model, object_key, MOST_OF_ONE) if model else []
    return page_of(request, events, paging, event_document)


def _about(request: HttpRequest, model: type[Comment] | type[Assignment], number: int) -> About:
    """What a row is about; who may not see that is told so."""
    row = get_object_or_404(model, organisation=request.organisation, pk=number)
    about, _url = asked_for(request, row.about_kind, row.about_key)
    return about


def _comment(row: Comment) -> documents.Comment:
    return shaped(documents.Comment, row, author=row.author.get_username() if row.author else None)


def _assignment(row: Assignment) -> documents.Assignment:
    return shaped(
        documents.Assignment,
        row,
        about=row.about_name,
        assignee=row.assignee.get_username(),
        by=row.by.get_username() if row.by else None,
    )
