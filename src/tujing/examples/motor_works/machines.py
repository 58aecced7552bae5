"""What the networked machines tell of themselves: one row for each span of a state."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa

from .plant import DAY, Clock, plant
from .records import from_rows, numbered
from .shop import Execution, Floor

UPKEEP = "计划保养"


def machine_events(clock: Clock, floor: Floor, first: int, horizon: int) -> pa.Table:
    """Builds machine_event of the networked work centres, without gap or overlap from `first` to `horizon`."""
    work: dict[str, list[Execution]] = defaultdict(list)
    for execution in floor.done:
        work[execution.machine].append(execution)
    rows: list[tuple[Any, ...]] = []
    for machine, facts in plant()["work_centres"].items():
        if not facts["networked"]:
            continue
        spans = _busy(work[machine])
        busy = [(start, end) for start, end, _, _ in spans]
        for start, end, reason in floor.downs[machine]:
            state = "planned_down" if reason == UPKEEP else "failure"
            spans += [(a, b, state, reason) for a, b in _outside((start, end), busy)]
        spans = _with_reasons(spans, floor.downs[machine])
        for start, end, state, reason in _filled(sorted(spans), clock, first, horizon):
            rows.append((machine, state, start, end, reason))
    rows.sort(key=lambda row: (row[2], row[0]))
    table = [
        (name, machine, state, start, end, reason or None)
        for name, (machine, state, start, end, reason) in zip(
            numbered("ME-", len(rows), era=len(clock.seams)), rows, strict=True
        )
    ]
    return from_rows(
        "machine_event", ("event_id", "work_centre_id", "state", "start_time", "end_time", "reason"), table, clock
    )


Span = tuple[int, int, str, str]


def _busy(work: list[Execution]) -> list[Span]:
    spans: list[Span] = []
    for execution in work:
        now = execution.start
        edges = [(now, now + execution.setup, "setup"), (now + execution.setup, execution.end, "producing")]
        # A failure during set-up lengthens it, so the set-up ends only when its own minutes are done.
        for start, end in execution.stops:
            if start < edges[0][1]:
                edges = [
                    (now, edges[0][1] + end - start, "setup"),
                    (edges[0][1] + end - start, execution.end, "producing"),
                ]
        for begin, finish, state in edges:
            for a, b in _outside((begin, finish), list(execution.stops)):
                spans.append((a, b, state, ""))
        spans += [(start, end, "failure", "") for start, end in execution.stops]
    return spans


def _with_reasons(spans: list[Span], downs: list[tuple[int, int, str]]) -> list[Span]:
    reasons = {start: reason for start, _, reason in downs}
    named = []
    for start, end, state, reason in spans:
        found = reason or reasons.get(start, "") if state == "failure" else reason
        named.append((start, end, "planned_down" if found == UPKEEP else state, found))
    return named


def _outside(span: tuple[int, int], holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Returns the parts of a span that no hole covers; holes are in order."""
    parts, now = [], span[0]
    for start, end in holes:
        if end <= now or start >= span[1]:
            continue
        if start > now:
            parts.append((now, start))
        now = max(now, end)
    if now < span[1]:
        parts.append((now, span[1]))
    return parts


def _filled(spans: list[Span], clock: Clock, first: int, horizon: int) -> list[Span]:
    """Fills what is left of each day with `idle` in working hours and `off` outside them."""
    filled: list[Span] = []
    now = first
    for start, end, state, reason in [*spans, (horizon, horizon, "", "")]:
        if end <= first or (start >= horizon and state):
            continue
        begin = max(start, first)
        if begin > now:
            filled += _pauses(now, begin, clock)
        if state:
            filled.append((begin, min(end, horizon), state, reason))
        now = max(now, min(end, horizon))
    return filled


def _pauses(start: int, end: int, clock: Clock) -> list[Span]:
    parts: list[Span] = []
    now = start
    while now < end:
        day, minute = divmod(now, DAY)
        opens = clock.is_working[day] and clock.opens <= minute < clock.closes
        if opens:
            until, state = day * DAY + clock.closes, "idle"
        elif clock.is_working[day] and minute < clock.opens:
            until, state = day * DAY + clock.opens, "off"
        else:
            until, state = (day + 1) * DAY, "off"
        until = min(until, end)
        if parts and parts[-1][2] == state:
            parts[-1] = (parts[-1][0], until, state, "")
        else:
            parts.append((now, until, state, ""))
        now = until
    return parts
