"""Putting a run's result in use: its tables become the current ones again, and it is kept who did so and why."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tujing.dataspace import store
from tujing.dataspace.models import TableVersion
from tujing.dataspace.services import write_table
from tujing.enterprise.models import Organisation
from tujing.problems import refuse
from tujing.runtime.models import Run, Use

USABLE = ("optimal", "feasible", "done")
"""What a run's outcome must say of itself before people work by it."""


def in_use(organisation: Organisation, scenario: str) -> Use | None:
    """Returns the result in force, or None."""
    return uses(organisation, scenario).filter(until__isnull=True).first()


def run_in_use(organisation: Organisation, scenario: str) -> int | None:
    """Returns the number of the run whose result is in force, or None."""
    mine = Use.objects.filter(organisation=organisation, scenario=scenario, until__isnull=True)
    return mine.values_list("run_id", flat=True).first()


def uses(organisation: Organisation, scenario: str) -> QuerySet[Use]:
    """Returns what was in use, newest first."""
    found = Use.objects.filter(organisation=organisation, scenario=scenario)
    return found.select_related("run", "by").defer("run__document")


def overtaken(use: Use) -> dict[str, str]:
    """Element → what wrote its current version, of the tables that are no longer those of the run in use."""
    source = _source(use.run)
    mine = set(
        TableVersion.objects.filter(organisation=use.organisation, source=source).values_list("element", flat=True)
    )
    current = TableVersion.objects.filter(organisation=use.organisation, element__in=mine, active=True)
    return {one.element: one.source for one in current if one.source != source}


@transaction.atomic
def put_in_use(run: Run, by: Any, note: str = "") -> Use:
    """Makes a run's result the one in force and its tables current; what was in force before ends now.

    Raises
    ------
    BadInput
        When the run found no usable result, or a table it wrote does not fit the data of today any more.
    """
    if run.status not in USABLE:
        raise refuse(
            "result_not_usable",
            f"第 {run.pk} 次运行没有得到可用的结果，不能投入使用；请调整参数后重新运行。",
            f"Run {run.pk} found no usable result, so it cannot be put in use; change the parameters and run again.",
            key="run",
        )
    organisation = Organisation.objects.select_for_update().get(pk=run.organisation_id)
    for version in _written(run):
        if not version.active:
            write_table(organisation, version.element, _rows(version), source=_source(run), by=by.get_username())
    _end(organisation, run.scenario)
    return Use.objects.create(organisation=organisation, run=run, scenario=run.scenario, note=note.strip()[:300], by=by)


@transaction.atomic
def take_back(organisation: Organisation, scenario: str, by: Any) -> Use | None:
    """Ends the use in force and puts the one before it in use again; returns that one, or None when there was none."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    now = in_use(organisation, scenario)
    if now is None:
        raise refuse(
            "nothing_in_use",
            "当前没有投入使用的结果，无可撤回。",
            "No result is in use, so there is nothing to take back.",
            key="run",
        )
    before = uses(organisation, scenario).exclude(pk=now.pk).exclude(run=now.run).first()
    if before is None:
        _end(organisation, scenario)
        return None
    return put_in_use(before.run, by, before.note)


def _end(organisation: Organisation, scenario: str) -> None:
    Use.objects.filter(organisation=organisation, scenario=scenario, until__isnull=True).update(until=timezone.now())


def _written(run: Run) -> list[TableVersion]:
    """The newest version of each table that the run wrote."""
    versions = TableVersion.objects.filter(organisation=run.organisation, source=_source(run)).order_by("number")
    return list({version.element: version for version in versions.select_related("organisation")}.values())


def _rows(version: TableVersion) -> pa.Table:
    return pa.concat_tables([pq.read_table(path) for path in store.paths(version)])


def _source(run: Run) -> str:
    return f"run:{run.pk}"
