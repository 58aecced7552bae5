"""Operations: evaluation. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

from tujing.client.pages import Pages
from tujing.client.session import Session, quoted
from tujing.documents import common as documents_common
from tujing.documents import evaluation as documents_evaluation
from tujing.documents import kpis as documents_kpis
from tujing.documents import running as documents_running


class Evaluation:
    def __init__(self, session: Session) -> None:
        self._session = session

    def evaluations(
        self,
        *,
        page_size: int | None = None,
        scenario: str | None = None,
        verdict: str | None = None,
        newest: bool | None = None,
    ) -> Pages[documents_evaluation.EvaluationRow]:
        """Measured effects; by default the newest of each adoption and measure."""
        return self._session.pages(
            documents_common.Page[documents_evaluation.EvaluationRow],
            "/api/v1/evaluations",
            {"page_size": page_size, "scenario": scenario, "verdict": verdict, "newest": newest},
        )

    def evaluate(self, *, key: str | None = None) -> documents_common.Page[documents_evaluation.EvaluationRow]:
        """Evaluate every adoption in use on every KPI that its effects can show in."""
        answer: documents_common.Page[documents_evaluation.EvaluationRow] = self._session.call(
            documents_common.Page[documents_evaluation.EvaluationRow], "POST", "/api/v1/evaluations", key=key
        )
        return answer

    def start_evaluating(self, *, key: str | None = None) -> documents_running.Job:
        """Evaluate everything in use by a job, which then judges what is to become of each."""
        answer: documents_running.Job = self._session.call(
            documents_running.Job, "POST", "/api/v1/evaluations/jobs", key=key
        )
        return answer

    def evaluation(self, evaluation: int) -> documents_evaluation.Evaluation:
        """One measured effect with its interval, placebos and weekly series."""
        answer: documents_evaluation.Evaluation = self._session.call(
            documents_evaluation.Evaluation, "GET", f"/api/v1/evaluations/{evaluation}"
        )
        return answer

    def withheld(self, *, page_size: int | None = None) -> Pages[documents_evaluation.Withheld]:
        """What cannot be evaluated, why, and what to do about it."""
        return self._session.pages(
            documents_common.Page[documents_evaluation.Withheld],
            "/api/v1/evaluations/withheld",
            {"page_size": page_size},
        )

    def beliefs(
        self, *, page_size: int | None = None, scenario: str | None = None
    ) -> Pages[documents_evaluation.Belief]:
        """What is believed of each effect since it was measured."""
        return self._session.pages(
            documents_common.Page[documents_evaluation.Belief],
            "/api/v1/beliefs",
            {"page_size": page_size, "scenario": scenario},
        )

    def appraisal(self) -> documents_evaluation.Appraisal:
        """Performance and capability indicators with the ratings; what has no data is withheld with its reason."""
        answer: documents_evaluation.Appraisal = self._session.call(
            documents_evaluation.Appraisal, "GET", "/api/v1/appraisal"
        )
        return answer

    def kept_appraisal(self) -> documents_evaluation.KeptAppraisal:
        """The nine indicators as they were worked out last, without computing them; nothing before the first time."""
        answer: documents_evaluation.KeptAppraisal = self._session.call(
            documents_evaluation.KeptAppraisal, "GET", "/api/v1/appraisal/kept"
        )
        return answer

    def work_out(self, *, key: str | None = None) -> documents_running.Job:
        """Work out the nine indicators by a job, which keeps them."""
        answer: documents_running.Job = self._session.call(
            documents_running.Job, "POST", "/api/v1/appraisal/jobs", key=key
        )
        return answer

    def ratings(
        self, *, page_size: int | None = None, indicator: str | None = None, mine: bool | None = None
    ) -> Pages[documents_evaluation.GivenRating]:
        """What was rated in the open cycle, newest first; with `mine` by the caller alone."""
        return self._session.pages(
            documents_common.Page[documents_evaluation.GivenRating],
            "/api/v1/ratings",
            {"page_size": page_size, "indicator": indicator, "mine": mine},
        )

    def rate(self, file: Path | str, *, key: str | None = None) -> documents_evaluation.Rated:
        """Keep the ratings of a filled-in file; all of it or nothing."""
        answer: documents_evaluation.Rated = self._session.call(
            documents_evaluation.Rated, "POST", "/api/v1/ratings", file=file, key=key
        )
        return answer

    def say_rating(self, indicator: str, wishes: documents_evaluation.RatingWishes) -> documents_evaluation.Rating:
        """Keep the caller's own rating of one indicator, in the open cycle."""
        answer: documents_evaluation.Rating = self._session.call(
            documents_evaluation.Rating, "PUT", f"/api/v1/ratings/{quoted(indicator)}", content=wishes
        )
        return answer

    def trends(self, *, page_size: int | None = None) -> Pages[documents_kpis.Trend]:
        """The KPIs whose tables have data: their latest figures, and how they are now against just before.

        Computed the first time, and again after their tables have changed.
        """
        return self._session.pages(
            documents_common.Page[documents_kpis.Trend], "/api/v1/trends", {"page_size": page_size}
        )

    def kpi_tree(self, *, page_size: int | None = None) -> Pages[documents_kpis.KpiBranch]:
        """From money down: each KPI with the drivers it acts on, its formula, its tables and its newest figure."""
        return self._session.pages(
            documents_common.Page[documents_kpis.KpiBranch], "/api/v1/kpi-tree", {"page_size": page_size}
        )

    def kpis(self, *, page_size: int | None = None) -> Pages[documents_kpis.Kpi]:
        """The KPIs that come with Tujing and those that the company declared."""
        return self._session.pages(documents_common.Page[documents_kpis.Kpi], "/api/v1/kpis", {"page_size": page_size})

    def declare(self, file: Path | str, *, key: str | None = None) -> documents_common.Page[documents_kpis.Kpi]:
        """Declare KPIs of the company's own by a YAML file; all of it or nothing."""
        answer: documents_common.Page[documents_kpis.Kpi] = self._session.call(
            documents_common.Page[documents_kpis.Kpi], "POST", "/api/v1/kpis", file=file, key=key
        )
        return answer

    def series(
        self,
        kpi: str,
        *,
        grain: Literal["", "day", "week", "month"] | None = None,
        scope: Literal["", "family", "line", "workshop"] | None = None,
    ) -> documents_kpis.Series:
        """A KPI's series from the present tables, with the versions it stands on."""
        answer: documents_kpis.Series = self._session.call(
            documents_kpis.Series, "GET", f"/api/v1/kpis/{quoted(kpi)}/series", query={"grain": grain, "scope": scope}
        )
        return answer

    def compute(
        self, kpi: str, wishes: documents_kpis.SeriesWishes, *, key: str | None = None
    ) -> documents_running.Job:
        """Compute a KPI's series by a job, where the tables are large."""
        answer: documents_running.Job = self._session.call(
            documents_running.Job, "POST", f"/api/v1/kpis/{quoted(kpi)}/series", content=wishes, key=key
        )
        return answer

    def kept_series(
        self,
        kpi: str,
        *,
        grain: Literal["", "day", "week", "month"] | None = None,
        scope: Literal["", "family", "line", "workshop"] | None = None,
    ) -> documents_kpis.KeptSeries:
        """A KPI's series as it was computed last, with its gaps and where a unit seems to have changed."""
        answer: documents_kpis.KeptSeries = self._session.call(
            documents_kpis.KeptSeries,
            "GET",
            f"/api/v1/kpis/{quoted(kpi)}/series/kept",
            query={"grain": grain, "scope": scope},
        )
        return answer

    def parts(self, kpi: str, *, page_size: int | None = None) -> Pages[documents_kpis.KpiPart]:
        """The aggregates of a KPI's formula, from left to right."""
        return self._session.pages(
            documents_common.Page[documents_kpis.KpiPart], f"/api/v1/kpis/{quoted(kpi)}/parts", {"page_size": page_size}
        )

    def kpi_rows(
        self,
        kpi: str,
        *,
        page_size: int | None = None,
        period: date | None = None,
        place: int | None = None,
        part: str | None = None,
        grain: Literal["", "day", "week", "month"] | None = None,
        scope: Literal["", "family", "line", "workshop"] | None = None,
    ) -> Pages[list[Any]]:
        """The rows behind a KPI's figure: those that one aggregate of its formula rests on in one period.

        `period` and, with a `scope`, `part` are as the series tells them; `place` as `/kpis/{kpi}/parts` does.
        """
        return self._session.pages(
            documents_kpis.KpiRows,
            f"/api/v1/kpis/{quoted(kpi)}/rows",
            {"page_size": page_size, "period": period, "place": place, "part": part, "grain": grain, "scope": scope},
        )

    def check_kpi(self, wishes: documents_kpis.KpiCheckWishes, *, key: str | None = None) -> documents_kpis.KpiRead:
        """See what a KPI of one's own would read; nothing is kept."""
        answer: documents_kpis.KpiRead = self._session.call(
            documents_kpis.KpiRead, "POST", "/api/v1/kpi-checks", content=wishes, key=key
        )
        return answer

    def declare_one(self, kpi: str, wishes: documents_kpis.KpiWishes) -> documents_kpis.Kpi:
        """Declare a KPI of the company's own, or change it."""
        answer: documents_kpis.Kpi = self._session.call(
            documents_kpis.Kpi, "PUT", f"/api/v1/kpis/{quoted(kpi)}", content=wishes
        )
        return answer

    def forget(self, kpi: str) -> None:
        """Take away a KPI of the company's own."""
        self._session.call(None, "DELETE", f"/api/v1/kpis/{quoted(kpi)}")
