"""Sessions: which there are, when each was last seen, ended at once, rotated when rights change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

SEEN_EVERY_SECONDS = 600


class Seen:
    """Notes that a session is alive, once in ten minutes a process; one that is not listed yet is listed then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated and cache.add(f"tujing.seen.{key}", True, SEEN_EVERY_SECONDS):
            note(request)
        return self.get_response(request)


def note(request: HttpRequest) -> None:
    """Lists the request's session, or says that it was seen."""
    UserSession.objects.create_from_request(request)
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())


def listed(request: HttpRequest) -> list[UserSession]:
    """Returns the person's live sessions, the newest seen first."""
    note(request)
    return sorted(UserSession.objects.purge_and_list(request.user), key=lambda one: one.last_seen_at, reverse=True)


def end(user: Any, keep: str | None = None, only: int | None = None) -> int:
    """Ends a person's sessions — all but the one kept, or only one — at once, and returns how many."""
    sessions = UserSession.objects.filter(user=user).exclude(session_key=keep)
    ended = list(sessions if only is None else sessions.filter(pk=only))
    for session in ended:
        session.end()
    return len(ended)


def rotate(request: HttpRequest) -> None:
    """Gives the session a new key, so that one that was overheard is worth nothing."""
    former = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=former).delete()
    note(request)
