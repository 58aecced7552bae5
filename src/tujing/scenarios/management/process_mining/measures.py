"""What the log says by counting: who follows whom and how long after, variants, rework, hand-overs, batches, waits.

Everything is aggregated in the columnar engine over whole columns; no step looks at one event at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from tujing.scenarios.management.process_mining.event_log import MICRO, EventLog
from tujing.scenarios.management.process_mining.shifts import open_time

HOUR = 3600.0 * MICRO
VARIANT_ROWS = 100_000


@dataclass(frozen=True)
class Measures:
    """Tables as they are shown; seconds and hours are on the clock unless a column says `open`."""

    edges: pa.Table
    activities: pa.Table
    variants: pa.Table
    handovers: pa.Table
    rework: pa.Table
    batches: pa.Table
    bottlenecks: pa.Table
    returns: pa.Table
    """Reworked cases by the first step back they took; each case counts once."""
    working: int
    """µs of work in all events; overlapping events of a case count once each."""
    elapsed: int
    """µs from the start to the end of each case, summed."""

    @property
    def reworked_cases(self) -> int:
        return sum(self.returns["cases"].to_pylist())


def measure(log: EventLog) -> Measures:
    """Measures a log of one event or more."""
    pairs = _pairs(log)
    with duckdb.connect() as engine:
        engine.register("events", log.table)
        engine.register("pairs", pairs)
        for name in ("activities", "resources"):
            engine.register(name, _names(getattr(log, name)))
        edges = engine.execute(EDGES).to_arrow_table()
        bottlenecks = _bottlenecks(engine, log)
        return Measures(
            edges=edges,
            activities=engine.execute(ACTIVITIES).to_arrow_table(),
            variants=variants(log),
            handovers=engine.execute(HANDOVERS).to_arrow_table(),
            rework=engine.execute(REWORK).to_arrow_table(),
            batches=engine.execute(BATCHES).to_arrow_table(),
            bottlenecks=bottlenecks,
            returns=engine.execute(FIRST_RETURNS).to_arrow_table(),
            working=int((log.end - log.start).sum()),
            elapsed=int((log.ends - log.begins).sum()),
        )


def _names(names: object) -> pa.Table:
    column = pa.array(names, pa.string())
    return pa.table({"number": pa.array(np.arange(len(column))), "name": column})


def _pairs(log: EventLog) -> pa.Table:
    """One row for each event that directly follows another of its case. Waiting never counts below zero."""
    follows = np.flatnonzero(log.case[1:] == log.case[:-1]) + 1
    before = follows - 1
    wait = np.maximum(log.start[follows] - log.end[before], 0)
    return pa.table(
        {
            "case": log.case[follows],
            "source": log.activity[before],
            "target": log.activity[follows],
            "giver": log.resource[before],
            "taker": log.resource[follows],
            "wait": wait,
            "open": open_time(log, log.resource[follows], log.end[before], log.start[follows]),
        }
    )


EDGES = """
SELECT s.name AS source, t.name AS target, count(*) AS count,
       median(wait) / 1e6 AS median_seconds, avg(wait) / 1e6 AS mean_seconds,
       quantile_cont(wait, 0.9) / 1e6 AS p90_seconds, count(DISTINCT "case") AS cases
FROM pairs JOIN activities s ON s.number = source JOIN activities t ON t.number = target
GROUP BY s.name, t.name ORDER BY count DESC, s.name, t.name
"""
ACTIVITIES = """
WITH placed AS (
    SELECT *, row_number() OVER (PARTITION BY "case" ORDER BY row) AS place,
           count(*) OVER (PARTITION BY "case") AS size FROM (SELECT * FROM events)
)
SELECT name AS activity, count(*) AS count, count(DISTINCT "case") AS cases,
       count(*) FILTER (place = 1) AS starts, count(*) FILTER (place = size) AS ends,
       count(DISTINCT nullif(resource, -1)) AS resources, median("end" - start) / 1e6 AS median_seconds,
       avg("end" - start) / 1e6 AS mean_seconds, sum("end" - start) / 3.6e9 AS working_hours
FROM placed JOIN activities ON number = activity GROUP BY name ORDER BY count DESC, name
"""
HANDOVERS = """
SELECT g.name AS source, t.name AS target, count(*) AS count, median(wait) / 1e6 AS median_seconds
FROM pairs JOIN resources g ON g.number = giver JOIN resources t ON t.number = taker
WHERE giver <> taker GROUP BY g.name, t.name ORDER BY count DESC, g.name, t.name
"""
REPEATS = """
WITH ordered AS (
    SELECT "case", activity, row, "end" - start AS work,
           lag(activity) OVER (PARTITION BY "case" ORDER BY row) AS previous,
           row_number() OVER (PARTITION BY "case", activity ORDER BY row) AS nth FROM events
)
"""
REWORK = (
    REPEATS
    + """
