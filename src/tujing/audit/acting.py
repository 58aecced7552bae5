"""Who acts just now: set by the site for each request, by the worker for each job, by a command for its run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Actor:
    """The person and the way they came. `person` is asked only when something is written."""

    person: Callable[[], Any] = lambda: None
    """Returns the account, or None for the system itself."""
    via: str = ""
    address: str | None = None
    request: str = ""

    def identity(self) -> tuple[str, str]:
        """Returns (id, account name); empty for the system or for somebody not signed in."""
        person = self.person()
        if person is None or not person.is_authenticated:
            return "", ""
        return str(person.pk), person.get_username()[:150]


_watching: ContextVar[bool] = ContextVar("watching", default=True)
_system = Actor()
_actor: ContextVar[Actor] = ContextVar("actor", default=_system)


def actor() -> Actor:
    return _actor.get()


@contextmanager
def acting(person: Any = None, *, via: str, address: str | None = None, request: str = "") -> Iterator[None]:
    """Everything written inside is by this person; `person` may be a function that finds them when needed."""
    find = person if callable(person) else lambda: person
    token = _actor.set(Actor(find, via, address, request))
    try:
        yield
    finally:
        _actor.reset(token)


def speaks_for(person: Any) -> None:
    """Names the person of a request that began before they were known, such as by an API token."""
    _actor.set(replace(_actor.get(), person=lambda: person))


def watching() -> bool:
    return _watching.get()


@contextmanager
def unwatched() -> Iterator[None]:
    """Rows written inside are no events of their own: for a use-case that says in one event what it did as a whole."""
    token = _watching.set(False)
    try:
        yield
    finally:
        _watching.reset(token)
