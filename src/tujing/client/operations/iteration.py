"""Operations: iteration. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from typing import Literal

from tujing.client.pages import Pages
from tujing.client.session import Session
from tujing.documents import common as documents_common
from tujing.documents import iteration as documents_iteration


class Iteration:
    def __init__(self, session: Session) -> None:
        self._session = session

    def cycles(self, *, page_size: int | None = None) -> Pages[documents_iteration.CycleRow]:
        """The turns of the spiral, newest first."""
        return self._session.pages(
            documents_common.Page[documents_iteration.CycleRow], "/api/v1/cycles", {"page_size": page_size}
        )

    def open_next(self, wishes: documents_iteration.NextCycle, *, key: str | None = None) -> documents_iteration.Opened:
        """Evaluate, close the open cycle, open the next and plan it with what was measured."""
        answer: documents_iteration.Opened = self._session.call(
            documents_iteration.Opened, "POST", "/api/v1/cycles", content=wishes, key=key
        )
        return answer

    def cycle(self, number: int) -> documents_iteration.Cycle:
        """One turn with what it brought: level, plan, measurements, forecast errors, lessons."""
        answer: documents_iteration.Cycle = self._session.call(
            documents_iteration.Cycle, "GET", f"/api/v1/cycles/{number}"
        )
        return answer

    def adoptions(
        self,
        *,
        page_size: int | None = None,
        cycle: int | None = None,
        stage: Literal["candidate", "planned", "implementing", "in_use", "evaluated", "stopped"] | None = None,
    ) -> Pages[documents_iteration.AdoptionRow]:
        """The company's instances of scenarios, the hub of the loop."""
        return self._session.pages(
            documents_common.Page[documents_iteration.AdoptionRow],
            "/api/v1/adoptions",
            {"page_size": page_size, "cycle": cycle, "stage": stage},
        )

    def learned(
        self, *, page_size: int | None = None, scenario: str | None = None
    ) -> Pages[documents_iteration.LearnedEffect]:
        """Each measured effect: forecast, measurement and what is believed since."""
        return self._session.pages(
            documents_common.Page[documents_iteration.LearnedEffect],
            "/api/v1/learned",
            {"page_size": page_size, "scenario": scenario},
        )

    def forecasts(
        self,
        *,
        page_size: int | None = None,
        scenario: str | None = None,
        cycle: int | None = None,
        kind: Literal["effect", "cost", "duration"] | None = None,
        measured: bool | None = None,
    ) -> Pages[documents_iteration.Forecast]:
        """What was forecast when plans were made, beside what was measured; the newest cycle first."""
        return self._session.pages(
            documents_common.Page[documents_iteration.Forecast],
            "/api/v1/forecasts",
            {"page_size": page_size, "scenario": scenario, "cycle": cycle, "kind": kind, "measured": measured},
        )

    def compared_versions(
        self, *, page_size: int | None = None, scenario: str | None = None
    ) -> Pages[documents_iteration.ComparedVersions]:
        """Versions of solutions on the same data, KPI by KPI."""
        return self._session.pages(
            documents_common.Page[documents_iteration.ComparedVersions],
            "/api/v1/solution-versions",
            {"page_size": page_size, "scenario": scenario},
        )

    def lessons(
        self,
        *,
        page_size: int | None = None,
        q: str | None = None,
        tag: str | None = None,
        action: Literal["", "stop", "scale", "fix", "keep", "wait", "note"] | None = None,
        cycle: int | None = None,
    ) -> Pages[documents_iteration.Lesson]:
        """What the turns taught, the newest cycle first; `q` looks in reason, note and scenario."""
        return self._session.pages(
            documents_common.Page[documents_iteration.Lesson],
            "/api/v1/lessons",
            {"page_size": page_size, "q": q, "tag": tag, "action": action, "cycle": cycle},
        )

    def write(self, wishes: documents_iteration.LessonWishes, *, key: str | None = None) -> documents_iteration.Lesson:
        """Write a lesson down, in the open cycle."""
        answer: documents_iteration.Lesson = self._session.call(
            documents_iteration.Lesson, "POST", "/api/v1/lessons", content=wishes, key=key
        )
        return answer

    def lesson(self, lesson: int) -> documents_iteration.Lesson:
        """One lesson, also one that is off the list; its ETag goes into `If-Match` when you annotate it."""
        answer: documents_iteration.Lesson = self._session.call(
            documents_iteration.Lesson, "GET", f"/api/v1/lessons/{lesson}"
        )
        return answer

    def annotate(
        self, lesson: int, wishes: documents_iteration.Annotation, *, if_match: str | None = None
    ) -> documents_iteration.Lesson:
        """Change a lesson's note and tags; the rules' own reason stays.

        With `If-Match` it is refused when somebody has changed the lesson since it was read.
        """
        answer: documents_iteration.Lesson = self._session.call(
            documents_iteration.Lesson, "PUT", f"/api/v1/lessons/{lesson}", content=wishes, if_match=if_match
        )
        return answer

    def remove_lesson(self, lesson: int) -> None:
        """Take a lesson off the list; it can be put back."""
        self._session.call(None, "DELETE", f"/api/v1/lessons/{lesson}")

    def restore_lesson(self, lesson: int, *, key: str | None = None) -> documents_iteration.Lesson:
        """Put a lesson back on the list."""
        answer: documents_iteration.Lesson = self._session.call(
            documents_iteration.Lesson, "POST", f"/api/v1/lessons/{lesson}/restore", key=key
        )
        return answer

    def consent(self) -> documents_iteration.Account:
        """What the company allowed to be shared, and what was spent of its privacy budget."""
        answer: documents_iteration.Account = self._session.call(documents_iteration.Account, "GET", "/api/v1/consent")
        return answer

    def give(self, wishes: documents_iteration.ConsentWishes) -> documents_iteration.Account:
        """Let measured effects flow into the map, up to a privacy budget."""
        answer: documents_iteration.Account = self._session.call(
            documents_iteration.Account, "PUT", "/api/v1/consent", content=wishes
        )
        return answer

    def revoke(self) -> None:
        """Stop all further contributions; what was released stays released."""
        self._session.call(None, "DELETE", "/api/v1/consent")
