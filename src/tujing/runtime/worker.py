"""A worker process: claims jobs and does each in a forked child. `python -m tujing.runtime.worker`.

The child may run a solver that crashes or never listens; the parent renews the lease, watches for a cancel request and
kills the child. The child dies with its parent (Linux), so a kill -9 of the worker leaves nothing running.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from tujing.runtime.beats import Beat
    from tujing.runtime.models import Job

PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
POLL_SECONDS = 0.3
CANCEL_GRACE_SECONDS = 3.0

RUNS_TIDIED_EVERY_SECONDS = 24 * 3600.0
log = logging.getLogger("tujing.worker")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tujing.web.settings")
    import django

    django.setup()
    from tujing.audit.sealing import seal_all
    from tujing.runtime import jobs, schedules, services  # noqa: F401  (services registers its handlers)
    from tujing.runtime.beats import Beat
    from tujing.runtime.tidy_services import tidy, tidy_runs

    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    lease = timedelta(seconds=float(os.environ.get("TUJING_LEASE_SECONDS", "30")))
    beat = Beat()
    runs_due = time.monotonic()
    while not stopping:
        jobs.reap()
        if beat.leave():
            schedules.tick()
            seal_all()
            tidy()
            if time.monotonic() >= runs_due:
                runs_due += RUNS_TIDIED_EVERY_SECONDS
                tidy_runs()
        job = jobs.claim(lease)
        if job is None:
            time.sleep(POLL_SECONDS)
            continue
        _do(job, lease, lambda: stopping, beat)
    beat.stop()
    return 0


def _do(job: Job, lease: timedelta, stopping: Callable[[], bool], beat: Beat) -> None:
    """Does one claimed job in a child and keeps its lease."""
    from django.db import connections

    from tujing.runtime import jobs
    from tujing.runtime.models import Job

    connections.close_all()  # a connection must not be shared across a fork
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _child(job, parent)

    beat.leave(job)
    renewed = time.monotonic()
    killed_at: float | None = None
    while True:
        done, _status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(POLL_SECONDS)
        if time.monotonic() - renewed > lease.total_seconds() / 3:
            renewed = time.monotonic()
            if not _is_ours(job, lease, beat):
                os.kill(child, signal.SIGKILL)
        cancelled = stopping() or Job.objects.filter(pk=job.pk, cancel_requested=True).exists()
        if cancelled and killed_at is None:
            # The child sees the request at its next progress report; a deaf solver is killed after a grace time.
            killed_at = time.monotonic() + CANCEL_GRACE_SECONDS
        if killed_at is not None and time.monotonic() > killed_at:
            os.kill(child, signal.SIGKILL)

    # A child that ended its job leaves nothing to give back; one that died does.
    jobs.give_back(job, counts=not stopping())


def _is_ours(job: Job, lease: timedelta, beat: Beat) -> bool:
    """Prolongs the lease and leaves the mark; False when the lease was lost.

    A job that holds SQLite's write lock for long, such as making the example anew, keeps its own lease from being
    prolonged: then nobody else can take it either.
    """
    from django.db import OperationalError

    from tujing.runtime import jobs

    try:
        beat.leave(job)
        return jobs.renew(job, lease)
    except OperationalError:
        log.warning("the lease of job %s could not be prolonged just now", job.pk)
        return True


def _child(job: Job, parent: int) -> NoReturn:
    from tujing.audit.acting import acting
    from tujing.problems import BadInput
    from tujing.runtime import jobs
    from tujing.runtime.contract import Cancelled
    from tujing.runtime.models import JobStatus

    code = 0
    try:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:  # it died before it was asked to take the child along
            os._exit(1)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with acting(job.creator, via="worker", request=str(job.pk)):
            jobs.handler(job.kind)(job)
    except Cancelled:
        jobs.finish(job, JobStatus.CANCELLED)
    except BadInput as error:
        jobs.finish(job, JobStatus.FAILED, [problem.as_dict() for problem in error.problems[:50]])
    except Exception:
        log.exception("job %s failed", job.pk)
        words = {
            "code": "unexpected",
            "zh": "计算时出现意外错误，结果未保存；请把下面的技术细节发给管理员。",
            "en": "Something unexpected happened and nothing was saved; send the detail below to the administrator.",
            "detail": traceback.format_exc()[-2000:],
        }
        jobs.finish(job, JobStatus.FAILED, [words])
        code = 1
    finally:
        sys.stderr.flush()
        os._exit(code)  # never run the parent's exit handlers


if __name__ == "__main__":
    sys.exit(main())
