"""The tour of the example: its steps over real pages, read from `tour.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from tujing.problems import read_yaml
from tujing.words import Text


class TourStep(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    page: str
    """The name of an address without arguments."""
    at: str
    """CSS selector of what is pointed at."""
    title: Text
    words: Text


@cache
def tour() -> tuple[TourStep, ...]:
    return TypeAdapter(tuple[TourStep, ...]).validate_python(tuple(read_yaml(Path(__file__).with_suffix(".yaml"))))
