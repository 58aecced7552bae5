"""Operations: delivery. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from tujing.client.pages import Pages
from tujing.client.session import Session, quoted
from tujing.documents import common as documents_common
from tujing.documents import delivery as documents_delivery
from tujing.documents import delivery_records as documents_delivery_records


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

    def change_many(
        self, wishes: documents_delivery.BulkWishes, *, key: str | None = None
    ) -> documents_common.Page[documents_delivery.ProjectRow]:
        """Withdraw, move, place or name somebody for several projects at once: all of them or none."""
        answer: documents_common.Page[documents_delivery.ProjectRow] = self._session.call(
            documents_common.Page[documents_delivery.ProjectRow],
            "POST",
            "/api/v1/projects/bulk",
            content=wishes,
            key=key,
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

    def warnings(self, *, page_size: int | None = None) -> Pages[documents_delivery.Warning]:
        """What threatens the projects, the gravest first."""
        return self._session.pages(
            documents_common.Page[documents_delivery.Warning], "/api/v1/warnings", {"page_size": page_size}
        )

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

    def check_all(self, *, project: int | None = None, key: str | None = None) -> documents_delivery.Checked:
        """Run every open check of the projects under way, or of one of them."""
        answer: documents_delivery.Checked = self._session.call(
            documents_delivery.Checked, "POST", "/api/v1/milestones/check", key=key, query={"project": project}
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

    def set_check(
        self, project: int, wishes: documents_delivery_records.CheckWishes, *, key: str | None = None
    ) -> documents_delivery_records.Check:
        """Ask something else in place of a check, or something more of a gate; the project's log says who and why.

        Takes an owner, a manager, or who holds a role that may, by name.
        """
        answer: documents_delivery_records.Check = self._session.call(
            documents_delivery_records.Check, "POST", f"/api/v1/projects/{project}/checks", content=wishes, key=key
        )
        return answer

    def check_evidence(
        self, milestone: int, *, page_size: int | None = None
    ) -> Pages[documents_delivery_records.CheckEvidence]:
        """Every time a check ran: what on, what it showed, and whether that is as it was kept; newest first."""
        return self._session.pages(
            documents_common.Page[documents_delivery_records.CheckEvidence],
            f"/api/v1/milestones/{milestone}/evidence",
            {"page_size": page_size},
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

    def role_holders(
        self, *, page_size: int | None = None, person: str | None = None
    ) -> Pages[documents_delivery_records.RoleHolding]:
        """Who holds which role, in one project or in all."""
        return self._session.pages(
            documents_common.Page[documents_delivery_records.RoleHolding],
            "/api/v1/project-roles",
            {"page_size": page_size, "person": person},
        )

    def name_for_all(
        self, wishes: documents_delivery_records.HolderWishes, *, key: str | None = None
    ) -> documents_delivery_records.RoleHolding:
        """Name who holds a role in every project."""
        answer: documents_delivery_records.RoleHolding = self._session.call(
            documents_delivery_records.RoleHolding, "POST", "/api/v1/project-roles", content=wishes, key=key
        )
        return answer

    def holders_of(
        self, project: int, *, page_size: int | None = None
    ) -> Pages[documents_delivery_records.RoleHolding]:
        """Who holds which role in a project, those who hold it everywhere included."""
        return self._session.pages(
            documents_common.Page[documents_delivery_records.RoleHolding],
            f"/api/v1/projects/{project}/roles",
            {"page_size": page_size},
        )

    def name_holder(
        self, project: int, wishes: documents_delivery_records.HolderWishes, *, key: str | None = None
    ) -> documents_delivery_records.RoleHolding:
        """Name who holds a role in a project."""
        answer: documents_delivery_records.RoleHolding = self._session.call(
            documents_delivery_records.RoleHolding, "POST", f"/api/v1/projects/{project}/roles", content=wishes, key=key
        )
        return answer

    def release(self, holder: int) -> None:
        """Take a role off a person; naming them again gives it back."""
        self._session.call(None, "DELETE", f"/api/v1/project-roles/{holder}")

    def contracts(self, project: int, *, page_size: int | None = None) -> Pages[documents_delivery_records.Contract]:
        """A project's contracts with what they owe."""
        return self._session.pages(
            documents_common.Page[documents_delivery_records.Contract],
            f"/api/v1/projects/{project}/contracts",
            {"page_size": page_size},
        )

    def keep_contract(
        self, project: int, wishes: documents_delivery_records.ContractWishes, *, key: str | None = None
    ) -> documents_delivery_records.Contract:
        """Enter a contract, or change the project's contract of that number; nothing is paid before it is accepted."""
        answer: documents_delivery_records.Contract = self._session.call(
            documents_delivery_records.Contract,
            "POST",
            f"/api/v1/projects/{project}/contracts",
            content=wishes,
            key=key,
        )
        return answer

    def log(
        self,
        project: int,
        *,
        page_size: int | None = None,
        kind: Literal["supervision", "quality", "rights", "risk"] | None = None,
        is_closed: bool | None = None,
    ) -> Pages[documents_delivery_records.LogEntry]:
        """What was found of a project: supervision, quality, rights and risks; newest first."""
        return self._session.pages(
            documents_common.Page[documents_delivery_records.LogEntry],
            f"/api/v1/projects/{project}/log",
            {"page_size": page_size, "kind": kind, "is_closed": is_closed},
        )

    def keep_log(
        self, project: int, wishes: documents_delivery_records.LogWishes, *, key: str | None = None
    ) -> documents_delivery_records.LogEntry:
        """Write down what was found, or change or close what was found before.

        It is kept as found by who calls; what is there stays that of who found it.
        """
        answer: documents_delivery_records.LogEntry = self._session.call(
            documents_delivery_records.LogEntry, "POST", f"/api/v1/projects/{project}/log", content=wishes, key=key
        )
        return answer

    def rights(self, project: int, *, page_size: int | None = None) -> Pages[documents_delivery_records.RightsItem]:
        """The checklist of intellectual property and data rights, with where the project stands."""
        return self._session.pages(
            documents_common.Page[documents_delivery_records.RightsItem],
            f"/api/v1/projects/{project}/rights",
            {"page_size": page_size},
        )

    def answer_right(
        self, project: int, right: str, wishes: documents_delivery_records.RightsWishes
    ) -> documents_delivery_records.RightsItem:
        """Say where a project stands on one item."""
        answer: documents_delivery_records.RightsItem = self._session.call(
            documents_delivery_records.RightsItem,
            "PUT",
            f"/api/v1/projects/{project}/rights/{quoted(right)}",
            content=wishes,
        )
        return answer

    def change_requests(
        self,
        project: int,
        *,
        page_size: int | None = None,
        decision: Literal["open", "approved", "rejected"] | None = None,
    ) -> Pages[documents_delivery_records.ChangeRequest]:
        """What was asked to be changed of a project's scope, money or dates, and what was decided."""
        return self._session.pages(
            documents_common.Page[documents_delivery_records.ChangeRequest],
            f"/api/v1/projects/{project}/changes",
            {"page_size": page_size, "decision": decision},
        )

    def request_change(
        self, project: int, wishes: documents_delivery_records.ChangeWishes, *, key: str | None = None
    ) -> documents_delivery_records.ChangeRequest:
        """Ask for a change, or change what is asked while it is open."""
        answer: documents_delivery_records.ChangeRequest = self._session.call(
            documents_delivery_records.ChangeRequest,
            "POST",
            f"/api/v1/projects/{project}/changes",
            content=wishes,
            key=key,
        )
        return answer

    def decide_change(
        self, change_request: int, wishes: documents_delivery_records.DecisionWishes, *, key: str | None = None
    ) -> documents_delivery_records.ChangeRequest:
        """Approve or reject a change, once; approved, the task, the budget and the dates follow.

        Takes an owner, a manager, or who holds a role that may decide, by name.
        """
        answer: documents_delivery_records.ChangeRequest = self._session.call(
            documents_delivery_records.ChangeRequest,
            "POST",
            f"/api/v1/change-requests/{change_request}/decision",
            content=wishes,
            key=key,
        )
        return answer
