"""The gate between `tujing serve` and its web server."""

from __future__ import annotations

import os
import sys
import time

from tujing.cli.supervise import Child, stop
from tujing.runtime import gate

WAITS = "from tujing.runtime import gate; gate.wait(); open({!r}, 'w').write('through')"


def behind(file):
    return Child("waiting", [sys.executable, "-c", WAITS.format(str(file))], dict(os.environ))


def test_a_child_behind_a_gate_goes_on_when_it_is_opened(tmp_path):
    file, closed = tmp_path / "through", gate.Gate()
    child = behind(file)
    child.start(0.0, closed)
    time.sleep(1.5)
    assert child.process.poll() is None and not file.exists()
    closed.open()
    assert child.process.wait(20) == 0 and file.exists()
    closed.open()


def test_a_child_that_is_started_again_waits_for_nothing(tmp_path):
    file, closed = tmp_path / "through", gate.Gate()
    child = behind(file)
    child.start(0.0, closed)
    stop([child])
    assert not file.exists()
    closed.open()
    child.start(1.0)
    assert child.process.wait(20) == 0 and file.exists()


def test_a_process_without_a_gate_is_not_held_up(monkeypatch):
    monkeypatch.delenv(gate.VARIABLE, raising=False)
    gate.wait()
