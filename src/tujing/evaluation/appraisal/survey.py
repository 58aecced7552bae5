"""The usability survey's statements in words."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from tujing.evaluation.appraisal.ratings import STATEMENTS
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "survey.yaml"


class Survey(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    status: Literal["found", "recalled", "constructed", "measured"]
    statements: dict[str, Text]

    @model_validator(mode="after")
    def _all_there(self) -> Self:
        if tuple(self.statements) != STATEMENTS:
            raise ValueError(f"the survey has the statements {', '.join(STATEMENTS)}, in this order")
        return self


@cache
def survey() -> Survey:
    """Reads the survey shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return check_model(Survey, read_yaml(FILE), FILE)
