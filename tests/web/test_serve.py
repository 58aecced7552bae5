"""`tujing serve`: refusals before anything starts, accounts made once, children that die start again."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

import pytest

from tujing.cli.main import main
from tujing.cli.serve import ACCOUNTS_FILE, check_address, check_workers, make_accounts, open_workspace
from tujing.cli.supervise import Child, supervise
from tujing.enterprise.models import Membership, Organisation, Role
from tujing.problems import BadInput


def test_a_port_in_use_is_told_and_nothing_starts(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--lang", "en", "serve", str(tmp_path / "home"), "--port", str(port)]) == 2
    told = capsys.readouterr()
    assert f"Port {port}" in told.err and "--port" in told.err and told.out == ""
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("port", [0, -1, 70000])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(BadInput):
        check_address("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_refused():
    with pytest.raises(BadInput):
        check_address("203.0.113.9", 8000)


@pytest.mark.parametrize("count", [0, -2, 65])
def test_a_number_of_workers_that_makes_no_sense_is_refused(count):
    with pytest.raises(BadInput):
        check_workers(count)


@pytest.mark.django_db
def test_accounts_are_one_a_role_with_passwords_only_their_owner_reads(organisation, tmp_path, client):
    file = tmp_path / ACCOUNTS_FILE
    passwords = make_accounts(organisation, file)
    assert set(passwords) == set(Role.values) and len(set(passwords.values())) == len(passwords)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert all(f"{role}\t{password}" in file.read_text() for role, password in passwords.items())
    held = Membership.objects.filter(organisation=organisation)
    assert {one.user.get_username(): one.role for one in held} == {role: role for role in Role.values}
    assert client.login(username="viewer", password=passwords["viewer"])


def test_a_child_that_dies_is_started_again_slower_each_time(tmp_path):
    log = tmp_path / "starts"
    command = [sys.executable, "-c", f"open({str(log)!r}, 'a').write('x')"]
    child = Child("short-lived", command, dict(os.environ))
    now = 0.0
    starts = []
    for _ in range(4):
        child.look(now)
        assert child.process is not None
        starts.append(now)
        child.process.wait()
        child.look(now)
        assert child.process is None
        child.look(child.start_at - 0.01)
        assert child.process is None, "not before its time"
        now = child.start_at
    assert log.read_text() == "x" * 4
    waits = [later - earlier for earlier, later in zip(starts, [*starts[1:], now], strict=True)]
    assert waits == [1, 2, 4, 8]


def test_a_signal_stops_everything():
    child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ))

    def send() -> None:
        time.sleep(1.0)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=send).start()
    began = time.monotonic()
    assert supervise([child]) == 0
    assert time.monotonic() - began < 10
    assert child.process is not None and child.process.poll() is not None


@pytest.mark.django_db
def test_an_empty_workspace_waits_for_its_first_owner_and_makes_no_example(tmp_path):
    assert open_workspace(tmp_path, empty=True) == {}
    code = (tmp_path / "setup_code").read_text()
    assert stat.S_IMODE((tmp_path / "setup_code").stat().st_mode) == 0o600 and len(code) >= 20
    assert open_workspace(tmp_path) == {}, "begun empty, it stays so when it is started again"
    assert (tmp_path / "setup_code").read_text() == code
    assert not Organisation.objects.exists() and not (tmp_path / ACCOUNTS_FILE).exists()


def test_what_writes_reports_and_solves_programmes_is_not_loaded_before_it_is_used():
    told = "import sys, django; django.setup(); import tujing.web.urls; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", told],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tujing.web.settings"},
    )
    loaded = set(ran.stdout.split())
    assert "tujing.api.site" in loaded and not loaded & {"docx", "highspy", "pandas", "scipy", "duckdb", "openpyxl"}
