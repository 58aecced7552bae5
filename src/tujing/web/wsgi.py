"""The WSGI application, for gunicorn or any other server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tujing.web.settings")
application = get_wsgi_application()


def warm() -> None:
    """Loads now what the first visitor would wait for: the pages' code, the map and the lists.

    Not the table engine: the server forks afterwards, and a process that inherits DuckDB aborts when it ends.
    """
    from tujing.atlas.loader import atlas
    from tujing.diagnosis.instrument import instruments
    from tujing.elements.definition import elements
    from tujing.web.finds.content import shared

    get_resolver().url_patterns  # noqa: B018
    elements()
    atlas()
    instruments()
    shared()


warm()
