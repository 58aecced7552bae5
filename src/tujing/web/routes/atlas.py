"""Addresses: the map."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import atlas

urlpatterns = [
    path("atlas/", atlas.map_page, name="atlas"),
    path("atlas/table/", atlas.table, name="atlas_table"),
    path("atlas/export.<str:ending>", atlas.export, name="atlas_export"),
    path("atlas/<scenario:scenario>/", atlas.card, name="atlas_card"),
]
