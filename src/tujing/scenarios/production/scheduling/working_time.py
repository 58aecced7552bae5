"""When a machine works: availability windows, and the two clocks they define.

Work that reaches the end of a shift pauses and goes on in the next one, as on a factory floor. Counting only minutes in
which the machine is available (its *working time*) turns such an operation into an interval of fixed length, so that
sequencing needs no calendar at all; only hand-overs between machines and due dates look at the clock on the wall.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise


class WorkingTime:
    """Availability windows `[start, end)` in minutes, the last `period` minutes of them repeated for ever.

    Raises
    ------
    ValueError
        When there is no window, a window is empty, or windows overlap.
    """

    def __init__(self, windows: Sequence[tuple[int, int]], period: int = 7 * 24 * 60) -> None:
        if not windows:
            raise ValueError("a calendar needs at least one window")
        if any(end <= start for start, end in windows):
            raise ValueError("a window must end after it starts")
        if any(after[0] < before[1] for before, after in pairwise(windows)):
            raise ValueError("windows must be in order and must not overlap")
        self.windows = tuple((int(start), int(end)) for start, end in windows)
        self.period = max(period, 1)
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._worked: list[int] = []
        """Working minutes before each window."""
        self._total = 0
        for start, end in self.windows:
            self._append(start, end)
        last = self.windows[-1][1]
        # The pattern that repeats: what lies within one period before the last end.
        self._pattern = [
            (max(start, last - self.period), end) for start, end in self.windows if end > last - self.period
        ]
        self._repeats = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkingTime) and (self.windows, self.period) == (other.windows, other.period)

    def __hash__(self) -> int:
        return hash((self.windows, self.period))

    def worked(self, time: int) -> int:
        """Returns the working minutes before `time`."""
        while time > self._ends[-1]:
            self._repeat()
        window = bisect_right(self._starts, time) - 1
        if window < 0:
            return 0
        start, end = self._starts[window], self._ends[window]
        return self._worked[window] + (time if time < end else end) - start

    def start_at(self, worked: int) -> int:
        """Returns the wall-clock minute at which the next working minute after `worked` begins."""
        while worked >= self._total:
            self._repeat()
        window = bisect_right(self._worked, worked) - 1
        return self._starts[window] + worked - self._worked[window]

    def end_at(self, worked: int) -> int:
        """Returns the wall-clock minute at which `worked` (at least 1) working minutes are complete."""
        while worked > self._total:
            self._repeat()
        window = bisect_left(self._worked, worked) - 1
        return self._starts[window] + worked - self._worked[window]

    def fit(self, worked: int, duration: int) -> int:
        """Returns the first reading from `worked` on at which `duration` minutes pass without a break.

        The duration must not be longer than `longest`.
        """
        while True:
            while worked + duration > self._total:
                self._repeat()
            window = bisect_right(self._worked, worked) - 1
            end = self._worked[window] + self._ends[window] - self._starts[window]
            if worked + duration <= end:
                return worked
            worked = end

    @property
    def longest(self) -> int:
        """Minutes of the longest span without a break in the pattern that repeats."""
        return max(end - start for start, end in self._pattern)

    def gaps(self, until: int) -> list[tuple[int, int]]:
        """Returns `(working minutes before the gap, its length)` for every break that begins before `until`.

        The time before the first window counts as a break after zero working minutes.
        """
        self.worked(until)
        breaks = [(0, self._starts[0])] if self._starts[0] > 0 else []
        for index in range(1, len(self._starts)):
            if self._ends[index - 1] >= until:
                break
            breaks.append((self._worked[index], self._starts[index] - self._ends[index - 1]))
        return breaks

    def _append(self, start: int, end: int) -> None:
        if self._ends and self._ends[-1] == start:
            self._ends[-1] = end
        else:
            self._starts.append(start)
            self._ends.append(end)
            self._worked.append(self._total)
        self._total += end - start

    def _repeat(self) -> None:
        self._repeats += 1
        for start, end in self._pattern:
            self._append(start + self._repeats * self.period, end + self._repeats * self.period)
