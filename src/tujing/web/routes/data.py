"""Addresses: data elements, imports, the query console. Fixed ones come before those of an element."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import data, data_import, data_query, data_table

urlpatterns = [
    path("data/", data.listing, name="data"),
    path("data/export.<str:ending>", data.listing_export, name="data_listing_export"),
    path("data/matrix/", data.matrix, name="data_matrix"),
    path("data/matrix/export.<str:ending>", data.matrix_export, name="data_matrix_export"),
    path("data/quality/", data.quality, name="data_quality"),
    path("data/query/", data_query.console, name="data_query"),
    path("data/query/run/", data_query.run, name="data_query_run"),
    path("data/query/save/", data_query.save, name="data_query_save"),
    path("data/query/saved/<int:saved>/remove/", data_query.remove, name="data_query_remove"),
    path("data/query/<uuid:query>/", data_query.result, name="data_query_result"),
    path("data/query/<uuid:query>/export.<str:ending>", data_query.export, name="data_query_export"),
    path("data/<slug:element>/", data_table.element, name="data_element"),
    path("data/<slug:element>/profile/", data_table.profile, name="data_profile"),
    path("data/<slug:element>/rows/", data_table.rows, name="data_rows"),
    path("data/<slug:element>/versions/", data_table.versions, name="data_versions"),
    path("data/<slug:element>/versions/diff/", data_table.diff, name="data_diff"),
    path("data/<slug:element>/versions/<int:number>/restore/", data_table.restore, name="data_restore"),
    path("data/<slug:element>/lineage/", data_table.lineage, name="data_lineage"),
    path("data/<slug:element>/quality/", data_table.element_quality, name="data_element_quality"),
    path("data/<slug:element>/template.xlsx", data_table.template, name="data_template"),
    path("data/<slug:element>/undo/", data_table.undo, name="data_undo"),
    path("data/<slug:element>/export.<str:ending>", data_table.export, name="data_export"),
    path("data/<slug:element>/rejects/<str:name>", data_table.reject, name="data_reject"),
    path("data/<slug:element>/upload/", data_import.upload, name="data_upload"),
    path("data/<slug:element>/preview/<str:token>/", data_import.preview, name="data_preview"),
    path("data/<slug:element>/preview/<str:token>/check/", data_import.check, name="data_check"),
    path("data/<slug:element>/imports/<uuid:job>/", data_import.job, name="data_job"),
]
