"""The site as `tujing serve` opens it, on motor-works in a folder of its own, for benchmarks that need it whole."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHROMIUM = os.environ.get("TUJING_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 300.0


@dataclass(frozen=True)
class Site:
    address: str
    home: Path
    passwords: dict[str, str]
    """Account → password: one account a role."""
    seconds_to_first_page: float


@contextmanager
def served(home: Path) -> Iterator[Site]:
    """Serves a workspace, making the example in it when it is empty, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tujing.cli.main", "serve", str(home), "--port", str(port)]
    log = home.parent / "serve.log"
    with log.open("w") as out:
        began = time.monotonic()
        server = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, server, log)
            seconds = time.monotonic() - began
            lines = (home / "demo_accounts.txt").read_text(encoding="utf-8").splitlines()
            yield Site(address, home, dict(line.split("\t") for line in lines), seconds)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"the server ended: {log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(f"{address}/login/", timeout=5).close()
            return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    sys.exit("the server did not answer in time")
