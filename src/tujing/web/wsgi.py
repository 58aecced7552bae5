"""The WSGI application, for gunicorn or any other server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tujing.web.settings")
application = get_wsgi_application()

# Loads every page's code now, so that the first visitor does not wait for it.
get_resolver().url_patterns  # noqa: B018
