"""Addresses: step 5, iterate."""

from __future__ import annotations

from django.urls import path

from tujing.web.views.iteration import contribution, learning, lessons, spiral

urlpatterns = [
    path("iteration/", spiral.page, name="iteration"),
    path("iteration/next/", spiral.open_next, name="iteration_open"),
    path("iteration/learned/", learning.learned, name="iteration_learned"),
    path("iteration/versions/", learning.compared, name="iteration_versions"),
    path("iteration/lessons/", lessons.page, name="iteration_lessons"),
    path("iteration/lessons/write/", lessons.write, name="iteration_lesson_write"),
    path("iteration/lessons/<int:lesson>/note/", lessons.note, name="iteration_lesson_note"),
    path("iteration/lessons/<int:lesson>/remove/", lessons.remove, name="iteration_lesson_remove"),
    path("iteration/contribution/", contribution.page, name="iteration_contribution"),
    path("iteration/contribution/consent/", contribution.consent, name="iteration_consent"),
    path("iteration/contribution/revoke/", contribution.revoke, name="iteration_revoke"),
]
