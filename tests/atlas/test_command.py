"""`tujing atlas` prints the map and refuses what is broken with exit 2."""

from __future__ import annotations

import argparse
import json

import pytest

from tujing.atlas.loader import atlas
from tujing.cli import atlas as command
from tujing.cli import output


@pytest.fixture
def run(capsys):
    """Runs one command line in English; returns its exit code and what it printed."""
    output.choose_language("en")

    def _run(*words: object) -> tuple[int, str]:
        top = argparse.ArgumentParser()
        command.add(top.add_subparsers())
        args = top.parse_args(["atlas", *map(str, words)])
        code = args.run(args) or 0
        return code, capsys.readouterr().out

    yield _run
    output.choose_language("zh")


def test_check_of_the_shipped_atlas(run):
    code, printed = run("check")
    assert code == 0
    assert printed.splitlines()[-1] == f"{len(atlas().cards)} scenarios, 0 errors"


def test_check_of_a_broken_manifest_names_file_and_key_and_exits_2(run, write, content):
    content["kpis"][0]["formula"] = "sales_order.no_such"
    root = write(content)
    code, printed = run("check", root)
    assert code == 2
    assert "scenario.yaml, key kpis.0.formula: sales_order has no column no_such" in printed
    assert printed.splitlines()[-1] == "1 scenario, 1 error"
    code, printed = run("check", root, "--json")
    document = json.loads(printed)
    assert code == 2 and document["errors"] == 1 and document["problems"][0]["key"] == "kpis.0.formula"


@pytest.mark.parametrize("action", [["list"], ["show", "production/scheduling"], ["graph"], ["lists"], ["check"]])
def test_every_action_gives_lines_and_one_json_document(run, action):
    code, lines = run(*action)
    assert code == 0 and lines.strip()
    code, printed = run(*action, "--json")
    assert code == 0 and isinstance(json.loads(printed), dict)


def test_export_says_what_it_wrote(run, tmp_path):
    code, printed = run("export", tmp_path / "atlas.json", "--json")
    assert code == 0 and json.loads(printed)["scenarios"] == len(atlas().cards)
    assert (tmp_path / "atlas.json").is_file()
