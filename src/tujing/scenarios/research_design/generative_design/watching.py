"""Keeps a long piece of work informed of its time, and the reader of its progress."""

from __future__ import annotations

import time

from tujing.runtime.contract import Progress
from tujing.words import Text


class Watch:
    """Maps a part's share of its own work to `low`–`high` of the run, and knows when its time is up.

    `deadline` is in seconds of `time.perf_counter`.
    """

    def __init__(self, progress: Progress, low: float, high: float, deadline: float, words: Text) -> None:
        self.progress, self.low, self.high, self.deadline, self.words = progress, low, high, deadline, words
        self.reached = low

    def __call__(self, share: float) -> bool:
        """Says that `share` (0–1) of the part is done; returns whether there is time for more.

        Raises
        ------
        Cancelled
            When the run is to stop.
        """
        self.reached = max(self.reached, self.low + (self.high - self.low) * min(1.0, share))
        self.progress.report(self.reached, self.words)
        return self.left() > 0

    def left(self) -> float:
        """Returns the seconds left."""
        return self.deadline - time.perf_counter()
