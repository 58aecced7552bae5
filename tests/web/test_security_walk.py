"""Every address, of pages and of the API, opened as another company's owner and as nobody: nothing of a company shows.

A canary stands in every text column of every table of one company; whoever walks as another must never meet one, not in
a page, a header, a file or inside a workbook. A new address without known parts fails the walk; so does one that lets
somebody else's object be changed.
"""

from __future__ import annotations

import io
import itertools
import logging
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.web.api_walk import PERSONAL, operations
from tests.web.walk import BEYOND, NAMES, POST_ONLY, PUBLIC, address, owned

from tujing.api import limits
from tujing.api.door import PREFIX
from tujing.api.site import openapi
from tujing.audit.watching import _path
from tujing.enterprise.models import Membership, Organisation, Role
from tujing.tokens import services as tokens

CANARY = "zqx"
"""Begins every planted text and stands nowhere else."""
CELL = "WO-104"
"""A value in the tables of the one company; the other has no data."""
SHORTEST = 6
"""Columns shorter than this hold codes only."""
PUBLISHED = {("enterprise.SignOn", "name")}
"""What a company shows everybody on purpose: the button of its own sign-on, where it wants to be listed."""
COUNTER = itertools.count()


def patterns(resolver: URLResolver, route: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        here = route + str(one.pattern)
        yield from patterns(one, here) if isinstance(one, URLResolver) else [(here, one)]


def own_tables() -> dict[type[models.Model], str]:
    """Our models whose rows belong to an organisation → the way there, as a look-up."""
    found = {}
    for model in apps.get_models():
        if not model.__module__.startswith("tujing."):
            continue
        path = _path(model)
        names = {one.name for one in model._meta.concrete_fields}
        if path:
            found[model] = "__".join(path)
        elif path == ():
            found[model] = "pk"
        elif "organisation" in names:
            found[model] = "organisation"  # kept without a key, so that it outlives the organisation
    return found


def canary(most: int | None) -> str:
    return f"{CANARY}{next(COUNTER):x}"[: most or 50]


def planted(one: models.Field) -> object | None:
    """What a column is given; none where it stays as it is."""
    if isinstance(one, models.JSONField):
        word = canary(None)
        return {"zh": word, "en": word, "name": word, "options": [word]}
    is_text = isinstance(one, (models.CharField, models.TextField)) and not one.choices
    return canary(one.max_length) if is_text and (one.max_length or 50) >= SHORTEST else None


def sow(works: Organisation) -> int:
    """Plants a canary in every text column of every row; makes a row where a table has none. Returns how many."""
    count = 0
    for model, path in own_tables().items():
        rows = model.objects.filter(**{path: works.pk})
        if not rows.exists():
            made(model, works)
        fields = [one for one in model._meta.concrete_fields if not one.primary_key and not one.is_relation]
        for row in rows:
            secret = [one for one in fields if (model._meta.label, one.name) not in PUBLISHED]
            given = {one.name: value for one in secret if (value := planted(one)) is not None}
            model.objects.filter(pk=row.pk).update(**given)
            count += len(given)
    return count


def made(model: type[models.Model], works: Organisation) -> models.Model:
    """A row of any table: nobody but its own company would ever read it, so that its values need no sense."""
    given: dict[str, object] = {}
    for one in model._meta.concrete_fields:
        if one.primary_key and isinstance(one, models.UUIDField):
            given[one.name] = uuid4()
        elif one.primary_key or one.has_default():
            continue
        elif one.is_relation:
            given[one.name] = None if one.null else related(one.related_model, works)
        elif one.name == "organisation":
            given[one.name] = works.pk
        elif isinstance(one, models.DateTimeField):
            given[one.name] = datetime(2026, 1, 1, tzinfo=UTC)
        elif isinstance(one, models.DateField):
            given[one.name] = date(2026, 1, 1)
        elif isinstance(one, models.DecimalField):
            given[one.name] = Decimal(1)
        elif isinstance(one, (models.IntegerField, models.FloatField)):
            given[one.name] = 1
        elif isinstance(one, models.BooleanField):
            given[one.name] = False
        elif isinstance(one, models.JSONField):
            given[one.name] = {}
        elif not one.null:
            given[one.name] = one.choices[0][0] if one.choices else word(model, one)
    return model.objects.create(**given)


def word(model: type[models.Model], one: models.Field) -> str:
    return "Sign-on" if (model._meta.label, one.name) in PUBLISHED else canary(one.max_length)


def related(model: type[models.Model], works: Organisation) -> models.Model:
    if model is Organisation:
        return works
    path = own_tables().get(model)
    mine = model.objects.filter(**{path: works.pk}) if path else model.objects.all()
    return mine.first() or made(model, works)


def rows_of(works: Organisation) -> dict[str, list[tuple]]:
    """Every row of a company, to see that nothing of it changed."""
    return {
        model._meta.label: sorted(map(repr, model.objects.filter(**{path: works.pk}).values_list()))
        for model, path in own_tables().items()
    }


def texts(response) -> Iterator[bytes]:
    """All that an answer tells: headers, content, and what is packed in it."""
    yield repr(sorted(response.headers.items())).encode()
    yield str(response.cookies).encode()
    content = b"".join(response.streaming_content) if response.streaming else response.content
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield name.encode()
                yield packed.read(name)


def leaks(response) -> bool:
    return any(word.encode() in text for text in texts(response) for word in (CANARY, CELL))


@pytest.fixture
def two(works, other_works, sign_in, django_user_model, monkeypatch):
    """One company full of canaries, and the ways into the other: a session and a token of its owner."""
    monkeypatch.setattr(limits, "PER_CALLER", 1_000_000)
    monkeypatch.setattr(limits, "PER_ADDRESS", 1_000_000)
    session = sign_in(other_works)
    session.raise_request_exception = False
    owner = Membership.objects.get(organisation=other_works).user
    _, secret = tokens.make(other_works, owner, "walk", tokens.grantable(other_works, owner), 1)
    bearer = Client(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)
    mine = django_user_model.objects.create_user("canary-owner")
    Membership.objects.create(organisation=works, user=mine, role=Role.OWNER)
    return works, session, bearer


def test_every_address_is_known_to_the_walk():
    known = {pattern.name for route, pattern in patterns(get_resolver()) if not route.startswith(PREFIX.lstrip("/"))}
    assert known - set(NAMES) - BEYOND == set(), "tell the walk (tests/web/walk.py) how these are opened"
    served = {route for route, _ in patterns(get_resolver()) if route.startswith(PREFIX.lstrip("/"))}
    told = {path.lstrip("/") for path in openapi()["paths"]}
    # Two of them tell nothing of anybody: the document itself, and the API's root, which leads to its own name only.
    plain = {_without_kinds(route) for route in served} - {"api/v1/openapi.json", "api/v1/"}
    assert plain == told, "an operation is served that the OpenAPI document does not tell of"


def _without_kinds(route: str) -> str:
    """`<int:plan>` of Django's routes as `{plan}` of OpenAPI."""
    import re

    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)


