"""Changes tried on the simulated process, each on the same arrivals and draws as the process of today."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tujing.scenarios.management.process_mining.discover import Discovered
from tujing.scenarios.management.process_mining.event_log import MICRO, EventLog
from tujing.scenarios.management.process_mining.simulate import (
    EVENTS_LIMIT,
    Change,
    ProcessModel,
    Simulated,
    calibrated,
    fit,
    run,
)
from tujing.words import Text

REPLICATIONS = 5


@dataclass(frozen=True)
class WhatIf:
    """`throughput` is of the process as it is, simulated; `changes` one row a change, the first row none."""

    throughput: list[float]
    real: list[float]
    changes: pa.Table
    left_out: list[Text]


def try_changes(
    log: EventLog, found: Discovered, seed: int, factor: float, rework: float, until: float, watch: Callable[[], None]
) -> WhatIf:
    """Simulates today and the changes that the log itself suggests: where cases queue, work and wait most.

    No further change is begun after `until`, by `time.monotonic`; `left_out` names the ones not tried.
    """
    model = fit(log, found.net, found.traces)
    cases = max(20, min(len(log.cases), EVENTS_LIMIT * len(log.cases) // len(log)))
    calibrated(model, cases, seed, watch)
    today = [run(model, cases, seed + number, watch=watch) for number in range(REPLICATIONS)]
    rows: list[dict[str, object]] = []
    left_out: list[Text] = []
    base = 0.0
    for words, change in [
        (Text(zh="现状", en="as it is"), Change()),
        *_suggested(log, model, today[0], factor, rework),
    ]:
        if rows and time.monotonic() > until:
            left_out.append(words)
            continue
        runs = (
            today if not rows else [run(model, cases, seed + number, change, watch) for number in range(REPLICATIONS)]
        )
        medians = np.array([np.median(one.throughput) for one in runs]) / 3600
        means = np.array([np.mean(one.throughput) for one in runs]) / 3600
        if not rows:
            base = float(medians.mean())
        rows.append(
            {
                "change": words.en,
                "zh": words.zh,
                "en": words.en,
                "median_hours": float(medians.mean()),
                "median_low": float(medians.min()),
                "median_high": float(medians.max()),
                "mean_hours": float(means.mean()),
                "gain": 1 - float(medians.mean()) / base if base else 0.0,
            }
        )
    throughput = [time for one in today for time in one.throughput]
    return WhatIf(throughput, model.real, pa.Table.from_pylist(rows), left_out)


def _suggested(
    log: EventLog, model: ProcessModel, today: Simulated, factor: float, rework: float
) -> list[tuple[Text, Change]]:
    names = log.activities
    count = np.bincount(log.activity, minlength=len(names))
    work = np.bincount(log.activity, weights=(log.end - log.start) / MICRO, minlength=len(names))
    delay = np.array([model.share[one] * float(np.mean(model.delay[one])) * count[one] for one in range(len(names))])
    queue = {one: seconds * count[one] for one, seconds in today.waiting.items() if model.pools[one]}
    suggested = []
    if queue and max(queue.values()) > 0:
        one = max(queue, key=lambda activity: queue[activity])
        words = Text(zh=f"{names[one]} 增加一个资源", en=f"one more resource for {names[one]}")
        suggested.append((words, Change(more_resources=one)))
    one = int(np.argmax(work))
    less = f"{1 - factor:.0%}"
    suggested.append(
        (Text(zh=f"{names[one]} 提速 {less}", en=f"{names[one]} {less} faster"), Change(faster=one, factor=factor))
    )
    words = Text(zh=f"返工减少 {rework:.0%}", en=f"{rework:.0%} less rework")
    suggested.append((words, Change(less_rework=rework)))
    one = int(np.argmax(delay))
    words = Text(zh=f"{names[one]} 之前的等待减少 {less}", en=f"{less} less waiting before {names[one]}")
    suggested.append((words, Change(less_delay=one, factor=factor)))
    return suggested
