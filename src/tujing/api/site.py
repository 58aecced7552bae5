"""The API assembled from its areas, and its document in OpenAPI 3.1."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from pydantic_core import to_json

from tujing.api import refusing
from tujing.api.areas import (
    atlas,
    audit,
    chain,
    conversation,
    data,
    delivery,
    delivery_keeping,
    delivery_records,
    diagnosis,
    enterprise,
    evaluation,
    evidence,
    facts,
    hooks,
    imports,
    installation,
    iteration,
    kpis,
    milestones,
    notices,
    pains,
    peers,
    people,
    plan_contents,
    planning,
    quality,
    query,
    roles,
    running,
    scenes,
    search,
    security,
    tokens,
    uses,
    workbooks,
)
from tujing.documents.common import ProblemDocument

AREAS = (
    enterprise,
    people,
    roles,
    security,
    tokens,
    search,
    atlas,
    scenes,
    data,
    imports,
    quality,
    query,
    diagnosis,
    evidence,
    workbooks,
    facts,
    pains,
    peers,
    planning,
    plan_contents,
    delivery,
    milestones,
    delivery_records,
    delivery_keeping,
    running,
    uses,
    evaluation,
    kpis,
    iteration,
    conversation,
    notices,
    hooks,
    audit,
    installation,
    chain,
)
VERSION = "1"
ROOT = "/api/v1"
DESCRIPTION = """Everything the pages of Tujing do, by the same services and under the same rights.

- **Who calls**: `Authorization: Bearer tj_…`, a token of the page `/account/tokens/`; or a browser's session with its
  `X-CSRFToken`. A token belongs to one company and never may more than its owner may today.
- **Lists** come a page at a time: `page`, `page_size`; `count` and `next` in the answer.
- **POST** takes an `Idempotency-Key`: sent twice within 24 hours, it has one effect and one answer.
- **Two who edit**: read gives an `ETag`, send it back as `If-Match`; what changed meanwhile is refused with 412.
- **Refusals** are `application/problem+json` with a sentence in the language of `Accept-Language` (zh-hans, en), and
  with `row`, `column` and `key` where something in what you sent is wrong.
- **Long work** answers 202 with a job: ask `/jobs/{job}` until it is done.
- Days and moments are ISO 8601, amounts yuan, shares 0–1.
"""


class StrictParser(Parser):
    """Takes JSON only as the standard has it, and no text that a database cannot hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        text = request.body.decode()
        content = json.loads(text, parse_constant=_refuse_constant)
        if not _is_storable(content):
            raise ValueError("text holds a null character or half a character")
        return content


class StrictRenderer(BaseRenderer):
    """Not-a-number and infinity become null; JSON has no word for them."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return to_json(data, inf_nan_mode="null")


class TujingAPI(NinjaAPI):
    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> Any:
        document = json.loads(json.dumps(super().get_openapi_schema(path_prefix=f"{ROOT}/"), default=str))
        _complete(document)
        return document


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _is_storable(content: Any) -> bool:
    if isinstance(content, str):
        return "\x00" not in content and not any("\ud800" <= letter <= "\udfff" for letter in content)
    if isinstance(content, dict):
        return all(_is_storable(key) and _is_storable(value) for key, value in content.items())
    return all(map(_is_storable, content)) if isinstance(content, list) else True


def _complete(document: dict[str, Any]) -> None:
    """Adds what the generator does not know: credentials, refusals, idempotency keys."""
    parts = document["components"]
    problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    parts["schemas"] |= problem.pop("$defs", {})
    parts["schemas"]["ProblemDocument"] = problem
    parts["schemas"] = dict(sorted(parts["schemas"].items()))
    parts["responses"] = {
        "Problem": {
            "description": "Refused, with the reason and the next step.",
            "content": {refusing.KIND: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
    }
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token of the page /account/tokens/."},
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "A browser that signed in."},
    }
    key = {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "schema": {"type": "string", "maxLength": 255, "pattern": "^[!-~]+$"},
        "description": "Sent twice, it has one effect and one answer, for 24 hours.",
    }
    for operations in document["paths"].values():
        for method, operation in operations.items():
            if operation.get("description") == operation["summary"]:
                del operation["description"]
            operation["security"] = [{"token": []}, {"session": []}]
            operation["responses"]["4XX"] = {"$ref": "#/components/responses/Problem"}
            if method == "post":
                operation["parameters"].append(key)
    document["servers"] = [{"url": "/"}]


api = TujingAPI(
    title="Tujing 图景",
    version=VERSION,
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    parser=StrictParser(),
    renderer=StrictRenderer(),
)
refusing.install(api)
for _module in AREAS:
    api.add_router("", _module.area.router)


def openapi() -> dict[str, Any]:
    """Returns the OpenAPI document, the same on every machine."""
    return api.get_openapi_schema()