def test_a_companys_own_people_see_what_the_canaries_stand_for(works, sign_in):
    """The walk would prove nothing if nobody could see it."""
    client = sign_in(works)
    seen = sum(leaks(client.get(one.address(works))) for one in operations() if one.method == "get")
    assert seen >= 5


def test_nobody_sees_or_changes_anything_of_another_company(two, record_property, caplog):
    caplog.set_level(logging.CRITICAL, "django.request")
    works, session, bearer = two
    pages = {name: address(name, works) for name in NAMES}
    calls = [(one, one.address(works)) for one in operations()]
    sown = sow(works)
    before = rows_of(works)
    leaking, broken, reached, walked = [], [], [], 0

    def look(told: str, response, *, is_owned: bool) -> None:
        nonlocal walked
        walked += 1
        if leaks(response):
            leaking.append(told)
        if response.status_code >= 500:
            broken.append(told)
        if is_owned and response.status_code < 300:
            reached.append(f"{told} {response.status_code}")

    for name, path in pages.items():
        if name in ("logout", "organisation_choose"):
            continue
        if name not in POST_ONLY:
            look(f"GET {path}", session.get(path), is_owned=owned(name))
        look(f"POST {path}", _undone(lambda path=path: session.post(path)), is_owned=owned(name))
        for stranger in (Client().get, Client().post):
            response = stranger(path)
            look(f"nobody {path}", response, is_owned=name not in PUBLIC)
    for one, path in calls:
        content = {"content_type": one.content} if one.content and "multipart" not in one.content else {}
        data = {"data": "{}"} if content else {}
        response = _undone(
            lambda one=one, path=path, data=data, content=content: getattr(bearer, one.method)(
                path, **data, **content, headers={"if-match": '"v1"'}
            )
        )
        look(f"{one.method} {path}", response, is_owned=one.owned)
        if one.owned and response.status_code not in (404, 422):
            reached.append(f"{one.method} {path} {response.status_code}")
        nobody = getattr(Client(), one.method)(path)
        look(f"nobody {path}", nobody, is_owned=True)
        assert nobody.status_code == 401, path
    for name in sorted(BEYOND):
        path = reverse(name) if name != "api_nowhere" else f"{PREFIX}nowhere"
        look(f"GET {path}", session.get(path), is_owned=False)

    changed = [label for label, rows in rows_of(works).items() if rows != before[label]]
    record_property("told", f"endpoints walked {walked}, leaks {len(leaking)} ({sown} canaries)")
    assert (leaking, broken, reached, changed) == ([], [], [], [])
    assert sown > 300 and walked > 300


def _undone(do):
    """Does it, and takes back what it changed in one's own company, so that the next one finds it as it was."""
    with transaction.atomic():
        response = do()
        transaction.set_rollback(True)
    return response


def test_a_viewer_changes_nothing_by_the_api(works, sign_in, django_user_model, monkeypatch):
    monkeypatch.setattr(limits, "PER_CALLER", 1_000_000)
    sign_in(works, Role.VIEWER)
    viewer = django_user_model.objects.get(username="viewer-works")
    _, secret = tokens.make(works, viewer, "walk", ["view"], 1)
    bearer = Client(headers={"authorization": f"Bearer {secret}"})
    calls = [(one, one.address(works)) for one in operations() if one.method != "get"]
    before = rows_of(works)
    for one, path in calls:
        status = getattr(bearer, one.method)(path).status_code
        assert (status != 403) if one.id in PERSONAL else (status == 403), one.id
    after = rows_of(works)
    assert {label for label in after if after[label] != before[label]} <= {"tokens.ApiToken"}, "only when it was used"
