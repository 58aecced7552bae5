"""The KPI store: what KPIs there are, and their series with lineage. The organisation comes first everywhere."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from django.db import transaction

from tujing.dataspace import services as dataspace
from tujing.dataspace.models import TableVersion
from tujing.elements.definition import elements
from tujing.enterprise.models import Organisation
from tujing.evaluation.compute import SCOPES, computed, reads
from tujing.evaluation.continuity import breaks, gaps
from tujing.evaluation.measures import Measure, check_measure, measures, read_measures
from tujing.evaluation.models import DeclaredKpi, KpiSeries
from tujing.evaluation.series import Grain, Series
from tujing.problems import BadInput, check_model, refuse

if TYPE_CHECKING:
    import ibis

GRAINS: tuple[Grain, ...] = ("day", "week", "month")


@dataclass(frozen=True)
class Condition:
    """Whether a series is one series."""

    part: str
    missing: int
    of: int
    breaks: tuple[dict[str, Any], ...]


def declare(organisation: Organisation, path: Path) -> list[Measure]:
    """Keeps the KPIs of a file as the organisation's own; one that it had before is replaced.

    Raises
    ------
    BadInput
        When any formula, column, unit or id is wrong; nothing is kept then.
    """
    found = read_measures(path)
    taken = [name for name in found if name in measures()]
    if taken:
        raise BadInput(
            [
                problem
                for name in taken
                for problem in refuse(
                    "kpi_taken",
                    f"{name} 是图景自带的 KPI，请换一个名字。",
                    f"{name} is a KPI that comes with Tujing; choose another id.",
                    file=path,
                    key=name,
                ).problems
            ]
        )
    with transaction.atomic():
        for name, measure in found.items():
            DeclaredKpi.objects.update_or_create(
                organisation=organisation,
                kpi=name,
                defaults={"definition": measure.model_dump(mode="json"), "source": path.name},
            )
    return list(found.values())


def read_kpi(entry: Mapping[str, Any]) -> Measure:
    """Reads one KPI as a form gives it, and checks formula, columns, times and unit.

    Raises
    ------
    BadInput
        Says what is wrong, and of a formula at which character.
    """
    measure: Measure = check_model(Measure, dict(entry), "kpi")
    check_measure(measure)
    if measure.id in measures():
        raise refuse(
            "kpi_taken",
            f"{measure.id} 是图景自带的 KPI，请换一个名字。",
            f"{measure.id} is a KPI that comes with Tujing; choose another id.",
            key="id",
            value=measure.id,
        )
    return measure


def declare_one(organisation: Organisation, entry: Mapping[str, Any], source: str) -> Measure:
    """Keeps one KPI as the organisation's own; the one of that id is replaced. `source`: who declared it.

    Raises
    ------
    BadInput
        As `read_kpi`.
    """
    measure = read_kpi(entry)
    DeclaredKpi.objects.update_or_create(
        organisation=organisation,
        kpi=measure.id,
        defaults={"definition": measure.model_dump(mode="json"), "source": source[:200]},
    )
    return measure


def forget(organisation: Organisation, kpi: str) -> dict[str, Any]:
    """Takes one of the organisation's own KPIs away and returns its definition, from which it can be declared again.

    Raises
    ------
    BadInput
        When the organisation declared no such KPI.
    """
    row = DeclaredKpi.objects.filter(organisation=organisation, kpi=kpi).first()
    if row is None:
        raise refuse("unknown_kpi", f"没有自定义 KPI {kpi}。", f"No KPI {kpi} was declared here.", value=kpi)
    definition: dict[str, Any] = row.definition
    with transaction.atomic():
        row.delete()
        KpiSeries.objects.filter(organisation=organisation, kpi=kpi).delete()
    return definition


def known(organisation: Organisation) -> dict[str, Measure]:
    """Returns the KPIs that come with Tujing and those that the organisation declared."""
    own = DeclaredKpi.objects.filter(organisation=organisation)
    return {**measures(), **{row.kpi: Measure.model_validate(row.definition) for row in own}}


def tables(organisation: Organisation, names: set[str]) -> Mapping[str, ibis.Table]:
    """Returns those of some data elements that have data, lazily."""
    found = {name: dataspace.table(organisation, name) for name in sorted(names)}
    return {name: table for name, table in found.items() if table is not None}


def newest(organisation: Organisation, element: str) -> date | None:
    """Returns the last day of an element's time column; none without data."""
    table, moment = dataspace.table(organisation, element), elements()[element].time_column
    if table is None or not moment:
        return None
    found = table.aggregate(last=table[moment].cast("date").max()).to_pyarrow()["last"][0].as_py()
    return cast("date | None", found)


