"""A gate between two processes: one loads its code already, and serves only when the other has prepared its data.

`tujing serve` brings the database up to date while its web server loads the pages; on two cores that halves the wait.
"""

from __future__ import annotations

import os

VARIABLE = "TUJING_GATE"
"""Environment variable of the waiting process: the number of the file descriptor it waits on."""


class Gate:
    """Closed until `open` is called. Should its owner die, it opens too, and who waited must look out for that."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()

    def open(self) -> None:
        """Lets everybody through, once and for all; a second call does nothing."""
        if self._writer >= 0:
            os.close(self.reader)
            os.close(self._writer)
            self._writer = -1


def wait() -> None:
    """Returns when the gate this process was started behind is open; at once when there is none."""
    if descriptor := os.environ.pop(VARIABLE, ""):
        os.read(int(descriptor), 1)  # nothing is ever written: it returns when the other end is closed
        os.close(int(descriptor))
