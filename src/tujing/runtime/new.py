"""Writes a new scenario's folder that passes the conformance suite at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from tujing.atlas.manifest import Wing
from tujing.problems import refuse

TEMPLATE = Path(__file__).parent / "scaffold"


def scaffold(root: Path, scenario: str, name_zh: str, name_en: str) -> Path:
    """Writes `root/<wing>/<name>` from the template and returns the folder.

    Raises
    ------
    BadInput
        When the id is not `<wing>/<snake_case>` or the folder exists.
    """
    wing, _, last = scenario.partition("/")
    if wing not in get_args(Wing) or not re.fullmatch(r"[a-z][a-z0-9_]*", last):
        raise refuse(
            "scenario_id",
            f"场景编号 {scenario} 应为“板块/名称”，板块可选：{'、'.join(get_args(Wing))}，名称用小写字母与下划线。",
            f"Scenario id {scenario} must be wing/name, wing one of {', '.join(get_args(Wing))}, name in snake_case.",
            value=scenario,
        )
    folder = root / wing / last
    if folder.exists():
        raise refuse("folder_exists", "这个文件夹已经存在。", "This folder exists already.", file=folder)
    words = {
        "@ID@": scenario,
        "@WING@": wing,
        "@ZH@": name_zh,
        "@EN@": name_en,
        "@CLASS@": "".join(part.capitalize() for part in last.split("_")),
    }
    for source in sorted(TEMPLATE.rglob("*")):
        if source.is_dir():
            continue
        target = folder / source.relative_to(TEMPLATE).with_suffix("" if source.suffix == ".tmpl" else source.suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        content = source.read_text(encoding="utf-8")
        for mark, word in words.items():
            content = content.replace(mark, word)
        target.write_text(content, encoding="utf-8")
    return folder
