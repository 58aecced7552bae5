"""Operations: delivery. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from tujing.client.pages import Pages
from tujing.client.session import Session
from tujing.documents import common as documents_common
from tujing.documents import delivery as documents_delivery


class Delivery:
    def __init__(self, session: Session) -> None:
        self._session = session

    def projects(
        self,
        *,
        page_size: int | None = None,
        is_open: bool | None = None,
        order: Literal["start", "-start", "end", "-budget"] | None = None,
    ) -> Pages[documents_delivery.ProjectRow]:
        """Projects of the open cycle."""
        return self._session.pages(
            documents_common.Page[documents_delivery.ProjectRow],
            "/api/v1/projects",
            {"page_size": page_size, "is_open": is_open, "order": order},
        )

    def project(self, project: int) -> documents_delivery.ProjectDocument:
        """One project: tasks with baseline, earned value, gates with evidence, records; its ETag is its version."""
        answer: documents_delivery.ProjectDocument = self._session.call(
            documents_delivery.ProjectDocument, "GET", f"/api/v1/projects/{project}"
        )
        return answer

    def shift(
        self, project: int, wishes: documents_delivery.ProjectEdit, *, if_match: str | None = None
    ) -> documents_delivery.Edited:
        """Move a whole project by days, or change its last day or department.

        `If-Match` is the project's ETag as you read it; an edit on an older version is refused and nothing is saved.
        """
        answer: documents_delivery.Edited = self._session.call(
            documents_delivery.Edited, "PATCH", f"/api/v1/projects/{project}", content=wishes, if_match=if_match
        )
        return answer

    def edit(
        self, project: int, wishes: list[documents_delivery.TaskEdit], *, if_match: str | None = None
    ) -> documents_delivery.Edited:
        """Change and add tasks; what they push moves on, and the gates with them.

        `If-Match` is the project's ETag as you read it; an edit on an older version is refused and nothing is saved.
        """
        answer: documents_delivery.Edited = self._session.call(
            documents_delivery.Edited, "PATCH", f"/api/v1/projects/{project}/tasks", content=wishes, if_match=if_match
        )
        return answer

    def move(
        self, project: int, wishes: documents_delivery.Moving, *, key: str | None = None
    ) -> documents_delivery.ProjectRow:
        """Begin a project, put it back, give it up, or take it up again.

        In the name of who calls; gates are passed on evidence alone, so no move leads past one.
        """
        answer: documents_delivery.ProjectRow = self._session.call(
            documents_delivery.ProjectRow, "POST", f"/api/v1/projects/{project}/moves", content=wishes, key=key
        )
        return answer

    def workbook(self, to: Path | str) -> Path:
        """All projects as a workbook that can be edited and imported again."""
        return self._session.download("/api/v1/projects.xlsx", to)

    def import_file(self, file: Path | str, *, key: str | None = None) -> documents_delivery.Imported:
        """Take in an edited workbook: breakdown, progress and money; all of it or nothing."""
        answer: documents_delivery.Imported = self._session.call(
            documents_delivery.Imported, "POST", "/api/v1/projects/import", file=file, key=key
        )
        return answer

    def take_up(self, plan: int, *, key: str | None = None) -> documents_delivery.TakenUp:
        """Turn the newest plan into projects with milestones."""
        answer: documents_delivery.TakenUp = self._session.call(
            documents_delivery.TakenUp, "POST", f"/api/v1/plans/{plan}/take-up", key=key
        )
        return answer

    def milestones(
        self,
        *,
        page_size: int | None = None,
        passed: bool | None = None,
        due_before: date | None = None,
        order: Literal["due", "-due"] | None = None,
    ) -> Pages[documents_delivery.MilestoneRow]:
        """Milestones of every project; each closes only when its check passes on the data."""
        return self._session.pages(
            documents_common.Page[documents_delivery.MilestoneRow],
            "/api/v1/milestones",
            {"page_size": page_size, "passed": passed, "due_before": due_before, "order": order},
        )

    def check(self, milestone: int, *, key: str | None = None) -> documents_delivery.Verdict:
        """Run a milestone's acceptance check and keep the evidence."""
        answer: documents_delivery.Verdict = self._session.call(
            documents_delivery.Verdict, "POST", f"/api/v1/milestones/{milestone}/check", key=key
        )
        return answer

    def check_all(self, *, key: str | None = None) -> documents_delivery.Checked:
        """Run every open check of the projects under way."""
        answer: documents_delivery.Checked = self._session.call(
            documents_delivery.Checked, "POST", "/api/v1/milestones/check", key=key
        )
        return answer

    def waive(
        self, milestone: int, wishes: documents_delivery.WaiverWishes, *, key: str | None = None
    ) -> documents_delivery.Waiver:
        """Waive a check for a reason and a time; it stays visible, and does not make the check pass."""
        answer: documents_delivery.Waiver = self._session.call(
            documents_delivery.Waiver, "POST", f"/api/v1/milestones/{milestone}/waivers", content=wishes, key=key
        )
        return answer

    def warnings(self, *, page_size: int | None = None) -> Pages[documents_delivery.Warning]:
        """What threatens the projects, the gravest first."""
        return self._session.pages(
            documents_common.Page[documents_delivery.Warning], "/api/v1/warnings", {"page_size": page_size}
        )

    def report(
        self, project: int, wishes: documents_delivery.Report, *, key: str | None = None
    ) -> documents_common.Done:
        """Report how far a task is and what was spent on it; the same again changes nothing."""
        answer: documents_common.Done = self._session.call(
            documents_common.Done, "POST", f"/api/v1/projects/{project}/reports", content=wishes, key=key
        )
        return answer

    def undo(
        self, project: int, *, if_match: str | None = None, key: str | None = None
    ) -> documents_delivery.ProjectRow:
        """Take back the newest edit of a project's plan; the one before it can be taken back next."""
        answer: documents_delivery.ProjectRow = self._session.call(
            documents_delivery.ProjectRow, "POST", f"/api/v1/projects/{project}/undo", if_match=if_match, key=key
        )
        return answer

    def files(
        self, project: int, *, page_size: int | None = None, removed: bool | None = None
    ) -> Pages[documents_delivery.Attachment]:
        """A project's documents, newest first; with `removed` those that were taken away."""
        return self._session.pages(
            documents_common.Page[documents_delivery.Attachment],
            f"/api/v1/projects/{project}/documents",
            {"page_size": page_size, "removed": removed},
        )

    def attach(
        self, project: int, file: Path | str, *, note: str | None = None, key: str | None = None
    ) -> documents_delivery.Attachment:
        """Attach a document to a project."""
        answer: documents_delivery.Attachment = self._session.call(
            documents_delivery.Attachment,
            "POST",
            f"/api/v1/projects/{project}/documents",
            file=file,
            form={"note": note},
            key=key,
        )
        return answer

    def document(self, attached: int, to: Path | str) -> Path:
        """A document of a project."""
        return self._session.download(f"/api/v1/documents/{attached}", to)

    def remove_document(self, attached: int) -> None:
        """Take a document away; it can be put back."""
        self._session.call(None, "DELETE", f"/api/v1/documents/{attached}")

    def restore_document(self, attached: int, *, key: str | None = None) -> documents_delivery.Attachment:
        """Put a document back."""
        answer: documents_delivery.Attachment = self._session.call(
            documents_delivery.Attachment, "POST", f"/api/v1/documents/{attached}/restore", key=key
        )
        return answer
