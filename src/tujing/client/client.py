"""The client: the areas of the API as attributes, and waiting for jobs."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx

from tujing.client.operations import Operations
from tujing.client.problems import JobNotDone
from tujing.client.session import Session
from tujing.documents.running import Job

OVER = ("done", "failed", "cancelled")


class Client(Operations):
    """One company's Tujing, as far as a token reaches.

    Parameters
    ----------
    url
        Of the site, `https://tujing.example`.
    token
        Of the page `/account/tokens/`.
    language
        Of the sentences in refusals: `zh-hans` or `en`.
    timeout
        Seconds for one answer.
    transport
        In place of the network, such as `httpx.WSGITransport` in a test.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        language: str = "zh-hans",
        timeout: float = 60,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=timeout, transport=transport)
        super().__init__(Session(self.http))

    def wait(
        self, job: Job, progress: Callable[[Job], None] | None = None, *, every: float = 1.0, most: float | None = None
    ) -> Job:
        """Waits until a job is over and returns it; tells each step to `progress`.

        Raises
        ------
        JobNotDone
            When it failed or was cancelled.
        TimeoutError
            When it is not over after `most` seconds; it goes on all the same.
        """
        started = time.monotonic()
        while True:
            if progress is not None:
                progress(job)
            if job.status in OVER:
                break
            if most is not None and time.monotonic() - started > most:
                raise TimeoutError(f"job {job.id} is still {job.status} after {most:g} s")
            time.sleep(every)
            job = self.running.job(job.id)
        if job.status != "done":
            raise JobNotDone(job)
        return job

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
