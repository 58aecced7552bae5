"""The real site with a real worker and a real Chromium, once for all browser tests of a process."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.browser.visitor import APPEARS_MS, REPOSITORY, Visitor

from tujing.cli.serve import ACCOUNTS_FILE

CHROMIUM = os.environ.get("TUJING_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 180
DATABASE = "tujing.db"
BUNDLES = REPOSITORY / "src/tujing/web/static/build/shell.js"


def need(there: bool, reason: str) -> None:
    """Skips with a reason, except on the build server, where a browser test that does not run is a failure."""
    if there:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser():
    need(Path(CHROMIUM).exists(), f"no Chromium at {CHROMIUM}; TUJING_CHROMIUM names one")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=APPEARS_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    """The workspace of the site, as `tujing serve` makes it of an empty one: once a suite, then copied."""
    together = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        together = together.parent
    with (together / "example.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (together / "example").exists():
            making = together / "example_being_made"
            shutil.rmtree(making, ignore_errors=True)
            with served(making):
                pass
            making.rename(together / "example")
    copy = tmp_path_factory.mktemp("site") / "home"
    shutil.copytree(together / "example", copy)
    return copy


@pytest.fixture(scope="session")
def site(home) -> Iterator[tuple[str, dict[str, str]]]:
    """The site on that workspace: its address and its passwords."""
    with served(home) as it:
        yield it


@pytest.fixture(scope="session")
def demonstration(site, home, tmp_path_factory) -> Iterator[tuple[str, dict[str, str]]]:
    """A copy of the site for what would spoil it for the other journeys."""
    copy = tmp_path_factory.mktemp("demonstration") / "home"
    shutil.copytree(home, copy, ignore=lambda _folder, names: [name for name in names if name.startswith(DATABASE)])
    with closing(sqlite3.connect(home / DATABASE)) as here, closing(sqlite3.connect(copy / DATABASE)) as there:
        here.backup(there)  # whole, although the site is writing
    with served(copy) as it:
        yield it


@contextmanager
def served(home: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A site on a workspace, until the block ends."""
    need(BUNDLES.exists(), "the front end is not built; make setup builds it")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = surroundings()
    command = [sys.executable, "-m", "tujing.cli.main", "serve", str(home), "--port", str(port)]
    log = (home.parent / f"{home.name}.log").open("w+")
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(address, server, log)
        lines = (home / ACCOUNTS_FILE).read_text(encoding="utf-8").splitlines()
        yield address, dict(line.split("\t") for line in lines)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
        log.close()


def wait_until_up(address: str, server: subprocess.Popen[bytes], log) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            log.seek(0)
            pytest.fail(f"the server ended: {log.read()[-2000:]}")
        try:
            urllib.request.urlopen(f"{address}/login/", timeout=5)
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    pytest.fail("the server did not answer in time")


def surroundings(**own: str) -> dict[str, str]:
    """The environment of a process of the site: its own settings and its own database."""
    own |= {"PYTHONPATH": str(REPOSITORY / "src"), "DJANGO_SETTINGS_MODULE": "tujing.web.settings"}
    return {name: value for name, value in os.environ.items() if name != "TUJING_DATABASE_URL"} | own


@pytest.fixture(scope="session")
def furnished(site, home) -> dict[str, int]:
    """The keys of what pages of one object need: a project of a plan that was taken up, and a measured effect."""
    command = [sys.executable, str(Path(__file__).with_name("furnish.py"))]
    done = subprocess.run(
        command, env=surroundings(TUJING_HOME=str(home)), capture_output=True, text=True, timeout=START_SECONDS
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def visit(browser, site):
    return lambda *which, **how: Visitor(browser, site, *which, **how)
