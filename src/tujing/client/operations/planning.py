"""Operations: planning. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tujing.client.pages import Pages
from tujing.client.session import Session, quoted
from tujing.documents import common as documents_common
from tujing.documents import planning as documents_planning
from tujing.documents import running as documents_running


class Planning:
    def __init__(self, session: Session) -> None:
        self._session = session

    def plans(
        self,
        *,
        page_size: int | None = None,
        cycle: int | None = None,
        order: Literal["-created", "created"] | None = None,
    ) -> Pages[documents_planning.PlanRow]:
        """Every plan that was made."""
        return self._session.pages(
            documents_common.Page[documents_planning.PlanRow],
            "/api/v1/plans",
            {"page_size": page_size, "cycle": cycle, "order": order},
        )

    def make(self, wishes: documents_planning.PlanWishes, *, key: str | None = None) -> documents_running.Job:
        """Make a plan for the open cycle.

        A job solves it; its result names the plan.
        """
        answer: documents_running.Job = self._session.call(
            documents_running.Job, "POST", "/api/v1/plans", content=wishes, key=key
        )
        return answer

    def plan(self, plan: int) -> documents_planning.Plan:
        """One plan: value, risk, money by quarter, projects and reasons."""
        answer: documents_planning.Plan = self._session.call(documents_planning.Plan, "GET", f"/api/v1/plans/{plan}")
        return answer

    def projects(self, plan: int, *, page_size: int | None = None) -> Pages[documents_planning.Project]:
        """What a plan takes up, when, and why."""
        return self._session.pages(
            documents_common.Page[documents_planning.Project],
            f"/api/v1/plans/{plan}/projects",
            {"page_size": page_size},
        )

    def rejections(
        self, plan: int, *, page_size: int | None = None, kind: str | None = None
    ) -> Pages[documents_planning.Rejection]:
        """What a plan leaves out, and why not."""
        return self._session.pages(
            documents_common.Page[documents_planning.Rejection],
            f"/api/v1/plans/{plan}/rejections",
            {"page_size": page_size, "kind": kind},
        )

    def workbook(self, plan: int, to: Path | str) -> Path:
        """The project list as a workbook."""
        return self._session.download(f"/api/v1/plans/{plan}/projects.xlsx", to)

    def blueprint(self, plan: int, form: Literal["docx", "xlsx", "archimate", "sysml"], to: Path | str) -> Path:
        """The plan laid out as a document, a project list or a model for other tools, in the caller's language."""
        return self._session.download(f"/api/v1/plans/{plan}/blueprint/{quoted(form)}", to)
