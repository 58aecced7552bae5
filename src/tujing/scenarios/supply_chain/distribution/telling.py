"""Progress of a run that has several stages."""

from __future__ import annotations

import math

from tujing.runtime.contract import Progress
from tujing.scenarios.supply_chain.distribution.search import Watch
from tujing.words import Text


class Telling:
    """Passes progress on; the share grows from stage to stage."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.share = 0.0
        self.best = math.inf

    def __call__(self, share: float, best: float | None) -> None:
        self.share = max(self.share, min(0.99, share))
        if best is not None and math.isfinite(best) and best < self.best:
            self.best = best
            words = Text(zh=f"目前最好成本 {best:.2f}", en=f"best cost {best:.2f}")
            self.progress.report(self.share, words, incumbent=best)
        else:
            self.progress.report(self.share)

    def within(self, begin: float, end: float) -> Watch:
        """Returns a watcher whose 0–1 is [begin, end] of the whole."""
        return lambda share, best: self(begin + share * (end - begin), best)
