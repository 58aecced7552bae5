"""Whatever is thrown at the API, nothing breaks, and every answer is one that its document tells of."""

from __future__ import annotations

import logging

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.web.api_walk import PARTS

from tujing.api import limits
from tujing.api.site import openapi
from tujing.tokens import services as tokens
from tujing.web.wsgi import application

EXAMPLES = 2
"""Of each operation and way; there are three ways: well-formed on real objects, well-formed on any, ill-formed."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def bearer(request, works, sign_in, django_user_model, monkeypatch):
    monkeypatch.setattr(limits, "PER_CALLER", 1_000_000)
    # The server's own way to end a request would close the connection that this test's transaction lives on.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    request.addfinalizer(lambda: [one.connect(close_old_connections) for one in (request_started, request_finished)])
    sign_in(works)
    owner = django_user_model.objects.get(username="owner-works")
    return tokens.make(works, owner, "fuzz", tokens.grantable(works, owner), 1)[1]


def test_no_operation_breaks_whatever_it_is_sent(works, bearer, record_property, caplog):
    caplog.set_level(logging.CRITICAL, "django.request")
    schema = schemathesis.openapi.from_dict(openapi())
    schema.app = application
    headers = {"Authorization": f"Bearer {bearer}", "Host": "127.0.0.1", "Accept-Encoding": "identity"}
    fuzzed, statuses, wrong = 0, [], []
    for found in schema.get_all_operations():
        operation = found.ok()
        parts = [one.name for one in operation.path_parameters]
        real = {part: PARTS[part](works) for part in parts}
        ways = [operation.as_strategy(GenerationMode.POSITIVE), operation.as_strategy(GenerationMode.NEGATIVE)]
        if parts:
            ways.append(operation.as_strategy(GenerationMode.POSITIVE, path_parameters=real))
        for way in ways:
            try:
                _throw(way, headers, statuses)
            except (Exception, BaseExceptionGroup) as error:
                wrong.append(f"{operation.label}: {str(error)[:1500]}")
        fuzzed += 1
    broke = sum(status >= 500 for status in statuses)
    record_property("told", f"OpenAPI operations fuzzed {fuzzed}, 5xx {broke} (of {len(statuses)} calls)")
    assert not broke and not wrong, "\n\n".join(wrong)
    assert fuzzed > 80 and any(status < 300 for status in statuses)


def _throw(way, headers, statuses) -> None:
    @seed(20261130)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=way)
    def call(case) -> None:
        # Each call finds the factory as it was.
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        statuses.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    call()
