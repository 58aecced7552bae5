"""Writes what follows from the API's operations: docs/reference/openapi.json and src/tujing/client/operations/.

`python scripts/api.py` writes both; a test fails when they differ from the operations, and when a change of them has no
entry in docs/reference/api-diary.md.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent
from typing import Any

from pydantic import BaseModel

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "reference" / "openapi.json"
DIARY = ROOT / "docs" / "reference" / "api-diary.md"
OPERATIONS = ROOT / "src" / "tujing" / "client" / "operations"
TURNED = {"page", "after"}
"""What the client itself says when it goes on to the next page."""
HEAD = '"""Operations: {area}. Written by scripts/api.py from the OpenAPI document; do not edit."""'


def document() -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tujing.web.settings")
    import django

    django.setup()
    from tujing.api.site import openapi

    return openapi()


def as_text(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def fingerprint(found: dict[str, Any]) -> str:
    """First characters of the document's SHA-256, as the diary names a change."""
    return hashlib.sha256(as_text(found).encode()).hexdigest()[:12]


def client_files(found: dict[str, Any]) -> dict[str, str]:
    """Returns the client's modules of operations by file name."""
    areas: dict[str, list[str]] = {}
    modules = _modules()
    used: dict[str, set[str]] = {}
    for path, operations in found["paths"].items():
        for method, one in operations.items():
            area = one["tags"][0]
            text = _operation(method.upper(), path, one, found, modules)
            areas.setdefault(area, []).append(text)
            used.setdefault(area, set()).update(re.findall(r"\bdocuments_(\w+)\.", text))
    files = {f"{area}.py": _module(area, methods, used[area]) for area, methods in areas.items()}
    files["__init__.py"] = _index(list(areas))
    return {name: _formatted(text) for name, text in files.items()}


def _modules() -> dict[str, str]:
    """Document → the module of `tujing.documents` that declares it."""
    import tujing.documents as package

    found: dict[str, str] = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for name, one in vars(module).items():
            if isinstance(one, type) and issubclass(one, BaseModel) and one.__module__ == module.__name__:
                if name in found:
                    raise SystemExit(f"two documents are called {name}: in {found[name]} and {info.name}")
                found[name] = info.name
    return found


def _module(area: str, methods: list[str], documents: set[str]) -> str:
    imports = "\n".join(f"from tujing.documents import {one} as documents_{one}" for one in sorted(documents))
    body = "\n".join(methods)
    return f"""{HEAD.format(area=area)}

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import indent
from typing import Any, Literal
from uuid import UUID

{imports}
from tujing.client.pages import Pages, Stream
from tujing.client.session import Session, quoted


class {area.title()}:
    def __init__(self, session: Session) -> None:
        self._session = session

{body}
"""


def _index(areas: list[str]) -> str:
    imports = "\n".join(f"from tujing.client.operations.{area} import {area.title()}" for area in sorted(areas))
    fields = "\n".join(f"        self.{area} = {area.title()}(session)" for area in areas)
    return f"""{HEAD.format(area="all areas")}

from __future__ import annotations

{imports}
from tujing.client.session import Session


class Operations:
    def __init__(self, session: Session) -> None:
        self.session = session
{fields}
"""


def _operation(method: str, path: str, one: dict[str, Any], found: dict[str, Any], modules: dict[str, str]) -> str:
    name = one["operationId"].partition(".")[2]
    inputs = [each for each in one["parameters"] if each["in"] != "header"]
    given = [f"{each['name']}: {_type(each['schema'], modules)}" for each in inputs if each["in"] == "path"]
    _code, answer = next((code, told) for code, told in one["responses"].items() if code.startswith("2"))
    content = answer.get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    is_file = one.get("x-file", False)
    items, is_counted = _items(schema, found) if method == "GET" else (None, False)
    queries = [each for each in inputs if each["in"] == "query" and (items is None or each["name"] not in TURNED)]
    call = [f'"{method}"', _path(path, one)] if items is None else [_path(path, one)]
    more: list[str] = []
    body = one.get("requestBody", {}).get("content", {})
    form: list[tuple[str, dict[str, Any]]] = []
    if "application/json" in body:
        given.append(f"wishes: {_type(body['application/json']['schema'], modules)}")
        more.append("content=wishes")
    if "multipart/form-data" in body:
        given.append("file: Path | str")
        parts = body["multipart/form-data"]["schema"]["properties"]
        form = [(each, told) for each, told in parts.items() if each != "file"]
        more.append("file=file")
        if form:
            more.append("form={" + ", ".join(f'"{each}": {each}' for each, _ in form) + "}")
    if is_file:
        given.append("to: Path | str")
    named = [f"{each['name']}: {_optional(each['schema'], modules)}" for each in queries]
    named += [f"{each}: {_optional(told, modules)}" for each, told in form]
    if any(each["name"] == "If-Match" for each in one["parameters"]):
        named.append("if_match: str | None = None")
        more.append("if_match=if_match")
    if method == "POST":
        named.append("key: str | None = None")
        more.append("key=key")
    if queries:
        query = "{" + ", ".join(f'"{each["name"]}": {each["name"]}' for each in queries) + "}"
        more.append(query if items is not None else f"query={query}")
    elif items is not None:
        more.append("{}")
    arguments = ", ".join(["self", *given, *(["*", *named] if named else [])])
    if is_file:
        returns, body_text = (
            "Path",
            f"self._session.download({_path(path, one)}, to{', ' + more[-1] if queries else ''})",
        )
    elif items is not None:
        shape = _type(schema, modules)
        kind = "Pages" if is_counted else "Stream"
        returns, body_text = f"{kind}[{_type(items, modules)}]", _call(kind.lower(), shape, call, more)
    else:
        shape = _type(schema, modules) if schema else "None"
        returns, body_text = shape, _call("call", shape, call, more)
    told = one["summary"] + "."
    if "description" in one:
        told += "\n\n" + indent(one["description"], " " * 8) + "\n" + " " * 8
    keyword = "" if returns == "None" else "return "
    answer_line = f"        {keyword}{body_text}"
    if items is None and not is_file and returns != "None":
        answer_line = f"        answer: {returns} = {body_text}\n        return answer"
    return f'    def {name}({arguments}) -> {returns}:\n        """{told}"""\n{answer_line}\n'


