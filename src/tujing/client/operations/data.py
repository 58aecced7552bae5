"""Operations: data. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from tujing.client.pages import Pages
from tujing.client.session import Session, quoted
from tujing.documents import common as documents_common
from tujing.documents import data as documents_data
from tujing.documents import quality as documents_quality
from tujing.documents import running as documents_running
from tujing.documents import uploads as documents_uploads


class Data:
    def __init__(self, session: Session) -> None:
        self._session = session

    def elements_list(
        self, *, page_size: int | None = None, q: str | None = None, filled: bool | None = None
    ) -> Pages[documents_data.ElementRow]:
        """Every data element with the readiness facts of its table."""
        return self._session.pages(
            documents_common.Page[documents_data.ElementRow],
            "/api/v1/elements",
            {"page_size": page_size, "q": q, "filled": filled},
        )

    def element(self, element: str) -> documents_data.Element:
        """One data element: columns, types, units, constraints, and the facts of its table."""
        answer: documents_data.Element = self._session.call(
            documents_data.Element, "GET", f"/api/v1/elements/{quoted(element)}"
        )
        return answer

    def rows(self, element: str, *, page_size: int | None = None) -> Pages[list[Any]]:
        """The rows of the current table, a page at a time."""
        return self._session.pages(
            documents_data.Rows, f"/api/v1/elements/{quoted(element)}/rows", {"page_size": page_size}
        )

    def export(self, element: str, ending: Literal["csv", "xlsx"], to: Path | str) -> Path:
        """The current table as CSV or XLSX; only its headings when it is empty."""
        return self._session.download(f"/api/v1/elements/{quoted(element)}/export.{quoted(ending)}", to)

    def versions(self, element: str, *, page_size: int | None = None) -> Pages[documents_data.Version]:
        """Every version of the table, newest first."""
        return self._session.pages(
            documents_common.Page[documents_data.Version],
            f"/api/v1/elements/{quoted(element)}/versions",
            {"page_size": page_size},
        )

    def difference(self, element: str, number: int, later: int) -> documents_data.VersionDifference:
        """Rows added, removed and changed from one version to another."""
        answer: documents_data.VersionDifference = self._session.call(
            documents_data.VersionDifference,
            "GET",
            f"/api/v1/elements/{quoted(element)}/versions/{number}/difference/{later}",
        )
        return answer

    def restore(
        self, element: str, number: int, wishes: documents_data.RestoreWishes, *, key: str | None = None
    ) -> documents_data.Version:
        """Make an earlier version's rows current again, as a new version that can itself be undone."""
        answer: documents_data.Version = self._session.call(
            documents_data.Version,
            "POST",
            f"/api/v1/elements/{quoted(element)}/versions/{number}/restore",
            content=wishes,
            key=key,
        )
        return answer

    def import_file(
        self,
        element: str,
        file: Path | str,
        *,
        mapping: str | None = None,
        mode: Literal["replace", "append"] | None = None,
        skip_bad: bool | None = None,
        key: str | None = None,
    ) -> documents_running.Job:
        """Import a CSV or XLSX file into the table.

        A job reads it; all of it is taken or nothing, unless `skip_bad` keeps the good rows. `mapping` is JSON,
        column → heading; without it the headings are matched, and a gap is refused by name.
        """
        answer: documents_running.Job = self._session.call(
            documents_running.Job,
            "POST",
            f"/api/v1/elements/{quoted(element)}/imports",
            file=file,
            form={"mapping": mapping, "mode": mode, "skip_bad": skip_bad},
            key=key,
        )
        return answer

    def rejects(self, element: str, name: str, to: Path | str) -> Path:
        """The bad rows of an import with their reasons; `name` is in the job's result."""
        return self._session.download(f"/api/v1/elements/{quoted(element)}/rejects/{quoted(name)}", to)

    def undo(self, element: str, *, key: str | None = None) -> documents_data.Undone:
        """Take the version before the current one."""
        answer: documents_data.Undone = self._session.call(
            documents_data.Undone, "POST", f"/api/v1/elements/{quoted(element)}/undo", key=key
        )
        return answer

    def template(self, element: str, to: Path | str) -> Path:
        """A workbook to fill in: drop-downs, units, explanations and examples, in the caller's language."""
        return self._session.download(f"/api/v1/elements/{quoted(element)}/template.xlsx", to)

    def upload(self, element: str, file: Path | str, *, key: str | None = None) -> documents_uploads.Upload:
        """Keep a file for a day and see how it would be read: its headings, which column each is, its first rows."""
        answer: documents_uploads.Upload = self._session.call(
            documents_uploads.Upload, "POST", f"/api/v1/elements/{quoted(element)}/uploads", file=file, key=key
        )
        return answer

    def uploaded(self, element: str, upload: str) -> documents_uploads.Upload:
        """A kept file as it is read now."""
        answer: documents_uploads.Upload = self._session.call(
            documents_uploads.Upload, "GET", f"/api/v1/elements/{quoted(element)}/uploads/{quoted(upload)}"
        )
        return answer

    def read_as(self, element: str, upload: str, wishes: documents_uploads.ReadingWishes) -> documents_uploads.Upload:
        """Read a kept file otherwise: another sheet, encoding or header row, other units, cells corrected."""
        answer: documents_uploads.Upload = self._session.call(
            documents_uploads.Upload,
            "PUT",
            f"/api/v1/elements/{quoted(element)}/uploads/{quoted(upload)}",
            content=wishes,
        )
        return answer

    def forget(self, element: str, upload: str) -> None:
        """Throw a kept file away."""
        self._session.call(None, "DELETE", f"/api/v1/elements/{quoted(element)}/uploads/{quoted(upload)}")

    def check(
        self, element: str, upload: str, wishes: documents_uploads.MappingWishes, *, key: str | None = None
    ) -> documents_uploads.CheckedUpload:
        """Check every row as an import would, and change nothing; the first bad rows come with their cells."""
        answer: documents_uploads.CheckedUpload = self._session.call(
            documents_uploads.CheckedUpload,
            "POST",
            f"/api/v1/elements/{quoted(element)}/uploads/{quoted(upload)}/check",
            content=wishes,
            key=key,
        )
        return answer

    def take_in(
        self, element: str, upload: str, wishes: documents_uploads.TakeInWishes, *, key: str | None = None
    ) -> documents_running.Job:
        """Import a kept file as it is read now; a job does it, all of it or nothing, unless `skip_bad`."""
        answer: documents_running.Job = self._session.call(
            documents_running.Job,
            "POST",
            f"/api/v1/elements/{quoted(element)}/uploads/{quoted(upload)}/import",
            content=wishes,
            key=key,
        )
        return answer

    def matrix(
        self,
        *,
        page_size: int | None = None,
        scenario: str | None = None,
        element: str | None = None,
        wing: str | None = None,
        state: Literal["ready", "partly", "missing"] | None = None,
        required: bool | None = None,
    ) -> Pages[documents_quality.Need]:
        """Scenario × data element: ready, partly or missing, with the reason."""
        return self._session.pages(
            documents_common.Page[documents_quality.Need],
            "/api/v1/readiness/matrix",
            {
                "page_size": page_size,
                "scenario": scenario,
                "element": element,
                "wing": wing,
                "state": state,
                "required": required,
            },
        )

    def quality(self) -> documents_quality.DataQuality:
        """The six characteristics of GB/T 36344 over all tables, and the grades with their duties."""
        answer: documents_quality.DataQuality = self._session.call(
            documents_quality.DataQuality, "GET", "/api/v1/data-quality"
        )
        return answer

    def table_quality(self, element: str) -> documents_quality.TableQuality:
        """The measurable characteristics of a table, today and version by version."""
        answer: documents_quality.TableQuality = self._session.call(
            documents_quality.TableQuality, "GET", f"/api/v1/elements/{quoted(element)}/quality"
        )
        return answer

    def lineage(self, element: str) -> documents_quality.Lineage:
        """Which import or run wrote a table, which runs read it, and what depends on it."""
        answer: documents_quality.Lineage = self._session.call(
            documents_quality.Lineage, "GET", f"/api/v1/elements/{quoted(element)}/lineage"
        )
        return answer
