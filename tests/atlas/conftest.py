"""A folder with one good manifest that a test may break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tujing.atlas.loader import SCENARIOS
from tujing.problems import read_yaml

GOOD = "supply_chain/order_tracking"
"""A shipped manifest without prerequisites, so that it stands alone."""


@pytest.fixture
def content() -> dict[str, Any]:
    """The good manifest as plain data, fresh for each test."""
    return read_yaml(SCENARIOS / GOOD / "scenario.yaml")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a manifest where its id says, or under another id's folder; returns the root folder."""

    def _write(content: Any, folder: str = GOOD) -> Path:
        path = tmp_path / "scenarios" / folder / "scenario.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        path.write_text(text, encoding="utf-8")
        return tmp_path / "scenarios"

    return _write
