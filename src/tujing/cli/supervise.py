"""Keeps child processes running: a dead one starts again, slower each time; a signal stops them all."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tujing.cli import output
from tujing.runtime.gate import VARIABLE, Gate

POLL_SECONDS = 0.3
LONGEST_WAIT_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""A child that ran so long had no trouble starting: its waits begin anew."""
STOP_SECONDS = 10.0
PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


@dataclass
class Child:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = field(default=0.0)

    def start(self, now: float, gate: Gate | None = None) -> None:
        """Starts the process; behind a gate it loads its code and then waits until the gate is opened."""
        environment, passed = self.environment, ()
        if gate is not None:
            environment, passed = {**environment, VARIABLE: str(gate.reader)}, (gate.reader,)
        self.process = subprocess.Popen(  # noqa: S603 (every command is written in serve.py)
            self.command, env=environment, pass_fds=passed, preexec_fn=_die_with_parent
        )
        self.started = now

    def look(self, now: float) -> None:
        """Notices a death and sets when to start again; starts when that time has come."""
        if self.process is not None and (code := self.process.poll()) is not None:
            self.process = None
            self.failures = 1 if now - self.started > STEADY_SECONDS else self.failures + 1
            wait = min(2.0 ** (self.failures - 1), LONGEST_WAIT_SECONDS)
            self.start_at = now + wait
            output.say(
                f"{self.name} 意外退出（{code}），{wait:.0f} 秒后重启。",
                f"{self.name} ended unexpectedly ({code}); starting again in {wait:.0f} s.",
            )
        if self.process is None and now >= self.start_at:
            self.start(now)


def supervise(children: Sequence[Child], clock: Callable[[], float] = time.monotonic) -> int:
    """Runs the children until SIGTERM or SIGINT, then stops them. Returns the exit code."""
    stopping = False

    def asked(_number: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not stopping:
            for child in children:
                child.look(clock())
            time.sleep(POLL_SECONDS)
    finally:
        stop(children)
        for number, handler in before.items():
            signal.signal(number, handler)
    output.say("已停止。", "Stopped.")
    return 0


def stop(children: Sequence[Child]) -> None:
    """Ends every child that runs: asked first, killed when it has not ended in time."""
    alive = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for process in alive:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in alive:
        try:
            process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _die_with_parent() -> None:
    """A kill -9 of the supervisor leaves no orphan (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
