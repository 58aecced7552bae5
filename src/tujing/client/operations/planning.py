"""Operations: planning. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from uuid import UUID

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

    def check(self, wishes: documents_planning.PlanWishes, *, key: str | None = None) -> documents_planning.PlanCheck:
        """See what is wrong with wishes, all of it, and what they come to; nothing is queued."""
        answer: documents_planning.PlanCheck = self._session.call(
            documents_planning.PlanCheck, "POST", "/api/v1/plan-checks", content=wishes, key=key
        )
        return answer

    def plan(self, plan: int) -> documents_planning.Plan:
        """One plan: value, risk, money by quarter, projects and reasons."""
        answer: documents_planning.Plan = self._session.call(documents_planning.Plan, "GET", f"/api/v1/plans/{plan}")
        return answer

    def rename(self, plan: int, wishes: documents_planning.PlanName) -> documents_planning.PlanRow:
        """Give a plan a name of its own."""
        answer: documents_planning.PlanRow = self._session.call(
            documents_planning.PlanRow, "PATCH", f"/api/v1/plans/{plan}", content=wishes
        )
        return answer

    def choose(self, plan: int, *, key: str | None = None) -> documents_planning.PlanRow:
        """Take a plan as the one that holds; the former stays and can be taken back."""
        answer: documents_planning.PlanRow = self._session.call(
            documents_planning.PlanRow, "POST", f"/api/v1/plans/{plan}/choose", key=key
        )
        return answer

    def vary(
        self, plan: int, wishes: documents_planning.PlanChanges, *, key: str | None = None
    ) -> documents_running.Job:
        """Plan again with a change, beside the plan.

        A job solves it; its result names the variant.
        """
        answer: documents_running.Job = self._session.call(
            documents_running.Job, "POST", f"/api/v1/plans/{plan}/variants", content=wishes, key=key
        )
        return answer

    def difference(self, plan: int, other: int) -> documents_planning.Difference:
        """What another plan changes against this one."""
        answer: documents_planning.Difference = self._session.call(
            documents_planning.Difference, "GET", f"/api/v1/plans/{plan}/difference/{other}"
        )
        return answer

    def ask(
        self, plan: int, wishes: documents_planning.PlanQuestion, *, key: str | None = None
    ) -> documents_running.Job:
        """Ask more of a plan.

        A job works it out again from its wishes; the answer is then among the plan's answers.
        """
        answer: documents_running.Job = self._session.call(
            documents_running.Job, "POST", f"/api/v1/plans/{plan}/questions", content=wishes, key=key
        )
        return answer

    def answers(
        self,
        plan: int,
        *,
        page_size: int | None = None,
        question: Literal["", "pareto", "robustness", "limits", "why"] | None = None,
    ) -> Pages[documents_planning.PlanAnswer]:
        """What more was asked of a plan, newest first."""
        return self._session.pages(
            documents_common.Page[documents_planning.PlanAnswer],
            f"/api/v1/plans/{plan}/answers",
            {"page_size": page_size, "question": question},
        )

    def make_for_group(
        self, wishes: documents_planning.GroupPlanWishes, *, key: str | None = None
    ) -> documents_running.Job:
        """Plan companies of the group together under one budget.

        A job solves it; the answer is then the group plan of that job. Nothing is kept in the companies.
        """
        answer: documents_running.Job = self._session.call(
            documents_running.Job, "POST", "/api/v1/group-plans", content=wishes, key=key
        )
        return answer

    def group_plan(self, job: UUID) -> documents_planning.GroupPlan:
        """What a group's companies would do under one budget, for whom each of them lets plan for it."""
        answer: documents_planning.GroupPlan = self._session.call(
            documents_planning.GroupPlan, "GET", f"/api/v1/group-plans/{job}"
        )
        return answer

    def projects(self, plan: int, *, page_size: int | None = None) -> Pages[documents_planning.Project]:
        """What a plan takes up, when, and why."""
        return self._session.pages(
            documents_common.Page[documents_planning.Project],
            f"/api/v1/plans/{plan}/projects",
            {"page_size": page_size},
        )

    def candidates(
        self,
        plan: int,
        *,
        page_size: int | None = None,
        scenario: str | None = None,
        option: str | None = None,
        in_plan: bool | None = None,
    ) -> Pages[documents_planning.Candidate]:
        """Every step in every way that a plan weighed, with what each is worth alone."""
        return self._session.pages(
            documents_common.Page[documents_planning.Candidate],
            f"/api/v1/plans/{plan}/candidates",
            {"page_size": page_size, "scenario": scenario, "option": option, "in_plan": in_plan},
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

    def risks(
        self,
        plan: int,
        *,
        page_size: int | None = None,
        state: Literal["", "open", "under_way", "accepted", "closed"] | None = None,
    ) -> Pages[documents_planning.Risk]:
        """The risks of a plan's steps, with who answers for them and what is done."""
        return self._session.pages(
            documents_common.Page[documents_planning.Risk],
            f"/api/v1/plans/{plan}/risks",
            {"page_size": page_size, "state": state},
        )

    def answer(self, plan: int, wishes: documents_planning.RiskWishes) -> documents_planning.Risk:
        """Say who answers for a risk of the plan, what is done, and how it stands; it counts in every plan."""
        answer: documents_planning.Risk = self._session.call(
            documents_planning.Risk, "PUT", f"/api/v1/plans/{plan}/risks", content=wishes
        )
        return answer

    def risk_register(self, plan: int, ending: Literal["csv", "xlsx"], to: Path | str) -> Path:
        """The risk register as CSV or XLSX, in the caller's language."""
        return self._session.download(f"/api/v1/plans/{plan}/risks.{quoted(ending)}", to)
