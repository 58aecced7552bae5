"""The walk over the API: what stands in each operation's path. An area that adds a part of a path adds it here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.web.walk import OBJECTS

from tujing.api.site import openapi
from tujing.dataspace.models import QueryRun, SavedQuery
from tujing.delivery.models import ChangeRequest, LevelProject
from tujing.diagnosis.models import PainPoint
from tujing.enterprise.models import Organisation
from tujing.evaluation.models import Evaluation
from tujing.tokens.models import ApiToken
from tujing.web import uploads

OWNED = {
    "job",
    "run",
    "plan",
    "assessment",
    "milestone",
    "project",
    "evaluation",
    "pain_point",
    "hook",
    "follow",
    "delivery",
    "schedule",
    "lesson",
    "object_key",
    "comment",
    "assignment",
    "notice",
    "query",
    "saved",
    "child",
    "other",
    "membership",
    "invitation",
    "attached",
    "api_token",
    "holder",
    "change_request",
    "upload",
    "change",
}
"""Parts of a path that name one company's object: another company's caller must be told that there is none."""


def pain_point(works: Organisation) -> PainPoint:
    wanted = {"words": {"zh": "换型太久"}, "severity": 3, "frequency": "daily"}
    return PainPoint.objects.get_or_create(organisation=works, department="planning", defaults=wanted)[0]


PERSONAL = {
    "diagnosis.verify",
    "tokens.revoke",
    "conversation.follow",
    "notices.mark",
    "notices.mark_all",
    "notices.prefer",
}
"""What needs no more than seeing, though it is no GET: it changes nothing but what the caller sees themselves."""


def query(works: Organisation) -> QueryRun:
    asked = {"sql": "SELECT 1", "rows": 1, "reads": [["work_order", 1]]}
    somebody, _ = get_user_model().objects.get_or_create(username="somebody")
    return QueryRun.objects.get_or_create(organisation=works, user=somebody, defaults=asked)[0]


def saved(works: Organisation) -> SavedQuery:
    somebody, _ = get_user_model().objects.get_or_create(username="somebody")
    kept = {"name": "orders", "sql": "SELECT 1", "shared": True}
    return SavedQuery.objects.get_or_create(organisation=works, owner=somebody, defaults=kept)[0]


def api_token(works: Organisation) -> ApiToken:
    """Somebody else's: to whoever walks it is not there."""
    somebody, _ = get_user_model().objects.get_or_create(username="somebody")
    made = {"name": "theirs", "actions": ["view"], "expires": timezone.now() + timedelta(days=1)}
    return ApiToken.objects.get_or_create(organisation=works, user=somebody, prefix="tj_0000000x", defaults=made)[0]


def change_request(works: Organisation) -> ChangeRequest:
    project = LevelProject.objects.get(organisation=works)
    wanted = {"task": "1.1", "reason": "甲厂专用名", "requested": date(2026, 1, 5), "requested_by": "owner-works"}
    return ChangeRequest.objects.get_or_create(organisation=works, project=project, title="one more", defaults=wanted)[
        0
    ]


def upload(works: Organisation) -> str:
    """A kept file's token."""
    return uploads.keep(works, SimpleUploadedFile("orders.csv", "工单号,物料编码\nW1,P1\n".encode()))[0]


SHARED = (
    "job",
    "run",
    "plan",
    "assessment",
    "milestone",
    "project",
    "element",
    "question",
    "hook",
    "follow",
    "delivery",
    "schedule",
    "lesson",
    "comment",
    "assignment",
    "notice",
    "child",
    "membership",
    "invitation",
    "attached",
    "item",
    "own_role",
    "holder",
    "change",
)
PARTS: dict[str, Callable[[Organisation], object]] = {
    **{name: OBJECTS[name] for name in SHARED},
    "evaluation": lambda works: Evaluation.objects.filter(organisation=works).latest("pk").pk,
    "pain_point": lambda works: pain_point(works).pk,
    "indicator": lambda works: "usability",
    "later": lambda works: 1,
    "other": OBJECTS["plan"],
    "kind": lambda works: "plan",
    "object_key": OBJECTS["plan"],
    "query": lambda works: query(works).pk,
    "saved": lambda works: saved(works).pk,
    "api_token": lambda works: api_token(works).pk,
    "change_request": lambda works: change_request(works).pk,
    "right": lambda works: "exit",
    "which": OBJECTS["which"],
    "scene": OBJECTS["scene"],
    "upload": upload,
    "batch": lambda works: "0" * 32,
    "backup": lambda works: "tujing-20260101-000000.tujing",
    "wing": lambda works: "production",
    "name": lambda works: "scheduling",
    "ending": lambda works: "csv",
    "instrument": lambda works: "sme_2024",
    "number": lambda works: 1,
    "kpi": lambda works: "lead_time",
    "table": lambda works: "schedule",
    "form": lambda works: "xlsx",
}


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI document."""

    id: str
    method: str
    path: str
    action: str
    content: str
    """Media type of what it takes; empty when it takes nothing."""

    @property
    def parts(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def owned(self) -> bool:
        return bool(OWNED & set(self.parts))

    def address(self, works: Organisation) -> str:
        """Its path with one company's objects; a part that nobody knows is a mistake of whoever added it."""
        return self.path.format(**{part: PARTS[part](works) for part in self.parts})


def operations() -> Iterator[Operation]:
    for path, methods in openapi()["paths"].items():
        for method, one in methods.items():
            content: dict[str, Any] = one.get("requestBody", {}).get("content", {})
            yield Operation(one["operationId"], method, path, one["x-action"], next(iter(content), ""))
