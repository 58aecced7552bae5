"""Importing a file into a data element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tujing.enterprise.models import Organisation
from tujing.runtime import jobs
from tujing.runtime.models import Job
from tujing.runtime.services import JobProgress
from tujing.web import uploads
from tujing.web.tasks.ending import end
from tujing.words import Text

IMPORT = "import"


def start_import(organisation: Organisation, wishes: dict[str, Any], by: Any) -> Job:
    return jobs.enqueue(organisation, IMPORT, wishes | {"by": by.get_username()}, by)


@jobs.handles(IMPORT)
def _import(job: Job) -> None:
    from tujing.dataspace.choices import Reading
    from tujing.dataspace.services import import_file

    given = job.payload
    report = import_file(
        job.organisation,
        given["element"],
        uploads.find(job.organisation, given["token"]),
        mapping=given["mapping"],
        mode=given["mode"],
        skip_bad=given["skip_bad"],
        by=given["by"],
        reading=Reading.from_dict(given.get("reading", {})),
        progress=_telling(job),
    )
    end(
        job,
        report={
            "rows": report.rows,
            "rejected": report.rejected,
            "version": report.version.number,
            "reject_file": report.reject_file.name if report.reject_file else "",
            "problems": [problem.as_dict() for problem in report.problems],
            "warnings": [warning.as_dict() for warning in report.warnings],
            "encoding": report.encoding,
            "seconds": round(report.seconds, 2),
        },
    )
    uploads.forget(job.organisation, given["token"])


def _telling(job: Job) -> Callable[[float], None]:
    watch = JobProgress(job)
    words = Text(zh="正在读取并逐行校验", en="Reading and checking every row")
    return lambda share: watch.report(share, words)
