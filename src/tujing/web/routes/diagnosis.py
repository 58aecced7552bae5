"""Addresses: step 1, diagnose."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import (
    diagnosis,
    diagnosis_answers,
    diagnosis_compare,
    diagnosis_evidence,
    diagnosis_facts,
    diagnosis_pains,
    diagnosis_report,
    diagnosis_result,
    diagnosis_review,
    diagnosis_workbook,
)

ONE = "diagnosis/<int:assessment>"

urlpatterns = [
    path("diagnosis/", diagnosis.page, name="diagnosis"),
    path("diagnosis/start/", diagnosis.start, name="diagnosis_start"),
    path("diagnosis/instruments/", diagnosis.instruments, name="diagnosis_instruments"),
    path("diagnosis/facts/", diagnosis_facts.page, name="diagnosis_facts"),
    path("diagnosis/facts/answer/", diagnosis_facts.answer, name="diagnosis_facts_answer"),
    path("diagnosis/pains/", diagnosis_pains.page, name="diagnosis_pains"),
    path("diagnosis/pains/add/", diagnosis_pains.add, name="diagnosis_pains_add"),
    path("diagnosis/pains/upload/", diagnosis_pains.upload, name="diagnosis_pains_upload"),
    path("diagnosis/pains.xlsx", diagnosis_pains.export, name="diagnosis_pains_export"),
    path("diagnosis/pains/<int:pain_point>/tie/", diagnosis_pains.tie, name="diagnosis_pains_tie"),
    path("diagnosis/pains/<int:pain_point>/remove/", diagnosis_pains.remove, name="diagnosis_pains_remove"),
    path("diagnosis/compare/", diagnosis_compare.page, name="diagnosis_compare"),
    path("diagnosis/peers/", diagnosis_compare.peer_page, name="diagnosis_peers"),
    path("diagnosis/peers/consent/", diagnosis_compare.consent, name="diagnosis_peers_consent"),
    path("diagnosis/verify/", diagnosis_compare.verify_page, name="diagnosis_verify"),
    path(f"{ONE}/", diagnosis_answers.table, name="diagnosis_questions"),
    path(f"{ONE}/flash/", diagnosis_answers.flash, name="diagnosis_flash"),
    path(f"{ONE}/state/", diagnosis_answers.state, name="diagnosis_state"),
    path(f"{ONE}/assign/", diagnosis_answers.assign, name="diagnosis_assign"),
    path(f"{ONE}/answers/<str:question>/", diagnosis_answers.answer, name="diagnosis_answer"),
    path(f"{ONE}/questions/<str:question>/", diagnosis_evidence.panel, name="diagnosis_panel"),
    path(f"{ONE}/questions/<str:question>/evidence/", diagnosis_evidence.add, name="diagnosis_evidence"),
    path(f"{ONE}/evidence/<int:item>/", diagnosis_evidence.file, name="diagnosis_evidence_file"),
    path(f"{ONE}/evidence/<int:item>/remove/", diagnosis_evidence.remove, name="diagnosis_evidence_remove"),
    path(f"{ONE}/evidence/<int:item>/back/", diagnosis_evidence.put_back, name="diagnosis_evidence_back"),
    path(f"{ONE}/excel/", diagnosis_workbook.page, name="diagnosis_workbook"),
    path(f"{ONE}/answers.xlsx", diagnosis_workbook.download, name="diagnosis_workbook_download"),
    path(f"{ONE}/excel/upload/", diagnosis_workbook.upload, name="diagnosis_workbook_upload"),
    path(f"{ONE}/excel/undo/", diagnosis_workbook.undo, name="diagnosis_workbook_undo"),
    path(f"{ONE}/excel/<str:token>/", diagnosis_workbook.preview, name="diagnosis_workbook_preview"),
    path(f"{ONE}/review/", diagnosis_review.page, name="diagnosis_review"),
    path(f"{ONE}/verdicts/<str:question>/", diagnosis_review.verdict, name="diagnosis_verdict"),
    path(f"{ONE}/freeze/", diagnosis_review.freeze, name="diagnosis_freeze"),
    path(f"{ONE}/submit/", diagnosis.submit, name="diagnosis_submit"),
    path(f"{ONE}/result/", diagnosis_result.result, name="diagnosis_result"),
    path(f"{ONE}/report.<str:form>", diagnosis_report.download, name="diagnosis_report"),
    path(f"{ONE}/frozen.json", diagnosis_compare.snapshot, name="diagnosis_snapshot"),
    path(f"{ONE}/check/", diagnosis_compare.check, name="diagnosis_check"),
]
