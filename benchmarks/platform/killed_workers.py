"""Kills workers with signal 9 in the middle of real runs, and counts what is lost and what is done twice.

    python benchmarks/platform/killed_workers.py [--kills 20] [--database postgresql://…] [--json]

Two workers do scheduling runs on the shipped sample. Twenty times a worker that holds a run is killed and a new one
started. A kill counts only when it broke a run off: one that came just after the worker's last write is repeated.
Limit: every job ends done, with exactly one run, one new version of the table it writes, and nothing left of the broken
attempts. Each job is broken off once at most, since a job is given back once (`Job.max_attempts`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

SCENARIO = "production/scheduling"
WRITES = "operation_schedule"
SECONDS_A_RUN = 2.0
LEASE_SECONDS = "5"
WORKERS = 2
PATIENCE_SECONDS = 120.0
LEFT_BEHIND_SECONDS = 30.0
"""Workers clear up every ten seconds."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database (default: SQLite in a new folder)")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "TUJING_HOME": folder,
            "TUJING_DATABASE_URL": args.database,
            "TUJING_LEASE_SECONDS": LEASE_SECONDS,
            "DJANGO_SETTINGS_MODULE": "tujing.web.settings",
        }
        import django

        django.setup()
        row = measure(Path(folder), args.kills)
    if args.json:
        print(json.dumps(row))
    else:
        print(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in row.items()))
    return 0 if not (row["lost"] or row["doubled"] or row["left_behind"]) else 1


def measure(home: Path, kills: int) -> dict[str, Any]:
    """Counts over `kills` killed workers: jobs, done, lost (not done), doubled (runs or tables too many)."""
    from django.db.models import Q

    from tujing.runtime.models import Job, JobStatus, Run

    organisation = works()
    tables_before = written(organisation)
    workers = [start() for _ in range(WORKERS)]
    started = time.monotonic()
    choose = random.Random(1)
    killed = 0
    try:
        while killed < kills or broken_off() < kills:
            victim = choose.randrange(WORKERS)
            wait_until(partial(busy_with_a_fresh_run, organisation, workers[victim]))
            time.sleep(choose.uniform(0, SECONDS_A_RUN / 2))
            job = fresh_run_of(workers[victim])
            if job is None:
                continue
            killed += 1
            workers[victim].send_signal(signal.SIGKILL)
            workers[victim].wait()
            workers[victim] = start()
            hit = Job.objects.filter(Q(attempts__gt=1) | Q(finished__isnull=False), pk=job.pk)
            wait_until(hit.exists)
        wait_until(lambda: not Job.objects.filter(status__in=[JobStatus.QUEUED, JobStatus.RUNNING]).exists())
        wait_until(lambda: not left_behind(home), patience=LEFT_BEHIND_SECONDS)
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()
    for job in Job.objects.exclude(status=JobStatus.DONE):
        print(f"not done: {job.status} after {job.attempts} attempts, {job.error}", file=sys.stderr)
    jobs = Job.objects.count()
    done = Job.objects.filter(status=JobStatus.DONE).count()
    runs = Run.objects.count()
    return {
        "kills": killed,
        "jobs": jobs,
        "done": done,
        "broken_off": broken_off(),
        "lost": jobs - done,
        "doubled": max(runs - done, 0) + max(written(organisation) - tables_before - done, 0),
        "left_behind": left_behind(home),
        "seconds": round(time.monotonic() - started, 1),
    }


def works() -> Any:
    """A factory with the sample's tables."""
    from django.core.management import call_command

    import tujing.scenarios
    from tujing.dataspace.services import import_file
    from tujing.enterprise.services import create_organisation

    call_command("migrate", verbosity=0)
    profile = {"industry": "C3812", "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}
    organisation = create_organisation("works", {"zh": "工厂", "en": "Works"}, profile)
    sample = Path(tujing.scenarios.__file__).parent / SCENARIO / "sample"
    for file in sorted(sample.glob("*.csv")):
        import_file(organisation, file.stem, file)
    return organisation


def written(organisation: Any) -> int:
    from tujing.dataspace.services import versions

    return len(versions(organisation, WRITES))


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tujing.runtime.worker"])


def busy_with_a_fresh_run(organisation: Any, worker: subprocess.Popen[bytes]) -> bool:
    """Sees to it that there is work, and tells whether the worker is at a run's first attempt."""
    keep_busy(organisation)
    return fresh_run_of(worker) is not None


def keep_busy(organisation: Any) -> None:
    """Sees to it that there is another job for a worker that becomes free."""
    from tujing.runtime.contract import Budget
    from tujing.runtime.models import Job, JobStatus
    from tujing.runtime.services import start_run

    for seed in range(WORKERS + 1 - Job.objects.filter(status=JobStatus.QUEUED).count()):
        start_run(organisation, SCENARIO, budget=Budget(seconds=SECONDS_A_RUN, seed=seed, workers=1))


def broken_off() -> int:
    """How many jobs were given back after their worker was killed."""
    from tujing.runtime.models import Job

    return Job.objects.filter(attempts__gt=1).count()


def fresh_run_of(worker: subprocess.Popen[bytes]) -> Any:
    """The job whose first attempt the worker is at, or None: one broken off twice would rightly end as failed."""
    from tujing.runtime.models import JobStatus, WorkerBeat

    mark = WorkerBeat.objects.filter(process=worker.pid).select_related("job").first()
    job = mark.job if mark else None
    return job if job is not None and job.status == JobStatus.RUNNING and job.attempts == 1 else None


def left_behind(home: Path) -> int:
    """How many working folders there are."""
    return len(list((home / "work").glob("*/*")))


def wait_until(holds: Any, patience: float | None = None) -> None:
    """Waits; without a patience of its own, what never comes ends the measurement."""
    from tujing.runtime.models import Job

    deadline = time.monotonic() + (patience or PATIENCE_SECONDS)
    while not holds():
        if time.monotonic() > deadline:
            if patience:
                return
            sys.exit(f"nothing moves any more: {list(Job.objects.values_list('status', 'attempts', 'error'))}")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
