"""The atlas's own words, read from `labels.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tujing.problems import check_model, read_yaml
from tujing.words import Text


class Labels(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    wings: dict[str, Text]
    bands: dict[str, Text]
    sheets: dict[str, Text]
    headings: dict[str, Text]
    values: dict[str, Text]
    keys: dict[str, Text]
    """Wording of a manifest's keys, for the headings of the workbook to edit."""


@cache
def labels() -> Labels:
    path = Path(__file__).parent / "labels.yaml"
    return check_model(Labels, read_yaml(path), path)
