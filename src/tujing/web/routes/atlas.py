"""Addresses: the map, its tables, the official scenes. Fixed ones come before those of a scenario."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import atlas, atlas_poster, atlas_tables

urlpatterns = [
    path("atlas/", atlas.map_page, name="atlas"),
    path("atlas/table/", atlas_tables.table, name="atlas_table"),
    path("atlas/table/export.<str:ending>", atlas_tables.table_export, name="atlas_table_export"),
    path("atlas/export.<str:ending>", atlas_tables.export, name="atlas_export"),
    path("atlas/poster.<str:ending>", atlas_poster.poster, name="atlas_poster"),
    path("atlas/lists/<slug:which>/", atlas_tables.four, name="atlas_list"),
    path("atlas/lists/<slug:which>/export.<str:ending>", atlas_tables.four_export, name="atlas_list_export"),
    path("atlas/scenes/", atlas_tables.scenes, name="atlas_scenes"),
    path("atlas/scenes/export.<str:ending>", atlas_tables.scenes_export, name="atlas_scenes_export"),
    path("atlas/scenes/<str:scene>/", atlas_tables.scene, name="atlas_scene"),
    path("atlas/compare/", atlas_tables.compare, name="atlas_compare"),
    path("atlas/<scenario:scenario>/", atlas.card, name="atlas_card"),
]
