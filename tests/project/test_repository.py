"""What holds for the repository as a whole: no machine's traces, small files, whole locks."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".json",
    ".js",
    ".mjs",
    ".css",
    ".html",
    ".txt",
    ".in",
    ".sh",
    ".po",
    "",
}
LINES_AT_MOST = 600

# Composed, so that this file does not hold what it looks for.
MACHINE_TRACES = re.compile(
    "|".join(
        [
            r"(?<![\w.])/(?:work|root|home/[a-z]+|Users/[A-Za-z]+)/\w",
            r"(?<![\w.])/opt/(?:wheels|pypi)",
            "pypi" + r"\.org",
            "pythonhosted" + r"\.org",
            "registry" + r"\.npmjs",
            "npm" + r"mirror\.com",
            "tuna\\.tsinghua",
        ]
    )
)


def tracked() -> list[Path]:
    """The files that belong to the repository; a copy without its history is searched as it lies."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout, so what belongs to it is not known")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def text_files() -> list[Path]:
    return [path for path in tracked() if path.suffix in TEXT]


def test_no_tracked_file_names_a_machine_path_or_a_package_registry():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if MACHINE_TRACES.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_python_file_is_longer_than_the_limit():
    lengths = {
        path.relative_to(ROOT): len(path.read_bytes().splitlines()) for path in tracked() if path.suffix == ".py"
    }
    assert not {path: lines for path, lines in lengths.items() if lines > LINES_AT_MOST}


def test_nothing_that_set_up_makes_is_tracked():
    made = re.compile(r"\.mo$|\.ttf$|node_modules/|/static/build/|^build/|^\.venv/|^\.stamps/|^\.tools/|\.pyc$")
    assert not [path for path in tracked() if made.search(str(path.relative_to(ROOT)))]


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_every_locked_python_package_has_a_version_and_a_hash_and_no_address(lock: Path):
    text = lock.read_text()
    assert "://" not in text
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert "==" in requirement, requirement
        assert "--hash=sha256:" in requirement, requirement


def test_the_lock_holds_what_builds_the_project():
    """Set-up installs the project without build isolation; the build backend must be there, in its locked version."""
    lock = (ROOT / "requirements" / "dev.txt").read_text()
    for name in (ROOT / "requirements" / "build.in").read_text().split():
        assert re.search(rf"^{name}==", lock, re.MULTILINE), f"{name} is not locked: renew the lock with make lock"


def test_the_npm_lock_has_hashes_and_no_address_to_fetch_from():
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if name and "integrity" not in package]
