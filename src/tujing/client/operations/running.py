"""Operations: running. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from tujing.client.pages import Pages
from tujing.client.session import Session, quoted
from tujing.documents import common as documents_common
from tujing.documents import running as documents_running


class Running:
    def __init__(self, session: Session) -> None:
        self._session = session

    def jobs(
        self,
        *,
        page_size: int | None = None,
        status: Literal["queued", "running", "done", "failed", "cancelled"] | None = None,
        kind: str | None = None,
        order: Literal["-created", "created"] | None = None,
    ) -> Pages[documents_running.Job]:
        """Long work: what is queued, under way and over."""
        return self._session.pages(
            documents_common.Page[documents_running.Job],
            "/api/v1/jobs",
            {"page_size": page_size, "status": status, "kind": kind, "order": order},
        )

    def job(self, job: UUID) -> documents_running.Job:
        """One job: how far it is, and what it made."""
        answer: documents_running.Job = self._session.call(documents_running.Job, "GET", f"/api/v1/jobs/{job}")
        return answer

    def cancel(self, job: UUID, *, key: str | None = None) -> documents_running.Job:
        """Ask a job to stop."""
        answer: documents_running.Job = self._session.call(
            documents_running.Job, "POST", f"/api/v1/jobs/{job}/cancel", key=key
        )
        return answer

    def retry(self, job: UUID, *, key: str | None = None) -> documents_running.Job:
        """Queue a job that failed or was cancelled once more, from the beginning."""
        answer: documents_running.Job = self._session.call(
            documents_running.Job, "POST", f"/api/v1/jobs/{job}/retry", key=key
        )
        return answer

    def runs(
        self,
        *,
        page_size: int | None = None,
        scenario: str | None = None,
        status: str | None = None,
        order: Literal["-created", "created"] | None = None,
    ) -> Pages[documents_running.RunRow]:
        """Runs of scenarios on the company's data."""
        return self._session.pages(
            documents_common.Page[documents_running.RunRow],
            "/api/v1/runs",
            {"page_size": page_size, "scenario": scenario, "status": status, "order": order},
        )

    def start(self, wishes: documents_running.RunWishes, *, key: str | None = None) -> documents_running.Job:
        """Run a scenario on the company's data.

        A job does it; its result names the run.
        """
        answer: documents_running.Job = self._session.call(
            documents_running.Job, "POST", "/api/v1/runs", content=wishes, key=key
        )
        return answer

    def comparison(self, wing: str, name: str, *, run: list[int] | None = None) -> documents_running.RunComparison:
        """Two to four runs of a scenario side by side: what went in differently, and what came out differently."""
        answer: documents_running.RunComparison = self._session.call(
            documents_running.RunComparison,
            "GET",
            f"/api/v1/scenarios/{quoted(wing)}/{quoted(name)}/comparison",
            query={"run": run},
        )
        return answer

    def run(self, run: int) -> documents_running.Run:
        """One run as the published contract `tujing-run/1`."""
        answer: documents_running.Run = self._session.call(documents_running.Run, "GET", f"/api/v1/runs/{run}")
        return answer

    def reasons(
        self, run: int, *, page_size: int | None = None, order: str | None = None
    ) -> Pages[documents_running.Reason]:
        """Why orders are late: each one's chain, link by link, the costliest order first; of one order with `order`."""
        return self._session.pages(
            documents_common.Page[documents_running.Reason],
            f"/api/v1/runs/{run}/reasons",
            {"page_size": page_size, "order": order},
        )

    def table(self, run: int, table: str, *, page_size: int | None = None) -> Pages[list[Any]]:
        """One result table, a page at a time."""
        return self._session.pages(
            documents_running.Table, f"/api/v1/runs/{run}/tables/{quoted(table)}", {"page_size": page_size}
        )

    def export(self, run: int, table: str, ending: Literal["csv", "xlsx"], to: Path | str) -> Path:
        """One result table as CSV or XLSX."""
        return self._session.download(f"/api/v1/runs/{run}/tables/{quoted(table)}/export.{quoted(ending)}", to)

    def file(self, run: int, name: str, to: Path | str) -> Path:
        """A file that the run made."""
        return self._session.download(f"/api/v1/runs/{run}/files/{quoted(name)}", to)

    def put_in_use(
        self, run: int, wishes: documents_running.UseWishes, *, key: str | None = None
    ) -> documents_running.Use:
        """Put a run's result in use: its tables become the current ones; what was in force before ends."""
        answer: documents_running.Use = self._session.call(
            documents_running.Use, "POST", f"/api/v1/runs/{run}/use", content=wishes, key=key
        )
        return answer

    def take_back(self, wing: str, name: str, *, key: str | None = None) -> documents_running.TakenBack:
        """End the use of the result in force; the one before it is in use again."""
        answer: documents_running.TakenBack = self._session.call(
            documents_running.TakenBack, "POST", f"/api/v1/scenarios/{quoted(wing)}/{quoted(name)}/take-back", key=key
        )
        return answer

    def uses(
        self, *, page_size: int | None = None, scenario: str | None = None, in_force: bool | None = None
    ) -> Pages[documents_running.Use]:
        """Results that are or were in use, newest first."""
        return self._session.pages(
            documents_common.Page[documents_running.Use],
            "/api/v1/uses",
            {"page_size": page_size, "scenario": scenario, "in_force": in_force},
        )

    def schedules(
        self, *, page_size: int | None = None, scenario: str | None = None, active: bool | None = None
    ) -> Pages[documents_running.Schedule]:
        """Scenarios that run by the clock."""
        return self._session.pages(
            documents_common.Page[documents_running.Schedule],
            "/api/v1/schedules",
            {"page_size": page_size, "scenario": scenario, "active": active},
        )

    def schedule(
        self, wishes: documents_running.ScheduleWishes, *, key: str | None = None
    ) -> documents_running.Schedule:
        """Have a scenario run by the clock.

        What is due becomes a job like any other. A name that is there already is planned anew.
        """
        answer: documents_running.Schedule = self._session.call(
            documents_running.Schedule, "POST", "/api/v1/schedules", content=wishes, key=key
        )
        return answer

    def rest(self, schedule: int, wishes: documents_running.ScheduleSwitch) -> documents_running.Schedule:
        """Stop a schedule, or let it go on with its next time."""
        answer: documents_running.Schedule = self._session.call(
            documents_running.Schedule, "PATCH", f"/api/v1/schedules/{schedule}", content=wishes
        )
        return answer

    def drop(self, schedule: int) -> None:
        """Take a schedule away; its jobs so far stay."""
        self._session.call(None, "DELETE", f"/api/v1/schedules/{schedule}")
