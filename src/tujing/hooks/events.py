"""The events there are, from `events.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import RootModel

from tujing.problems import check_model, read_yaml
from tujing.words import Text


class _Events(RootModel[dict[str, Text]]):
    pass


@cache
def events() -> dict[str, Text]:
    """Returns event → its name."""
    path = Path(__file__).parent / "events.yaml"
    return check_model(_Events, read_yaml(path), path).root
