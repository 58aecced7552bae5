"""Operations: atlas. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tujing.client.pages import Pages
from tujing.client.session import Session, quoted
from tujing.documents import atlas as documents_atlas
from tujing.documents import common as documents_common
from tujing.documents import scenes as documents_scenes


class Atlas:
    def __init__(self, session: Session) -> None:
        self._session = session

    def scenarios(
        self,
        *,
        page_size: int | None = None,
        q: str | None = None,
        wing: str | None = None,
        runnable: bool | None = None,
        ready: bool | None = None,
        order: Literal["id", "-readiness", "wing"] | None = None,
    ) -> Pages[documents_atlas.ScenarioRow]:
        """Every scenario of the map, searched and filtered."""
        return self._session.pages(
            documents_common.Page[documents_atlas.ScenarioRow],
            "/api/v1/scenarios",
            {"page_size": page_size, "q": q, "wing": wing, "runnable": runnable, "ready": ready, "order": order},
        )

    def scenario(self, wing: str, name: str) -> documents_atlas.Scenario:
        """One scenario's card: its manifest with the four lists, readiness, and the parameters of a run."""
        answer: documents_atlas.Scenario = self._session.call(
            documents_atlas.Scenario, "GET", f"/api/v1/scenarios/{quoted(wing)}/{quoted(name)}"
        )
        return answer

    def readiness(self, *, page_size: int | None = None) -> Pages[documents_atlas.Readiness]:
        """How ready the company's data are for each scenario, measured."""
        return self._session.pages(
            documents_common.Page[documents_atlas.Readiness], "/api/v1/readiness", {"page_size": page_size}
        )

    def graph(self) -> documents_atlas.Graph:
        """Who feeds whom through which data element."""
        answer: documents_atlas.Graph = self._session.call(documents_atlas.Graph, "GET", "/api/v1/atlas/graph")
        return answer

    def workbook(self, to: Path | str) -> Path:
        """The whole map with its four lists as a workbook."""
        return self._session.download("/api/v1/atlas/export.xlsx", to)

    def archive(self, to: Path | str) -> Path:
        """The whole map as JSON."""
        return self._session.download("/api/v1/atlas/export.json", to)

    def four_list(
        self,
        which: Literal["data_elements", "knowledge_models", "tools", "skills"],
        *,
        page_size: int | None = None,
        q: str | None = None,
        scenario: str | None = None,
    ) -> Pages[documents_scenes.ListRow]:
        """One of the four lists over all scenarios."""
        return self._session.pages(
            documents_common.Page[documents_scenes.ListRow],
            f"/api/v1/atlas/lists/{quoted(which)}",
            {"page_size": page_size, "q": q, "scenario": scenario},
        )

    def industries(self, *, page_size: int | None = None) -> Pages[documents_scenes.Industry]:
        """Industries whose official map is here, with the links of their chain."""
        return self._session.pages(
            documents_common.Page[documents_scenes.Industry], "/api/v1/atlas/industries", {"page_size": page_size}
        )

    def scenes(
        self,
        *,
        page_size: int | None = None,
        q: str | None = None,
        industry: str | None = None,
        link: str | None = None,
        activity: str | None = None,
        scenario: str | None = None,
        realised: bool | None = None,
    ) -> Pages[documents_scenes.SceneRow]:
        """Official scenes by code or words, and the scenarios that realise them."""
        return self._session.pages(
            documents_common.Page[documents_scenes.SceneRow],
            "/api/v1/atlas/scenes",
            {
                "page_size": page_size,
                "q": q,
                "industry": industry,
                "link": link,
                "activity": activity,
                "scenario": scenario,
                "realised": realised,
            },
        )

    def scene(self, scene: str) -> documents_scenes.SceneRow:
        """One official scene."""
        answer: documents_scenes.SceneRow = self._session.call(
            documents_scenes.SceneRow, "GET", f"/api/v1/atlas/scenes/{quoted(scene)}"
        )
        return answer

    def compare_industries(
        self, *, left: str | None = None, right: str | None = None
    ) -> documents_scenes.IndustryComparison:
        """Two industries side by side: the scenarios that serve both, and those that serve one."""
        answer: documents_scenes.IndustryComparison = self._session.call(
            documents_scenes.IndustryComparison, "GET", "/api/v1/atlas/comparison", query={"left": left, "right": right}
        )
        return answer
