"""An installation of its own that tests drive from outside, as other processes would."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DATABASE = "tujing.db"


class Installation:
    """A home folder, a database with one organisation, and the workers that a test starts on them."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment, self.log = environment, log
        self.workers: list[subprocess.Popen[bytes]] = []

    def script(self, code: str) -> str:
        prelude = (
            "import django, json; django.setup()\n"
            "from tujing.enterprise.models import Organisation\n"
            "from tujing.runtime import jobs\nfrom tujing.runtime.models import Job\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", prelude + code], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def enqueue(self, kind: str, count: int = 1, **payload) -> None:
        content = {"log": str(self.log), **payload}
        self.script(
            f"for _ in range({count}): jobs.enqueue(Organisation.objects.get(), {kind!r}, {content!r})",
        )

    def jobs(self) -> list[dict]:
        """Reads the queue straight from the database: starting Django for each look would take seconds."""
        query = "SELECT status, attempts, error FROM runtime_job ORDER BY created"
        url = self.environment.get("TUJING_DATABASE_URL", "")
        if url:
            import psycopg

            with psycopg.connect(url) as connection:
                rows = connection.execute(query).fetchall()
        else:
            with closing(sqlite3.connect(Path(self.environment["TUJING_HOME"]) / DATABASE, timeout=20)) as connection:
                rows = connection.execute(query).fetchall()
        read = json.loads
        return [
            {"status": status, "attempts": attempts, "error": read(error) if isinstance(error, str) else error}
            for status, attempts, error in rows
        ]

    def start_worker(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(
            [sys.executable, str(HERE / "worker_with_test_jobs.py")], env=self.environment, stderr=subprocess.DEVNULL
        )
        self.workers.append(worker)
        return worker

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def wait(self, condition, seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (self.jobs(), self.lines())
            time.sleep(0.2)


def environment(home: Path, url: str) -> dict[str, str]:
    """What a process of the installation is started with."""
    return {
        **os.environ,
        "TUJING_HOME": str(home),
        "TUJING_DATABASE_URL": url,
        "TUJING_LEASE_SECONDS": "2",
        "DJANGO_SETTINGS_MODULE": "tujing.web.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }


@contextmanager
def database(name: str, template: str = "template1") -> Iterator[str]:
    """The address of a database of that name on the suite's PostgreSQL; an empty one where the suite runs on SQLite."""
    url = os.environ.get("TUJING_DATABASE_URL", "")
    if not url:
        yield ""
        return
    import psycopg

    parts = urlsplit(url)
    admin = urlunsplit(parts._replace(path="/postgres"))
    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield urlunsplit(parts._replace(path=f"/{name}"))
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(drop)
