"""Runs the whole suite: every test on SQLite, then the tests that use the database once more on PostgreSQL.

TUJING_TEST_POSTGRES_URL names the server (default: the local one); without one the second run is left out and says so,
except in CI, where it must be there. The last line counts both runs together: `N passed, N failed, N skipped`.
Arguments go to pytest: `scripts/suite.py tests/planning` runs one room's tests on both.
"""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import psycopg

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "build" / "tests"
POSTGRES = os.environ.get("TUJING_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
PROCESSES = 3 * (os.cpu_count() or 2) // 2
"""More than there are cores: a quarter of the time a test waits for a browser, a worker or a database."""
IN_CI = os.environ.get("CI") == "true"


def run(name: str, *options: str, database: str = "") -> tuple[bool, Counter[str]]:
    """One pytest run on one database: whether it succeeded, and how many tests passed, failed and were skipped."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    print(f"\n=== the suite on {name} ===", flush=True)
    # A file stays in one process, since what its tests share is made once a file.
    pytest = [sys.executable, "-m", "pytest", "-n", str(PROCESSES), "--dist", "loadfile", "--durations=10"]
    pytest.append(f"--junitxml={report}")
    environment = {**os.environ, "TUJING_DATABASE_URL": database}
    code = subprocess.run([*pytest, *options], cwd=ROOT, env=environment).returncode  # noqa: S603 (written right here)
    return code == 0, counts(report)


def counts(report: Path) -> Counter[str]:
    """The counts of one report; a run that ended without writing one counts as one failure."""
    if not report.exists():
        return Counter(failed=1)
    total = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314 (pytest wrote it a moment ago)
    number = {key: int(total.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
    failed = number["failures"] + number["errors"]
    return Counter(passed=number["tests"] - failed - number["skipped"], failed=failed, skipped=number["skipped"])


def why_no_postgres() -> str:
    """Empty when the server answers, otherwise its own words."""
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return str(error).strip()
    return ""


def main() -> int:
    REPORTS.mkdir(parents=True, exist_ok=True)
    succeeded, total = run("sqlite", *sys.argv[1:])
    if not (reason := why_no_postgres()):
        again, more = run("postgresql", "--only-database", *sys.argv[1:], database=POSTGRES)
        succeeded, total = succeeded and again, total + more
    else:
        print(f"\nnot run on PostgreSQL, no server answered; TUJING_TEST_POSTGRES_URL names one:\n{reason}")
        if IN_CI:
            print("CI must run the suite on PostgreSQL too")
            succeeded, total = False, total + Counter(failed=1)
    print(f"\n{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 0 if succeeded else 1


if __name__ == "__main__":
    sys.exit(main())
