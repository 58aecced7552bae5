"""A run's published document turned into what the page shows: KPIs, charts, tables, reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tujing.runtime.tidy_services import run_file
from tujing.web.words import figure, kpi_name, label, language, percent, result_label, say, unit

ROWS_SHOWN = 200
LONG_TEXT = 28
"""Characters."""
REASONS_TABLE = "late_because"
"""Name of the table by which a solution tells why something is late: one row a link, with `job`, `late`, `zh`, `en`."""
CLOCK_COLUMNS = ("start", "end", "due")
"""Columns of minutes after the origin, which a person reads by the clock."""

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Kpi:
    """One figure as shown. `change` against today's method, `better` whether it is one for the good."""

    id: str
    name: str
    value: str
    unit: str
    baseline: str
    change: str
    better: bool


def kpis(document: Document) -> list[Kpi]:
    from tujing.atlas.loader import atlas

    scenario = document["scenario"]
    known = atlas().manifests.get(scenario)
    lower = {one.id for one in known.kpis if one.better == "lower"} if known else set()
    shares = {one.id for one in known.kpis if one.unit == "1" and one.share} if known else set()
    found = []
    for name, kpi in document["kpis"].items():
        value, baseline = kpi["value"], kpi["baseline"]
        is_share = name in shares and kpi["unit"] == "1"
        shown = (lambda amount: percent(amount, 1)) if is_share else figure
        change = "" if value is None or not baseline else f"{(value - baseline) / abs(baseline):+.1%}"
        better = value is not None and baseline is not None and (value < baseline) == (name in lower)
        found.append(
            Kpi(
                id=name,
                name=kpi_name(name, scenario),
                value=shown(value),
                unit="" if is_share else unit(kpi["unit"]),
                baseline="" if baseline is None else shown(baseline),
                change="" if change in ("+0.0%", "-0.0%") else change,
                better=better,
            )
        )
    return found


def late_orders(document: Document) -> list[dict[str, Any]]:
    """Returns each late order with the longest link of its chain, the costliest first."""
    orders: dict[str, dict[str, Any]] = {}
    for row in reason_rows(document):
        order = orders.setdefault(str(row["job"]), {"order": str(row["job"]), "late": row["late"], "links": []})
        order["links"].append(row)
    for order in orders.values():
        waits = [row for row in order["links"] if row["kind"] != "work"] or order["links"]
        longest = max(waits, key=lambda row: row["end"] - row["start"])
        order["because"] = longest[language()]
    return list(orders.values())


def reasons(document: Document, order: str) -> list[str]:
    """Returns the chain of one order, first link to last, in the reader's language."""
    return [row[language()] for row in reason_rows(document) if str(row["job"]) == order]


def reason_rows(document: Document) -> list[dict[str, Any]]:
    """Returns the links of every late order's chain, one after the other; none of a run that tells no reasons."""
    table = document["tables"].get(REASONS_TABLE)
    if table is None:
        return []
    columns, rows = whole_table(table)
    return [dict(zip(columns, row, strict=True)) for row in rows]


@dataclass(frozen=True)
class ShownChart:
    """A chart for the page; `data` is what `charts.js` draws."""

    name: str
    title: str
    size: str
    late: bool
    script_id: str
    data: dict[str, Any]
    image: str = ""
    """File among the run's files, when the chart is a picture."""
    alt: str = ""


def chart_for_page(name: str, chart: Mapping[str, Any], run: int) -> ShownChart:
    kind, data = chart["kind"], chart["data"]
    title, script = say(chart["title"]), f"chart-{run}-{name}"
    if kind == "image":
        return ShownChart(name, title, "", False, script, {}, image=data["file"], alt=say(data.get("alt")) or title)
    drawn = _gantt(data) if kind == "gantt" else {"kind": kind, **_in_one_language(data)}
    late = any(bar.get("late") for bar in data.get("bars", ()))
    return ShownChart(name, title, _size(kind, data), late, script, drawn)


def _size(kind: str, data: Mapping[str, Any]) -> str:
    """The height that the content asks for, as a class of the page."""
    if kind in ("graph", "routes"):
        return "chart-xl"
    rows = {
        "gantt": len(data.get("rows", ())),
        "interval": len(data.get("items", ())),
        "heatmap": len(data.get("y", ())),
        "bar": len(data.get("categories", ())) if data.get("horizontal") else 0,
    }.get(kind, 0)
    if kind == "gantt":
        return "chart-xl" if rows > 14 else "chart-l"
    return "chart-xl" if rows > 18 else "chart-l" if rows > 9 else ""


@dataclass(frozen=True)
class ShownFile:
    """A file that the run made, to take away."""

    name: str
    title: str
    size: str


def shown_files(document: Document) -> list[ShownFile]:
    return [
        ShownFile(name, say(file["title"]), _bytes(file["bytes"])) for name, file in document.get("files", {}).items()
    ]


