"""SIGTERM of `serve`: a request under way is answered whole, a running job goes back to the queue, nothing is left."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from tests.runtime.installation import HERE, ROOT

from tujing.cli.serve import _web

pytestmark = pytest.mark.real_database

SUPERVISOR = """
import json, os, sys
from tujing.cli.supervise import Child, supervise
sys.exit(supervise([Child(name, command, dict(os.environ)) for name, command in json.loads(sys.argv[1])]))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_request_is_answered_and_a_job_goes_back(installation, tmp_path):
    import json

    port, log = free_port(), tmp_path / "site"
    given = argparse.Namespace(host="127.0.0.1", port=port)
    web = list(_web(given, {}).command)
    web[web.index("tujing.web.wsgi:application")] = "tests.runtime.slow_site:application"
    worker = [sys.executable, str(HERE / "worker_with_test_jobs.py")]
    children = [("web", web), ("worker", worker)]
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    environment = installation.environment | {"SLOW_SITE_LOG": str(log), "PYTHONPATH": paths}
    installation.enqueue("slow", seconds=60)
    serve = subprocess.Popen([sys.executable, "-c", SUPERVISOR, json.dumps(children)], env=environment, cwd=ROOT)
    answers = []
    try:
        installation.wait(lambda: len(installation.lines()) == 1 and _answers(port))
        job = int(installation.lines()[0].split()[1])
        asking = threading.Thread(target=lambda: answers.append(_get(port, "/slow")))
        asking.start()
        installation.wait(lambda: log.exists())
        serve.send_signal(signal.SIGTERM)
        assert serve.wait(30) == 0
        asking.join(10)
    finally:
        serve.kill()
        serve.wait()
    assert answers == ["whole answer"]
    assert Path(log).read_text().splitlines() == ["begins", "ends"]
    assert [(one["status"], one["attempts"]) for one in installation.jobs()] == [("queued", 0)]
    assert not _answers(port)
    with pytest.raises(ProcessLookupError):
        os.kill(job, 0)


def _answers(port: int) -> bool:
    try:
        return _get(port, "/") == "whole answer"
    except OSError:
        time.sleep(0.2)
        return False


def _get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        return answer.read().decode()