def series(organisation: Organisation, kpi: str, grain: str = "", scope: str = "") -> KpiSeries:
    """Returns a KPI's series from the present tables; computed only when formula or tables changed since.

    Parameters
    ----------
    grain
        `day`, `week` or `month`, not finer than the KPI's own; that by default.
    scope
        `family`, `line` or `workshop`: part by part; empty is the whole plant.

    Raises
    ------
    BadInput
        When KPI, grain or scope are not known, the grain is too fine, a table has no data, or none lead to the scope.
    """
    wanted = _wanted(organisation, kpi, grain, scope)
    kept = _kept(organisation, wanted)
    if kept is not None and kept.fingerprint == wanted.fingerprint:
        return kept
    measure = wanted.measure
    there = tables(organisation, set(reads(measure.node, scope)))
    frame = computed(measure.node, measure.unit, there, wanted.grain, measure.time, scope)
    values = {
        str(part): [[str(day.date()), float(value)] for day, value in frame[part].items() if math.isfinite(value)]
        for part in frame
    }
    row, _ = KpiSeries.objects.update_or_create(
        organisation=organisation,
        kpi=kpi,
        grain=wanted.grain,
        scope=scope,
        defaults={"fingerprint": wanted.fingerprint, "lineage": wanted.lineage, "values": values},
    )
    return row


def kept_series(
    organisation: Organisation, kpi: str, grain: str = "", scope: str = ""
) -> tuple[KpiSeries | None, bool]:
    """Returns the series as it was computed last, and whether it is that of the present tables; computes nothing.

    Raises
    ------
    BadInput
        As `series`.
    """
    wanted = _wanted(organisation, kpi, grain, scope)
    kept = _kept(organisation, wanted)
    return kept, kept is not None and kept.fingerprint == wanted.fingerprint


@dataclass(frozen=True)
class _Wanted:
    """A series as asked for, with what it would be computed from."""

    measure: Measure
    grain: Grain
    scope: str
    lineage: dict[str, Any]
    fingerprint: str


def _kept(organisation: Organisation, wanted: _Wanted) -> KpiSeries | None:
    mine = KpiSeries.objects.filter(organisation=organisation, kpi=wanted.measure.id)
    return mine.filter(grain=wanted.grain, scope=wanted.scope).first()


def _wanted(organisation: Organisation, kpi: str, grain: str, scope: str) -> _Wanted:
    measure, chosen = checked(organisation, kpi, grain, scope)
    needed = reads(measure.node, scope)
    versions = {
        row.element: row
        for row in TableVersion.objects.filter(organisation=organisation, element__in=needed, active=True)
    }
    absent = [name for name in needed if name not in versions]
    if absent:
        raise refuse(
            "no_data_for_kpi",
            f"{measure.name.zh}需要 {'、'.join(absent)} 的数据，请先导入。",
            f"{measure.name.en} needs data of {', '.join(absent)}; import them first.",
            key=kpi,
        )
    lineage = {
        "formula": measure.formula,
        "formula_sha256": hashlib.sha256(measure.formula.encode()).hexdigest(),
        "unit": measure.unit,
        "tables": {name: {"version": row.number, "sha256": row.sha256} for name, row in sorted(versions.items())},
    }
    told = json.dumps([lineage, chosen, scope, measure.time], sort_keys=True, ensure_ascii=False)
    return _Wanted(measure, chosen, scope, lineage, hashlib.sha256(told.encode()).hexdigest())


def condition(row: KpiSeries) -> list[Condition]:
    """Says of each part which periods are missing and where a unit seems to have changed."""
    found = []
    for part, pairs in row.values.items():
        days = np.array([day for day, _ in pairs], "datetime64[D]")
        values = np.array([value for _, value in pairs], float)
        missing, of = gaps(Series(days, values, None, grain=row.grain))
        jumps = tuple({**asdict(one), "at": str(one.at)} for one in breaks(days, values))
        found.append(Condition(part, missing, of, jumps))
    return found


def checked(organisation: Organisation, kpi: str, grain: str, scope: str) -> tuple[Measure, Grain]:
    """Returns a KPI of the organisation and the grain that is asked for; empty is the KPI's own.

    Raises
    ------
    BadInput
        When KPI, grain or scope are not known, or the grain is too fine.
    """
    there = known(organisation)
    if kpi not in there:
        names = ", ".join(there)
        raise refuse(
            "unknown_kpi", f"没有 KPI {kpi}，可用：{names}。", f"There is no KPI {kpi}; there are: {names}.", value=kpi
        )
    measure = there[kpi]
    chosen = next((one for one in GRAINS if one == (grain or measure.grain)), None)
    if chosen is None:
        raise refuse("unknown_grain", f"没有粒度 {grain}。", f"There is no grain {grain}.", key="grain", value=grain)
    if GRAINS.index(chosen) < GRAINS.index(measure.grain):
        raise refuse(
            "grain_too_fine",
            f"{measure.name.zh}最细只到 {measure.grain}。",
            f"{measure.name.en} has no meaning below a {measure.grain}.",
            key="grain",
            value=grain,
        )
    if scope and scope not in SCOPES:
        names = ", ".join(SCOPES)
        raise refuse(
            "unknown_scope",
            f"没有范围 {scope}，可用：{names}。",
            f"There is no scope {scope}; there are: {names}.",
            key="scope",
        )
    return measure, chosen
