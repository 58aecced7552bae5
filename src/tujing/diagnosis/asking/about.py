"""What an instrument is for and how long it takes, from `about.yaml`."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from tujing.diagnosis.instrument import Entry
from tujing.problems import check_model, read_yaml
from tujing.words import Text

ABOUT = Path(__file__).parent / "about.yaml"


class Seconds(Entry):
    value: float = Field(gt=0)
    source: str
    status: Literal["constructed", "measured"]


class About(Entry):
    seconds_per_question: Seconds
    source: str
    status: Literal["constructed"]
    purposes: dict[str, Text]


@cache
def about() -> About:
    return check_model(About, read_yaml(ABOUT), ABOUT)


def purpose(instrument: str) -> Text | None:
    """Returns in a sentence what an instrument is for; None where nobody wrote one."""
    return about().purposes.get(instrument)


def minutes(questions: int) -> int:
    """Returns about how many minutes so many questions take, at least one where there is any."""
    return math.ceil(questions * about().seconds_per_question.value / 60)
