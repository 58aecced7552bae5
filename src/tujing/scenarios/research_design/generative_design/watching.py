"""Keeps a long piece of work informed of its time, and the reader of its progress."""

from __future__ import annotations

import time
from collections.abc import Callable

from tujing.runtime.contract import Progress
from tujing.words import Text

Watch = Callable[[float], bool]


def watching(progress: Progress, low: float, high: float, deadline: float, words: Text) -> Watch:
    """Returns a watch that maps a part's share to `low`–`high` of the run and says whether there is time."""
    reached = low

    def watch(share: float) -> bool:
        nonlocal reached
        reached = max(reached, low + (high - low) * min(1.0, share))
        progress.report(reached, words)
        return time.perf_counter() < deadline

    return watch
