"""A run as one JSON document: the published contract `tujing-run/1`.

    {"scenario", "schema", "status", "kpis": {id: {"value", "unit", "baseline"}},
     "tables": {name: {"columns": [...], "rows": [[...]]}}, "charts", "warnings", "explanation": {"zh", "en"},
     "files": {name: {"path", "bytes", "media_type", "title": {"zh", "en"}}},
     "run": {"seed", "seconds", "input_hash", "parameters", "code_version"}}

A table of more than 20 000 rows gives `path`, a Parquet file, in place of `rows`. The paths of a run that a workspace
keeps are told from the workspace's folder. Fields may be added with a
default; any other change is a new schema name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tujing.runtime.contract import Artifact, RunResult

SCHEMA = "tujing-run/1"
ROWS_IN_DOCUMENT = 20_000


def document(result: RunResult, out: Path, workspace: Path | None = None) -> dict[str, Any]:
    """Returns the run as plain JSON values, writing large tables and the files it made into `out`.

    With a workspace, which `out` lies in, paths are told from there, so that it can be moved.
    """
    told = out if workspace is None else out.relative_to(workspace)
    outcome = result.outcome
    return {
        "scenario": result.scenario,
        "schema": SCHEMA,
        "status": outcome.status,
        "kpis": {
            name: {"value": plain(kpi.value), "unit": kpi.unit, "baseline": plain(kpi.baseline)}
            for name, kpi in outcome.kpis.items()
        },
        "tables": {name: _table(name, table, out, told) for name, table in outcome.tables.items()},
        "charts": {
            name: {"kind": chart.kind, "title": chart.title.as_dict(), "data": plain(chart.data)}
            for name, chart in outcome.charts.items()
        },
        "files": {name: _file(name, artifact, out, told) for name, artifact in outcome.files.items()},
        "warnings": [warning.as_dict() for warning in outcome.warnings],
        "explanation": outcome.explanation.as_dict(),
        "run": {
            "seed": result.seed,
            "seconds": round(result.seconds, 3),
            "input_hash": result.input_hash,
            "parameters": plain(result.parameters),
            "code_version": result.code_version,
        },
    }


def plain(value: Any) -> Any:
    """Returns the value as JSON knows it: times as ISO text, not-a-number and infinity as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item()  # a numpy scalar
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def _table(name: str, table: pa.Table, out: Path, told: Path) -> dict[str, Any]:
    described: dict[str, Any] = {"columns": table.column_names}
    if table.num_rows > ROWS_IN_DOCUMENT:
        out.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, out / f"{name}.parquet")
        return {**described, "row_count": table.num_rows, "path": str(told / f"{name}.parquet")}
    columns = [plain(column.to_pylist()) for column in table.columns]
    return {**described, "rows": [list(row) for row in zip(*columns, strict=True)]}


def _file(name: str, artifact: Artifact, out: Path, told: Path) -> dict[str, Any]:
    if Path(name).name != name:
        raise ValueError(f"a file's name is a plain name, not {name!r}")
    out.mkdir(parents=True, exist_ok=True)
    (out / name).write_bytes(artifact.content)
    return {
        "path": str(told / name),
        "bytes": len(artifact.content),
        "media_type": artifact.media_type,
        "title": artifact.title.as_dict(),
    }
