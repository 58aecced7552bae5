"""Addresses: step 3, implement."""

from __future__ import annotations

from django.urls import path

from tujing.web.views.delivery import checking, deciding, editing, portfolio, project, records

ONE = "delivery/project/<int:project>/"

urlpatterns = [
    path("delivery/", portfolio.page, name="delivery"),
    path("delivery/timeline/", portfolio.timeline, name="delivery_timeline"),
    path("delivery/projects/", portfolio.listing, name="delivery_list"),
    path("delivery/warnings/", portfolio.warned, name="delivery_warnings"),
    path("delivery/people/", portfolio.people, name="delivery_people"),
    path("delivery/projects.xlsx", portfolio.export, name="delivery_export"),
    path("delivery/upload/", portfolio.upload, name="delivery_upload"),
    path("delivery/take-up/", portfolio.take_up, name="delivery_take_up"),
    path("delivery/bulk/", deciding.bulk, name="delivery_bulk"),
    path("delivery/roles/", records.keep_role, name="delivery_keep_role"),
    path("delivery/roles/<int:holder>/release/", records.release, name="delivery_release"),
    path("delivery/check/", checking.check_all, name="delivery_check_all"),
    path("delivery/check/<int:milestone>/", checking.check, name="delivery_check"),
    path("delivery/waive/<int:milestone>/", checking.waive, name="delivery_waive"),
    path("delivery/milestone/<int:milestone>/", project.milestone, name="delivery_milestone"),
    path("delivery/document/<int:attached>/", records.download, name="delivery_document"),
    path("delivery/document/<int:attached>/remove/", records.remove, name="delivery_document_remove"),
    path(ONE, project.overview, name="delivery_project"),
    path(f"{ONE}plan/", project.plan, name="delivery_plan"),
    path(f"{ONE}gates/", project.gate_page, name="delivery_gates"),
    path(f"{ONE}money/", project.money, name="delivery_money"),
    path(f"{ONE}records/", project.records, name="delivery_records"),
    path(f"{ONE}contracts/", project.contracts, name="delivery_contracts"),
    path(f"{ONE}rights/", project.rights, name="delivery_rights"),
    path(f"{ONE}people/", project.people, name="delivery_people_of"),
    path(f"{ONE}documents/", project.documents, name="delivery_documents"),
    path(f"{ONE}move/", deciding.move, name="delivery_move"),
    path(f"{ONE}check/", checking.check_project, name="delivery_check_project"),
    path(f"{ONE}drag/", editing.drag, name="delivery_drag"),
    path(f"{ONE}edit/", editing.edit, name="delivery_edit"),
    path(f"{ONE}matrix/", editing.matrix, name="delivery_matrix"),
    path(f"{ONE}whole/", editing.whole, name="delivery_whole"),
    path(f"{ONE}undo/", editing.undo, name="delivery_undo"),
    path(f"{ONE}report/", editing.report, name="delivery_report"),
    path(f"{ONE}attach/", records.attach, name="delivery_attach"),
    path(f"{ONE}keep/<slug:entry>/", records.keep_entry, name="delivery_keep"),
]
