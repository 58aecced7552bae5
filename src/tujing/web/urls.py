"""Every address of the site, assembled from the areas' own lists in `routes/`."""

from __future__ import annotations

from django.urls import include, path

from tujing.web.routes import (
    account,
    atlas,
    chain,
    conversation,
    data,
    delivery,
    diagnosis,
    evaluation,
    help,
    home,
    hooks,
    iteration,
    jobs,
    notices,
    operations,
    people,
    plan,
    scenarios,
    search,
    tokens,
)

AREAS = (
    home,
    account,
    search,
    help,
    notices,
    conversation,
    atlas,
    data,
    diagnosis,
    plan,
    delivery,
    evaluation,
    iteration,
    people,
    chain,
    jobs,
    operations,
    scenarios,
    tokens,
    hooks,
)
pages = [pattern for area in AREAS for pattern in area.urlpatterns]
urlpatterns = [*pages, path("", include("tujing.api.urls"))]

handler400 = "tujing.web.views.errors.bad_request"
handler403 = "tujing.web.views.errors.forbidden"
handler404 = "tujing.web.views.errors.not_found"
handler500 = "tujing.web.views.errors.broken"