SELECT name AS activity,
       count(*) FILTER (previous = activity) AS self_loops, count(*) FILTER (nth > 1 AND previous <> activity) AS
       returns, count(DISTINCT "case") FILTER (nth > 1 AND previous <> activity) AS cases,
       coalesce(sum(work) FILTER (nth > 1 AND previous <> activity), 0) / 3.6e9 AS hours
FROM ordered JOIN activities ON number = activity GROUP BY name
HAVING count(*) FILTER (nth > 1) > 0 ORDER BY returns DESC, self_loops DESC, name
"""
)
FIRST_RETURNS = (
    REPEATS  # noqa: S608
    + """, returns AS (
    SELECT arg_min(previous, row) AS source, arg_min(activity, row) AS target, sum(work) / 3.6e9 AS hours
    FROM ordered WHERE nth > 1 AND previous <> activity GROUP BY "case"
)
SELECT s.name AS source, t.name AS target, count(*) AS cases, avg(hours) AS mean_hours
FROM returns JOIN activities s ON s.number = source JOIN activities t ON t.number = target
GROUP BY s.name, t.name ORDER BY cases DESC, s.name, t.name
"""
)
BATCHES = """
WITH runs AS (
    SELECT *, lag(start) OVER w AS start_before, lag("end") OVER w AS end_before, lag("case") OVER w AS case_before
    FROM events WHERE resource >= 0 WINDOW w AS (PARTITION BY activity, resource ORDER BY start, "end", "case")
), kinds AS (
    SELECT activity, resource, CASE
        WHEN "case" = case_before OR start_before IS NULL THEN NULL
        WHEN start = start_before AND "end" = end_before THEN 'simultaneous'
        WHEN start = end_before THEN 'sequential'
        WHEN start < end_before THEN 'concurrent' END AS kind FROM runs
)
SELECT a.name AS activity, kind, count(*) AS events, count(DISTINCT resource) AS resources
FROM kinds JOIN activities a ON a.number = activity WHERE kind IS NOT NULL
GROUP BY a.name, kind ORDER BY events DESC, activity, kind
"""
BOTTLENECKS = """
SELECT s.name AS source, t.name AS target, count(*) AS count, count(DISTINCT "case") AS cases,
       sum(wait) / 3.6e9 AS waiting_hours, sum("open") / 3.6e9 AS open_hours, avg(wait) / 3.6e9 AS mean_hours,
       sum("open" / 3.6e9 * cost) AS money
FROM pairs JOIN activities s ON s.number = source JOIN activities t ON t.number = target
LEFT JOIN costs ON costs.number = taker
GROUP BY s.name, t.name HAVING sum(wait) > 0 ORDER BY open_hours DESC, waiting_hours DESC, s.name, t.name
"""


def _bottlenecks(engine: duckdb.DuckDBPyConnection, log: EventLog) -> pa.Table:
    """Pairs by the open hours that cases wait between them; `money` is that time at the hourly cost of what is waited
    for.

    Without costs, `money` is null.
    """
    known = [(number, log.extra.hourly_cost.get(name)) for number, name in enumerate(log.resources)]
    engine.register(
        "costs",
        pa.table(
            {
                "number": pa.array([number for number, _ in known], pa.int64()),
                "cost": pa.array([cost for _, cost in known], pa.float64()),
            }
        ),
    )
    return engine.execute(BOTTLENECKS).to_arrow_table()


def variants(log: EventLog) -> pa.Table:
    """Returns one row a variant, commonest first, `VARIANT_ROWS` at most: its cases, share, length and times."""
    duration = log.ends - log.begins
    shown = min(len(log.variants), VARIANT_ROWS)
    with duckdb.connect() as engine:
        engine.register("cases", pa.table({"variant": log.variant_of + 1, "duration": duration}))
        table = engine.execute(
            "SELECT variant, count(*) AS count, count(*) / sum(count(*)) OVER () AS share, "  # noqa: S608
            "median(duration) / 1e6 AS median_seconds, avg(duration) / 1e6 AS mean_seconds "
            f"FROM cases GROUP BY variant ORDER BY variant LIMIT {shown}"
        ).to_arrow_table()
    traces = log.variants[:shown]
    names = log.activities
    table = table.append_column("length", pa.array([len(trace) for trace in traces], pa.int64()))
    return table.append_column(
        "activities", pa.array([" → ".join([names[activity] for activity in trace]) for trace in traces])
    )
