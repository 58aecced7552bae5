"""The commands, as real processes: from one workspace to another, and from SQLite to PostgreSQL and back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tujing.backup.archive import read_manifest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.real_database
NAME = f"tujing_moving_{os.getpid()}"


@pytest.fixture
def elsewhere():
    """The environment of another installation: PostgreSQL where the suite has one, else SQLite too."""
    url = os.environ.get("TUJING_DATABASE_URL", "")
    if not url:
        yield {}
        return
    import psycopg

    parts = urlsplit(url)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME}")
    yield {"TUJING_DATABASE_URL": urlunsplit(parts._replace(path=f"/{NAME}"))}
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def tujing(*arguments, code=0, **environment) -> tuple[dict, str]:
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("TUJING_", "DJANGO_"))}
    given = {**plain, "PYTHONPATH": str(ROOT / "src"), **environment}
    command = [sys.executable, "-m", "tujing.cli.main", "--lang", "en", *map(str, arguments), "--json"]
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return (json.loads(done.stdout) if done.stdout else {}), done.stderr


def parts(file: Path) -> dict[str, str]:
    """Each part's hash; the trail tells of every restore, so that it alone grows."""
    return {part.name: part.sha256 for part in read_manifest(file).parts if "audit." not in part.name}


def test_there_and_back_again_is_equal(tmp_path, elsewhere):
    first, second, third = tmp_path / "first", tmp_path / "second", tmp_path / "third"
    profile = ("--name-zh", "甲厂", "--industry", "C3812", "--staff", "260", "--revenue", "130000000")
    tujing("init", first, *profile)
    sample = ROOT / "src/tujing/scenarios/production/scheduling/sample/work_centre.csv"
    tujing("import", first, sample, "--element", "work_centre")
    word = tmp_path / "word"
    word.write_text("a passphrase that is long\n")
    made, _ = tujing("backup", first, tmp_path / "1.tujing", "--passphrase-file", word)
    assert made["rows"] > 10 and made["files"] >= 1 and made["has_key"]

    moved, told = tujing("restore", tmp_path / "1.tujing", second, "--passphrase-file", word, **elsewhere)
    assert moved["rows"] == made["rows"] and moved["has_key"] and "start the site again" in told
    assert (second / "secret_key").read_text() == (first / "secret_key").read_text()
    assert (second / "tujing.db").exists() is not bool(elsewhere)
    tujing("backup", second, tmp_path / "2.tujing", **elsewhere)
    tujing("restore", tmp_path / "2.tujing", third)
    tujing("backup", third, tmp_path / "3.tujing")
    assert parts(tmp_path / "1.tujing") == parts(tmp_path / "2.tujing") == parts(tmp_path / "3.tujing")

    _, told = tujing("restore", tmp_path / "1.tujing", third, code=2)
    assert "--replace" in told
    _, told = tujing("restore", tmp_path / "none.tujing", third, code=2)
    assert "no such file" in told
    replaced, _ = tujing("restore", tmp_path / "1.tujing", third, "--replace")
    assert Path(replaced["safety"]).is_file()
