"""Which workers live: each leaves its mark every few seconds, and the page of the administrator reads them."""

from __future__ import annotations

import os
import socket
import time
from datetime import timedelta

from django.utils import timezone

from tujing import __version__
from tujing.runtime.models import Job, WorkerBeat

EVERY_SECONDS = 10.0
ALIVE = timedelta(seconds=45)
FORGOTTEN = timedelta(days=1)


class Beat:
    """The mark of this process."""

    def __init__(self) -> None:
        self.row: WorkerBeat | None = None
        self.last = 0.0

    def leave(self, job: Job | None = None) -> bool:
        """Writes the mark when its time has come, or when the worker begins a job. Returns whether it did."""
        if self.row is not None and self.row.job_id == (job.pk if job else None) and not self.is_time():
            return False
        self.last = time.monotonic()
        if self.row is None or not WorkerBeat.objects.filter(pk=self.row.pk).update(job=job, beat=timezone.now()):
            WorkerBeat.objects.filter(beat__lt=timezone.now() - FORGOTTEN).delete()
            host = socket.gethostname()[:120]
            self.row = WorkerBeat.objects.create(host=host, process=os.getpid(), version=__version__, job=job)
        self.row.job_id = job.pk if job else None
        return True

    def is_time(self) -> bool:
        return time.monotonic() - self.last >= EVERY_SECONDS

    def stop(self) -> None:
        """Takes the mark away: an orderly stop is no loss."""
        if self.row is not None:
            WorkerBeat.objects.filter(pk=self.row.pk).delete()


def alive() -> list[WorkerBeat]:
    """Returns the workers that left a mark lately, oldest first."""
    since = timezone.now() - ALIVE
    return list(WorkerBeat.objects.filter(beat__gte=since).select_related("job").order_by("started"))
