"""Bad input shown where it was given: in the form for htmx, else as a page. Nothing has been changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePath

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tujing.problems import BadInput, Problem
from tujing.web.words import language

UNPROCESSABLE = 422
TOO_LARGE = 413
FORM_ROOM = 1024 * 1024
"""Bytes that a form may have beside its file."""


@dataclass(frozen=True)
class Shown:
    """A problem in the reader's language."""

    words: str
    detail: str
    problem: Problem | None = None


def shown(problems: Iterable[Problem]) -> list[Shown]:
    """Words the problems; of a file its name, as where the server keeps it is nobody's to know."""
    named = [replace(problem, file=PurePath(problem.file).name) for problem in problems]
    return [Shown(problem.sentence(language()), problem.detail, problem) for problem in named]


class Refusals:
    """Turns `BadInput` from any view into status 422 with its sentences."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, BadInput):
            return None
        problems = shown(error.problems)
        if request.htmx:
            return render(request, "parts/problems.html", {"problems": problems}, status=UNPROCESSABLE)
        words = _("Nothing was changed. Go back, correct it and try again.")
        context = {"code": "", "title": _("This cannot be used as it is"), "words": words, "problems": problems}
        return render(request, "errors/error.html", context, status=UNPROCESSABLE)


class UploadLimit:
    """Refuses a body over the limit by its announced length, before anything of it is stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > settings.UPLOAD_LIMIT_BYTES + FORM_ROOM:
            limit = settings.UPLOAD_LIMIT_BYTES // 1024 // 1024
            words = _("A file may have at most %(limit)s MB. Split it, or import it on the server with tujing import.")
            context = {"code": TOO_LARGE, "title": _("The file is too large"), "words": words % {"limit": limit}}
            return render(request, "errors/error.html", context, status=TOO_LARGE)
        return self.get_response(request)
