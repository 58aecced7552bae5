"""A pack as a folder: `<wing>/<name>/scenario.yaml`, written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from tujing.atlas.loader import CheckReport, check, read_manifest
from tujing.atlas.manifest import Manifest
from tujing.problems import BadInput, Problem, refuse

LINE = 140


def as_yaml(manifest: Manifest) -> str:
    """Returns a manifest as YAML; what equals its default is left out."""
    content = manifest.model_dump(mode="json", exclude_defaults=True)
    text: str = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=LINE)
    return text


def read_folder(folder: Path) -> dict[str, Manifest]:
    """Reads the scenarios of a folder, without asking whether those they name exist.

    Raises
    ------
    BadInput
        With every problem of its files, or when it holds none.
    """
    found: dict[str, Manifest] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*/*/scenario.yaml")):
        try:
            manifest = read_manifest(path)
        except BadInput as error:
            problems += error.problems
        else:
            found[manifest.id] = manifest
    if problems:
        raise BadInput(problems)
    if not found:
        zh = "这个文件夹里没有场景，应有 <场景类>/<场景名>/scenario.yaml。"
        raise refuse("no_scenarios", zh, "No scenario here; expected <wing>/<name>/scenario.yaml.", file=folder)
    return found


def write_folder(manifests: Mapping[str, Manifest], folder: Path) -> CheckReport:
    """Writes scenarios to a new folder and checks them against the installed atlas.

    Raises
    ------
    BadInput
        When the folder exists and is not empty, or any scenario breaks a rule; nothing is left behind then.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise refuse(
            "folder_in_use",
            "目标文件夹已存在且不为空，请换一个。",
            "The target folder exists and is not empty; choose another.",
            file=folder,
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".pack-", dir=folder.parent))
    try:
        for id, manifest in manifests.items():
            path = draft / id / "scenario.yaml"
            path.parent.mkdir(parents=True)
            path.write_text(as_yaml(manifest), encoding="utf-8")
        report = check(draft)
        if not report.ok:
            raise BadInput(report.problems)
        if folder.exists():
            folder.rmdir()
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return report
