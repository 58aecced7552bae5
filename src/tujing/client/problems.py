"""What the client raises: the server's own sentences, with what is wrong where."""

from __future__ import annotations

from tujing.documents.common import Problem, ProblemDocument
from tujing.documents.running import Job


class ApiProblem(Exception):
    """The server refused. `document` is its whole answer; the exception's text is the sentence for a person."""

    def __init__(self, document: ProblemDocument) -> None:
        self.document = document
        super().__init__(document.detail or document.title)

    @property
    def status(self) -> int:
        return self.document.status

    @property
    def code(self) -> str:
        """Code of the first problem, never translated."""
        return self.document.type.rpartition(":")[2]

    @property
    def problems(self) -> list[Problem]:
        return self.document.problems


class JobNotDone(Exception):
    """A job that one waited for failed or was cancelled."""

    def __init__(self, job: Job) -> None:
        self.job = job
        told = "; ".join(problem.en for problem in job.problems)
        super().__init__(f"job {job.id} {job.status}" + (f": {told}" if told else ""))
