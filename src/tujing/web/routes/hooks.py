"""Addresses: webhooks."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import hooks

urlpatterns = [
    path("hooks/", hooks.page, name="hooks"),
    path("hooks/<int:hook>/", hooks.one, name="hooks_one"),
    path("hooks/<int:hook>/test/", hooks.test, name="hooks_test"),
    path("hooks/<int:hook>/switch/", hooks.switch, name="hooks_switch"),
    path("hooks/<int:hook>/remove/", hooks.remove, name="hooks_remove"),
    path("hooks/again/<uuid:delivery>/", hooks.again, name="hooks_again"),
]
