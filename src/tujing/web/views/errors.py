"""What a person sees when something is refused or breaks: one plain sentence and a way back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def page(request: HttpRequest | None, code: int, title: str, words: str) -> HttpResponse:
    content = render_to_string("errors/error.html", {"code": code, "title": title, "words": words})
    return HttpResponse(content, status=code)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400, _("This request cannot be read"), _("Go back, reload the page and try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    words = str(exception) if exception and str(exception) else _("Your role does not allow this.")
    return page(request, 403, _("Not allowed"), words)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(request, 403, _("The page has expired"), _("Go back, reload the page and send it again."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        404,
        _("No such page"),
        _("It may have been removed, or it belongs to another company. Check the address."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    words = _(
        "Something broke on our side and nothing was changed. Try again; if it stays, tell whoever runs this when."
    )
    return page(request, 500, _("This did not work"), words)
