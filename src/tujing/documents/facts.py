"""Documents: facts that fill several questionnaires at once."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Words

Most = Annotated[int, Field(ge=-(10**15), le=10**15)]
FactValue = bool | Most | Annotated[float, Field(ge=-1e15, le=1e15)] | Annotated[str, Field(max_length=200)] | None


class Fact(BaseModel):
    """Something the enterprise can do, has or is: what is known of it, from where, and what contradicts that."""

    id: str
    label: Words
    kind: str = Field(description="`level`, `share`, `held`, `number`, `degree` or `choice`.")
    choices: list[str]
    value: Any = Field(None, description="By the best source; null when it is not known.")
    origin: str | None = Field(None, description="`measured`, `answered`, `profile` or `assessment`.")
    others: dict[str, Any] = Field({}, description="What weaker sources say, where they contradict.")
    answered: Any = Field(None, description="What was answered here.")
    instruments: list[str] = Field(description="Questionnaires that read it.")


class FactAnswers(BaseModel):
    model_config = ConfigDict(extra="forbid")

    answers: dict[str, FactValue] = Field(description="Fact → answer; null takes one back.", max_length=500)


class Prefilled(BaseModel):
    questions: list[str]
