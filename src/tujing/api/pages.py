"""The OpenAPI document, and the reference made from it: plain HTML under the site's own policy, without a viewer."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from tujing.api.refusing import no_such_address
from tujing.api.site import openapi


@cache
def _text() -> str:
    return json.dumps(openapi(), ensure_ascii=False)


@require_GET
def openapi_document(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_text(), content_type="application/json")


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation with what it takes and what it answers, by area."""
    return render(request, "api/reference.html", {"areas": _areas(), "shapes": _shapes(), "info": openapi()["info"]})


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Whatever begins like the API and is none of its operations."""
    return no_such_address(request)


@cache
def _areas() -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path, operations in openapi()["paths"].items():
        for method, one in operations.items():
            found.setdefault(one["tags"][0], []).append(
                {
                    "id": one["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": one["summary"],
                    "description": one.get("description", ""),
                    "action": one["x-action"],
                    "parameters": [_parameter(each) for each in one["parameters"]],
                    "body": _body(one),
                    "answer": _answer(one),
                }
            )
    return [{"name": name, "operations": operations} for name, operations in found.items()]


@cache
def _shapes() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "description": shape.get("description", ""),
            "fields": [
                {
                    "name": field,
                    "type": _type(one),
                    "required": field in shape.get("required", ()),
                    "description": one.get("description", ""),
                }
                for field, one in shape.get("properties", {}).items()
            ],
        }
        for name, shape in openapi()["components"]["schemas"].items()
    ]


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one["name"],
        "place": one["in"],
        "type": _type(one["schema"]),
        "required": one.get("required", False),
        "description": one.get("description", ""),
    }


def _body(one: dict[str, Any]) -> dict[str, Any] | None:
    if "requestBody" not in one:
        return None
    kind, content = next(iter(one["requestBody"]["content"].items()))
    return {"kind": kind, "type": _type(content["schema"]), "shape": _named(content["schema"])}


def _answer(one: dict[str, Any]) -> dict[str, Any]:
    status, answer = next((code, found) for code, found in one["responses"].items() if code.startswith("2"))
    kinds = list(answer.get("content", {}))
    schema = answer["content"][kinds[0]]["schema"] if kinds else {}
    return {"status": status, "kind": ", ".join(kinds), "type": _type(schema), "shape": _named(schema)}


def _named(schema: dict[str, Any]) -> str:
    """Name of the shape that a schema refers to, or whose list it is."""
    reference = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
    return reference.rpartition("/")[2]


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(one, ensure_ascii=False) for one in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    if "properties" in schema:
        inside = ", ".join(f"{name}: {_type(one)}" for name, one in schema["properties"].items())
        return f"{{{inside}}}"
    return str(schema.get("format") or schema.get("type") or "any")