def _bytes(size: int) -> str:
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{max(1, round(size / 1024))} kB"


def _gantt(data: Mapping[str, Any]) -> dict[str, Any]:
    """Bars by machine. Times are minutes after `origin`, or bare numbers where there is no clock."""
    rows = [str(row) for row in data["rows"]]
    place = {row: position for position, row in enumerate(rows)}
    origin = datetime.fromisoformat(data["origin"]) if data.get("origin") else None

    def at(amount: float) -> Any:
        return amount if origin is None else (origin + timedelta(minutes=amount)).isoformat(timespec="minutes")

    bars = [
        {
            "row": place[str(bar["machine"])],
            "start": at(bar["start"]),
            "end": at(bar["end"]),
            "label": str(bar["job"]),
            "key": str(bar["job"]),
            "late": bar.get("late", False),
            "detail": [
                [label("operation"), str(bar["operation"])],
                [label("machine"), str(bar["machine"])],
                *([[label("setup"), figure(bar["setup"])]] if bar.get("setup") else []),
            ],
        }
        for bar in data["bars"]
    ]
    return {"kind": "gantt", "axis": "number" if origin is None else "time", "rows": rows, "bars": bars}


def _in_one_language(value: Any) -> Any:
    """Replaces every `{"zh", "en"}` by the reader's wording."""
    if isinstance(value, Mapping):
        if set(value) == {"zh", "en"}:
            return say(value)
        return {key: _in_one_language(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_in_one_language(item) for item in value]
    return value


@dataclass(frozen=True)
class Column:
    title: str
    is_number: bool


@dataclass(frozen=True)
class Cell:
    text: str
    is_number: bool

    @property
    def is_short(self) -> bool:
        """Whether it stands on one line; a long text takes the room that is left."""
        return len(self.text) <= LONG_TEXT


@dataclass(frozen=True)
class ShownTable:
    """The first rows of one table."""

    name: str
    title: str
    columns: list[Column]
    rows: list[list[Cell]]
    count: int


def shown_tables(document: Document) -> list[ShownTable]:
    """Returns the tables to show; the reasons have their own place, and another language's column is left out."""
    origins = (chart["data"].get("origin") for chart in document["charts"].values() if chart["kind"] == "gantt")
    origin = next((datetime.fromisoformat(one) for one in origins if one), None)
    scenario = document.get("scenario", "")
    tables = document["tables"].items()
    return [_shown(name, table, origin, scenario) for name, table in tables if name != REASONS_TABLE]


def _shown(name: str, table: Mapping[str, Any], origin: datetime | None, scenario: str) -> ShownTable:
    columns, rows = _by_the_clock(*whole_table(table, ROWS_SHOWN), origin)
    hidden = "zh" if language() == "en" else "en"
    # Minutes after the origin stand beside their clock time: a person reads the clock.
    timed = {column.removesuffix("_time") for column in columns if column.endswith("_time")}
    places = [
        place
        for place, column in enumerate(columns)
        if column != hidden and not column.endswith(f"_{hidden}") and column not in timed
    ]
    numeric = {place for place in places if rows and all(_is_number(row[place]) for row in rows)}
    return ShownTable(
        name=name,
        title=result_label(name, scenario),
        columns=[Column(result_label(columns[place], scenario), place in numeric) for place in places],
        rows=[[Cell(_text(row[place], scenario), place in numeric) for place in places] for row in rows],
        count=table["row_count"] if "path" in table else len(table["rows"]),
    )


def _by_the_clock(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], origin: datetime | None
) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """Turns minutes after `origin` into clock times where the table does not give both."""
    if origin is None:
        return list(columns), rows
    places = {
        place
        for place, column in enumerate(columns)
        if column in CLOCK_COLUMNS and f"{column}_time" not in columns and all(_is_number(row[place]) for row in rows)
    }

    def at(minutes: float | None) -> str | None:
        return None if minutes is None else (origin + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")

    named = [f"{column}_time" if place in places else column for place, column in enumerate(columns)]
    return named, [[at(cell) if place in places else cell for place, cell in enumerate(row)] for row in rows]


def whole_table(table: Mapping[str, Any], limit: int | None = None) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """Returns a table's columns and rows; a large one is read from its file."""
    if "path" not in table:
        return table["columns"], table["rows"][:limit]
    import pyarrow.parquet as pq

    read = pq.read_table(run_file(table["path"]))
    read = read if limit is None else read.slice(0, limit)
    return read.column_names, list(zip(*(column.to_pylist() for column in read.columns), strict=True))


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _text(value: Any, scenario: str) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return label("yes" if value else "no")
    if isinstance(value, str):
        is_time = len(value) in (19, 26) and value[10:11] == "T"
        return value.replace("T", " ")[:16] if is_time else result_label(value, scenario)
    return figure(value)
