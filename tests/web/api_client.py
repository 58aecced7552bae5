"""The typed client on the site itself, without a network: what a test calls, a program calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tujing.client import ApiProblem, Client
from tujing.enterprise.models import Organisation
from tujing.tokens import services as tokens
from tujing.web.wsgi import application

SIGNALS = (request_started, request_finished)


def client_of(organisation: Organisation, person: Any, *actions: str) -> Client:
    """A client with a token of some actions, by default of all that the person may do."""
    wanted = actions or tokens.grantable(organisation, person)
    _token, secret = tokens.make(organisation, person, "test", wanted, 1)
    return Client("http://127.0.0.1", secret, language="en", transport=httpx.WSGITransport(app=application))


@contextmanager
def refused(code: str, status: int = 422) -> Iterator[None]:
    with pytest.raises(ApiProblem) as told:
        yield
    assert (told.value.code, told.value.status) == (code, status)


@pytest.fixture
def calling(sign_in, django_user_model, request) -> Callable[..., Client]:
    """Returns a client of somebody with a role in an organisation."""
    # The server's own way to end a request would close the connection that the test's transaction lives on.
    for signal in SIGNALS:
        signal.disconnect(close_old_connections)
    request.addfinalizer(lambda: [signal.connect(close_old_connections) for signal in SIGNALS])

    def made(organisation: Organisation, role: str = "owner", *actions: str) -> Client:
        sign_in(organisation, role)
        person = django_user_model.objects.get(username=f"{role}-{organisation.slug}")
        return client_of(organisation, person, *actions)

    return made
