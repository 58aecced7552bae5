"""A short word after something was done, with a way back: shown by the shell for some seconds."""

from __future__ import annotations

import json

from django.http import HttpResponse


def toast(response: HttpResponse, words: str, undo: str = "", target: str = "") -> HttpResponse:
    """Lets an htmx answer bring a toast. `undo` is an address to post to, its answer replaces `target` (a selector)."""
    given = {"words": words, "undo": undo, "target": target}
    response.headers["HX-Trigger"] = json.dumps({"tujing:toast": given})  # ASCII: headers take no Chinese
    return response
