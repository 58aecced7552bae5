"""Operations: installation. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from pathlib import Path

from tujing.client.pages import Pages
from tujing.client.session import Session, quoted
from tujing.documents import common as documents_common
from tujing.documents import installation as documents_installation
from tujing.documents import running as documents_running


class Installation:
    def __init__(self, session: Session) -> None:
        self._session = session

    def health(self) -> documents_installation.Health:
        """Database, workers, disk, the company's queue, and what is wrong with what to do about it."""
        answer: documents_installation.Health = self._session.call(
            documents_installation.Health, "GET", "/api/v1/health"
        )
        return answer

    def storage(self) -> documents_installation.Storage:
        """What the company takes on the disk: tables, evidence, runs …."""
        answer: documents_installation.Storage = self._session.call(
            documents_installation.Storage, "GET", "/api/v1/storage"
        )
        return answer

    def clock_work(self, *, page_size: int | None = None) -> Pages[documents_installation.ClockWork]:
        """All that comes round by the clock: people's runs, and what the site does itself."""
        return self._session.pages(
            documents_common.Page[documents_installation.ClockWork], "/api/v1/clock", {"page_size": page_size}
        )

    def switch_clock_work(
        self, schedule: int, wishes: documents_installation.ClockSwitch
    ) -> documents_installation.ClockWork:
        """Let work by the clock rest, or go on with its next time."""
        answer: documents_installation.ClockWork = self._session.call(
            documents_installation.ClockWork, "PATCH", f"/api/v1/clock/{schedule}", content=wishes
        )
        return answer

    def reset_example(
        self, wishes: documents_installation.ResetWishes, *, key: str | None = None
    ) -> documents_running.Job:
        """Make the example factory anew by a job; its owner alone, who says its name."""
        answer: documents_running.Job = self._session.call(
            documents_running.Job, "POST", "/api/v1/example/reset", content=wishes, key=key
        )
        return answer

    def backups(self, *, page_size: int | None = None) -> Pages[documents_installation.Backup]:
        """The backups in the workspace, newest first; for who runs the installation, as all of them."""
        return self._session.pages(
            documents_common.Page[documents_installation.Backup], "/api/v1/backups", {"page_size": page_size}
        )

    def make_backup(self, *, key: str | None = None) -> documents_running.Job:
        """Back the whole installation up by a job, while people work; its result names the backup."""
        answer: documents_running.Job = self._session.call(documents_running.Job, "POST", "/api/v1/backups", key=key)
        return answer

    def download_backup(self, backup: str, to: Path | str) -> Path:
        """A backup; restore it by `tujing restore`."""
        return self._session.download(f"/api/v1/backups/{quoted(backup)}/file", to)

    def check_backup(self, backup: str, *, key: str | None = None) -> documents_installation.CheckedBackup:
        """Read a backup to its end and compute every hash anew; one that is damaged is refused with what is."""
        answer: documents_installation.CheckedBackup = self._session.call(
            documents_installation.CheckedBackup, "POST", f"/api/v1/backups/{quoted(backup)}/check", key=key
        )
        return answer
