"""Time within shifts: of a wait over the week-end only what was open is lost."""

from __future__ import annotations

import numpy as np

from tujing.scenarios.management.process_mining.event_log import EventLog, Ints


def open_time(log: EventLog, resource: Ints, begin: Ints, end: Ints) -> Ints:
    """Returns the µs between `begin` and `end` during which each resource's calendar is open; none below zero.

    A resource without a calendar is always open.
    """
    found: Ints = np.maximum(end - begin, 0)
    for number, name in enumerate(log.resources):
        spans = log.extra.shifts.get(name)
        if spans:
            rows = np.flatnonzero(resource == number)
            found[rows] = np.maximum(open_until(spans, end[rows]) - open_until(spans, begin[rows]), 0)
    return found


def open_until(spans: list[tuple[int, int]], moment: Ints) -> Ints:
    """Returns the open µs from the first span to each moment. Before the first and after the last span all is
    closed."""
    starts = np.array([start for start, _ in spans], dtype=np.int64)
    lengths = np.array([stop - start for start, stop in spans], dtype=np.int64)
    so_far = np.concatenate([[0], np.cumsum(lengths)])
    at = np.searchsorted(starts, moment, side="right") - 1
    inside = np.clip(moment - starts[np.maximum(at, 0)], 0, lengths[np.maximum(at, 0)])
    total: Ints = np.where(at < 0, 0, so_far[np.maximum(at, 0)] + inside)
    return total
