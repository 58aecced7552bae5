"""How the client speaks to the server: one connection, a token, a language, and patience."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from email.message import Message
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, TypeAdapter

from tujing.client.pages import Pages, Stream
from tujing.client.problems import ApiProblem
from tujing.documents.common import ProblemDocument

Answer = TypeVar("Answer")
TRIES = 4
"""A call is sent at most so often where the server asks to come back, or the connection breaks."""
LONGEST_WAIT = 65.0
"""Seconds that it waits between two tries."""


class Session:
    """Sends calls and reads answers.

    A POST carries an idempotency key, so that it may be sent again after a broken connection without a second effect.
    """

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.etag: str | None = None
        """ETag of the newest answer that had one: give it as `if_match` when you change what you read."""

    def call(
        self,
        answer: type[Answer] | None,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        content: Any = None,
        form: Mapping[str, Any] | None = None,
        file: Path | str | None = None,
        if_match: str | None = None,
        key: str | None = None,
    ) -> Any:
        """Returns the answer as its document; raises `ApiProblem` where the server refuses."""
        headers = {} if if_match is None else {"If-Match": if_match}
        if method == "POST":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        # Nothing in place of an empty query: httpx takes that for one, and drops what the path of a next page says.
        more: dict[str, Any] = {"params": _told(query) or None, "headers": headers}
        if file is not None:
            path_of_file = Path(file)
            more["files"] = {"file": (path_of_file.name, path_of_file.read_bytes())}
            more["data"] = _told(form)
        elif content is not None:
            headers["Content-Type"] = "application/json"
            more["content"] = TypeAdapter(Any).dump_json(content, exclude_unset=True)
        response = self._send(method, path, **more)
        self.etag = response.headers.get("ETag", self.etag)
        return None if answer is None else TypeAdapter(answer).validate_json(response.content)

    def pages(self, answer: type[BaseModel], path: str, query: Mapping[str, Any]) -> Pages[Any]:
        return Pages(self._fetch(answer, path, query))

    def stream(self, answer: type[BaseModel], path: str, query: Mapping[str, Any]) -> Stream[Any]:
        return Stream(self._fetch(answer, path, query))

    def download(self, path: str, to: Path | str, query: Mapping[str, Any] | None = None) -> Path:
        """Streams a file to a path, or into a folder under the name that the server gives it."""
        target = Path(to)
        with self.http.stream("GET", path, params=_told(query)) as response:
            if response.is_error:
                response.read()
                raise _problem(response)
            if target.is_dir():
                target /= _name(response)
            with target.open("wb") as file:
                for chunk in response.iter_bytes():
                    file.write(chunk)
        return target

    def _fetch(self, answer: type[BaseModel], path: str, query: Mapping[str, Any]) -> Callable[[str | None], Any]:
        def fetch(following: str | None) -> Any:
            return self.call(answer, "GET", following or path, query=None if following else query)

        return fetch

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        for attempt in range(1, TRIES + 1):
            last = attempt == TRIES
            try:
                response = self.http.request(method, path, **more)
            except httpx.TransportError:
                if last or method not in ("GET", "POST"):
                    raise
                time.sleep(attempt)
                continue
            wait = response.headers.get("Retry-After", "")
            if last or not wait.isdigit() or response.status_code not in (409, 429, 503):
                break
            time.sleep(min(float(wait), LONGEST_WAIT))
        if response.is_error:
            raise _problem(response)
        return response


def quoted(value: str) -> str:
    """A text as one part of a path."""
    return quote(value, safe="")


def _told(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Leaves out what is not given; true and false as the server reads them."""
    found = {name: value for name, value in (given or {}).items() if value is not None}
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in found.items()}


def _problem(response: httpx.Response) -> ApiProblem:
    if response.headers.get("Content-Type", "").startswith("application/problem+json"):
        return ApiProblem(ProblemDocument.model_validate_json(response.content))
    status = response.status_code
    return ApiProblem(
        ProblemDocument(
            type="urn:tujing:problem:no_api",
            title=response.reason_phrase,
            status=status,
            detail=f"{response.request.url} answered {status} and is no Tujing API.",
            instance=response.request.url.path,
        )
    )


def _name(response: httpx.Response) -> str:
    """File name of a download, without any path."""
    header = Message()
    header["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    return Path((header.get_filename() or "download").replace("\\", "/")).name or "download"
