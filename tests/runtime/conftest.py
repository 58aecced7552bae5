"""Installations for tests with real processes: made once, copied for each test."""

from __future__ import annotations

import os
import shutil

import pytest
from tests.runtime.installation import DATABASE, Installation, database, environment

MADE = f"tujing_made_{os.getpid()}"
COPIED = f"tujing_copied_{os.getpid()}"


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """An installation with one organisation, which no test changes; bringing its database up takes seconds."""
    home = tmp_path_factory.mktemp("made") / "home"
    with database(MADE) as url:
        first = Installation(environment(home, url), home / "log")
        first.script(
            "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
            "Organisation.objects.create(slug='works', name={'zh': '厂', 'en': 'Works'})"
        )
        yield home


@pytest.fixture
def installation(made, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(made, home)
    with database(COPIED, template=MADE) as url:
        assert url or (home / DATABASE).exists()
        copy = Installation(environment(home, url), tmp_path / "log")
        yield copy
        for worker in copy.workers:
            worker.kill()
            worker.wait()