def _call(how: str, shape: str, call: list[str], more: list[str]) -> str:
    return f"self._session.{how}({', '.join([shape, *call, *more])})"


def _items(schema: dict[str, Any], found: dict[str, Any]) -> tuple[dict[str, Any] | None, bool]:
    """Schema of the items of a paged answer, and whether it says how many there are; none for any other."""
    name = schema.get("$ref", "").rpartition("/")[2]
    fields = found["components"]["schemas"].get(name, {}).get("properties", {})
    return (fields["items"]["items"] if {"next", "items"} <= set(fields) else None), "count" in fields


def _path(path: str, one: dict[str, Any]) -> str:
    """The path with its values; a text among them is quoted, so that a slash in it stays its own."""
    for each in one["parameters"]:
        if each["in"] == "path" and each["schema"].get("type") == "string" and "format" not in each["schema"]:
            path = path.replace(f"{{{each['name']}}}", f"{{quoted({each['name']})}}")
    return f'f"{path}"' if "{" in path else f'"{path}"'


def _optional(schema: dict[str, Any], modules: dict[str, str]) -> str:
    """An input that may be left out: the server's default is then told by leaving it out."""
    kind = _type(schema, modules)
    return f"{kind} = None" if "None" in kind.split(" | ") else f"{kind} | None = None"


def _type(schema: dict[str, Any], modules: dict[str, str]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        paged = re.fullmatch(r"Page_(\w+)_", name)
        if paged:
            return f"documents_common.Page[documents_{modules[paged[1]]}.{paged[1]}]"
        return f"documents_{modules[name]}.{name}"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one, modules) for one in schema["anyOf"]))
    if "enum" in schema:
        return f"Literal[{', '.join(json.dumps(one) for one in schema['enum'])}]"
    formats = {"uuid": "UUID", "date": "date"}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    if schema.get("type") == "array":
        return f"list[{_type(schema.get('items', {}), modules)}]"
    if schema.get("type") == "object":
        return f"dict[str, {_type(schema.get('additionalProperties') or {}, modules)}]"
    plain = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
    return plain.get(schema.get("type", ""), "Any")


def _formatted(text: str) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    fixed = _run(
        [ruff, "check", "--select", "F401,I", "--fix-only", "--quiet", "--stdin-filename", "src/x.py", "-"], text
    )
    return _run([ruff, "format", "--quiet", "--stdin-filename", "src/x.py", "-"], fixed)


def _run(command: list[Any], text: str) -> str:
    done = subprocess.run(  # noqa: S603 (our own linter)
        command, input=text, capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


def main() -> None:
    found = document()
    DOCUMENT.write_text(as_text(found), encoding="utf-8")
    OPERATIONS.mkdir(exist_ok=True)
    files = client_files(found)
    for stale in {path.name for path in OPERATIONS.glob("*.py")} - set(files):
        (OPERATIONS / stale).unlink()
    for name, text in files.items():
        (OPERATIONS / name).write_text(text, encoding="utf-8")
    count = sum(len(operations) for operations in found["paths"].values())
    print(f"{count} operations, fingerprint {fingerprint(found)}")
    if fingerprint(found) not in DIARY.read_text(encoding="utf-8"):
        print(f"write what changed into {DIARY.relative_to(ROOT)}, with this fingerprint")


if __name__ == "__main__":
    main()
