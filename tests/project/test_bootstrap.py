"""Set-up: done work is not done again, an interrupted step is repaired, what is missing is said in both languages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from scripts import bootstrap

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / "stamps")
    (tmp_path / "stamps").mkdir()
    (tmp_path / "lock.txt").write_text("one")
    return tmp_path


class Work:
    """A step's action that counts its calls and makes the output, or breaks off before."""

    def __init__(self, output: Path) -> None:
        self.output, self.calls, self.breaks_off = output, 0, False

    def __call__(self) -> None:
        self.calls += 1
        if self.breaks_off:
            raise KeyboardInterrupt
        self.output.write_text("made")


@pytest.fixture
def work(folder):
    return Work(folder / "output")


def do(folder: Path, work: Work) -> int:
    bootstrap.step("step", "step", [folder / "lock.txt"], [work.output], work)
    return work.calls


def test_a_second_call_does_nothing(folder, work):
    assert [do(folder, work), do(folder, work)] == [1, 1]


def test_a_changed_input_does_the_step_again(folder, work):
    do(folder, work)
    (folder / "lock.txt").write_text("two")
    assert do(folder, work) == 2


def test_a_removed_output_does_the_step_again(folder, work):
    do(folder, work)
    work.output.unlink()
    assert do(folder, work) == 2


def test_an_interrupted_step_is_done_again_even_when_its_output_is_there(folder, work):
    do(folder, work)
    (folder / "lock.txt").write_text("two")
    work.breaks_off = True
    with pytest.raises(KeyboardInterrupt):
        do(folder, work)
    (folder / "lock.txt").write_text("one")
    work.breaks_off = False
    assert do(folder, work) == 3


def test_moving_text_from_one_input_to_the_next_changes_the_stamp(folder):
    first, second = folder / "a", folder / "b"
    first.write_text("ab")
    second.write_text("c")
    before = bootstrap.digest(first, second)
    first.write_text("a")
    second.write_text("bc")
    assert bootstrap.digest(first, second) != before


def test_an_old_python_alone_is_refused_in_both_languages(monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.CannotSetUp) as refused:
        bootstrap.continue_with_a_new_enough_python()
    zh, en = str(refused.value).splitlines()
    assert "需要 Python 3.11" in zh and "3.9" in zh
    assert "Python 3.11 or newer is needed, this is 3.9." in en


def test_without_node_and_without_its_package_the_pages_are_refused_in_both_languages(monkeypatch):
    def unreachable(name):
        raise bootstrap.CannotSetUp("…", "…")

    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    monkeypatch.setattr(bootstrap, "tool", unreachable)
    with pytest.raises(bootstrap.CannotSetUp, match=r"Node\.js 20 或更高版本") as refused:
        bootstrap.node_folder()
    assert "Install Node.js and call again." in str(refused.value)


def test_make_without_any_python_says_so_in_both_languages():
    done = subprocess.run(["make", "setup", "PYTHON="], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert "未找到 Python" in done.stderr
    assert "No Python found" in done.stderr


def test_a_mirror_set_for_pip_is_handed_to_uv(monkeypatch):
    settings = "global.extra-index-url='https://two.example/simple  https://three.example/simple'\n"
    settings += ":env:.index-url='https://one.example/simple'\ninstall.find-links='/wheels /more'\n"
    monkeypatch.setattr(bootstrap, "run", lambda *command, **options: (0, settings))
    monkeypatch.setattr(bootstrap.os, "environ", {})
    found = bootstrap.pip_settings_for_uv()
    assert found["UV_DEFAULT_INDEX"] == "https://one.example/simple"
    assert found["UV_INDEX"] == "https://two.example/simple https://three.example/simple"
    assert found["UV_FIND_LINKS"] == "/wheels,/more"


def test_the_script_is_written_for_any_python_3():
    """It has to tell an old Python's user what is missing, so it may not use what only a new one understands."""
    import ast

    ast.parse((ROOT / "scripts" / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    assert sys.version_info >= bootstrap.OLDEST_PYTHON
