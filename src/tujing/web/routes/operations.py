"""Addresses: running the site — health, jobs, the audit trail, backups."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import operations, operations_audit, operations_backup

urlpatterns = [
    path("health/", operations.health, name="health"),
    path("operations/", operations.page, name="operations"),
    path("operations/jobs/", operations.job_list, name="operations_jobs"),
    path("operations/jobs/<uuid:job>/retry/", operations.retry, name="operations_retry"),
    path("operations/jobs/<uuid:job>/cancel/", operations.cancel, name="operations_cancel"),
    path("operations/schedules/<int:schedule>/", operations.schedule, name="operations_schedule"),
    path("operations/example/", operations.reset, name="operations_reset"),
    path("operations/audit/", operations_audit.page, name="operations_audit"),
    path("operations/audit/export.<str:ending>", operations_audit.export, name="operations_audit_export"),
    path("operations/audit/check/", operations_audit.check, name="operations_audit_check"),
    path("operations/audit/retention/", operations_audit.retention, name="operations_retention"),
    path("operations/backups/", operations_backup.page, name="operations_backups"),
    path("operations/backups/make/", operations_backup.make, name="operations_backup_make"),
    path("operations/backups/download/", operations_backup.download, name="operations_backup_download"),
    path("operations/backups/restore/", operations_backup.restore, name="operations_restore"),
]
