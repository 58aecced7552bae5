"""Addresses: what one was told, and how one wants to be told."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import notices

urlpatterns = [
    path("notices/", notices.page, name="notices"),
    path("notices/count/", notices.count, name="notices_count"),
    path("notices/latest/", notices.latest, name="notices_latest"),
    path("notices/preferences/", notices.preferences, name="notices_preferences"),
    path("notices/read/", notices.read_all, name="notices_read_all"),
    path("notices/unread/", notices.unread_again, name="notices_unread_again"),
    path("notices/<int:notice>/open/", notices.open_one, name="notices_open"),
    path("notices/<int:notice>/mark/", notices.mark, name="notices_mark"),
]
