"""Cases against their prescribed route: which steps were skipped, added, repeated or done out of order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from tujing.scenarios.management.process_mining.event_log import EventLog

DEVIATIONS = pa.schema(
    [("kind", pa.string()), ("activity", pa.string()), ("cases", pa.int64()), ("share", pa.float64())]
)


@dataclass(frozen=True)
class Conformance:
    """`table` lists the deviations, commonest first; `conforming` is the share of the cases with a route that follow
    it."""

    table: pa.Table
    conforming: float | None
    cases: int


def against_routes(log: EventLog) -> Conformance:
    """Compares each case that has a route with it; repeats of one step right after another are its lots, not
    deviations."""
    found: Counter[tuple[str, str]] = Counter()
    known: dict[tuple[int, tuple[str, ...]], frozenset[tuple[str, str]]] = {}
    cases = conforming = 0
    for case, name in enumerate(log.cases):
        route = log.extra.routes.get(name)
        if route is None:
            continue
        cases += 1
        key = (int(log.variant_of[case]), tuple(route))
        if key not in known:
            known[key] = compare([log.activities[activity] for activity in log.variants[key[0]]], route)
        conforming += not known[key]
        found.update(known[key])
    rows = [
        {"kind": kind, "activity": activity, "cases": count, "share": count / cases}
        for (kind, activity), count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]
    return Conformance(pa.Table.from_pylist(rows, DEVIATIONS), conforming / cases if cases else None, cases)


def compare(done: Sequence[str], route: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Returns (kind, step) by the fewest skipped and added steps: skipped, added, repeated or out_of_order."""
    steps = [step for at, step in enumerate(done) if not at or step != done[at - 1]]
    rows, columns = len(steps), len(route)
    # Longest common subsequence from each place on.
    common = [[0] * (columns + 1) for _ in range(rows + 1)]
    for at in range(rows - 1, -1, -1):
        for to in range(columns - 1, -1, -1):
            same = steps[at] == route[to]
            common[at][to] = common[at + 1][to + 1] + 1 if same else max(common[at + 1][to], common[at][to + 1])
    extra, missing = Counter[str](), Counter[str]()
    at = to = 0
    while at < rows or to < columns:
        if at < rows and to < columns and steps[at] == route[to]:
            at, to = at + 1, to + 1
        elif to == columns or (at < rows and common[at + 1][to] >= common[at][to + 1]):
            extra[steps[at]] += 1
            at += 1
        else:
            missing[route[to]] += 1
            to += 1
    swapped = set(extra) & set(missing)
    return frozenset(
        {("out_of_order", step) for step in swapped}
        | {("skipped", step) for step in missing if step not in swapped}
        | {("repeated" if step in route else "added", step) for step in extra if step not in swapped}
    )
