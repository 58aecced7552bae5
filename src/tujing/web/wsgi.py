"""The WSGI application, for gunicorn or any other server."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from tujing.runtime import gate

# What is loaded here stays: to look through it for garbage while it loads takes a quarter of the start.
gc.disable()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tujing.web.settings")
application = get_wsgi_application()


def warm() -> None:
    """Loads now what the first visitor would wait for: the pages' code, the map and the lists.

    Not what search looks through: whoever searches first waits a quarter of a second, not everybody at the start.
    Nor the table engine: the server forks afterwards, and a process that inherits DuckDB aborts when it ends.
    """
    from tujing.atlas.loader import atlas
    from tujing.diagnosis.instrument import instruments
    from tujing.elements.definition import elements

    get_resolver().url_patterns  # noqa: B018
    elements()
    atlas()
    instruments()


warm()
# Kept out of every later collection, and so out of what the server's processes copy of each other.
gc.freeze()
gc.enable()
gate.wait()
