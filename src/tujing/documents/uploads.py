"""Documents: what a file would bring, before it is taken in; and what was taken in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Problem, Words

Cells = dict[str, Annotated[str, Field(max_length=1000)]]


class ReadingWishes(BaseModel):
    """How a file is read where it does not tell itself; another sheet, encoding or header drops the corrections."""

    model_config = ConfigDict(extra="forbid")

    sheet: str = Field("", max_length=120, description="Left out: the first.")
    encoding: Literal["", "utf-8", "gb18030", "big5", "utf-16"] = Field("", description="Left out: as found.")
    header: int = Field(1, ge=1, le=50, description="Row of the headings.")
    units: dict[str, str] = Field({}, description="Column → unit that the file's figures are in.", max_length=200)
    corrections: dict[str, Cells] = Field(
        {}, description="Row → heading → text that stands in place of the file's own.", max_length=2000
    )


class UploadedColumn(BaseModel):
    """A column of the data element with the heading that it most likely is."""

    name: str
    label: Words
    required: bool
    heading: str | None
    how: str | None = Field(None, description="`remembered`, `named` or `alike`.")
    unit: str | None = Field(None, description="Unit chosen, now or the last time.")
    units: dict[str, float] = Field({}, description="Other unit that its figures may be in → factor.")


class Upload(BaseModel):
    """A kept file as it is read now, for a day; nothing of it is in the table yet."""

    token: str
    element: str
    file: str
    size: int = Field(description="Bytes.")
    sheets: list[str]
    reading: ReadingWishes
    top: list[list[str]] = Field(description="The first rows as they stand, to find the headings by.")
    headings: list[str]
    ignored: list[str] = Field(description="Headings that no column takes by itself.")
    columns: list[UploadedColumn]
    rows: list[list[Any]] = Field(description="The first rows under the headings.")
    missing: list[str] = Field(description="Required columns without a heading.")
    problems: list[Problem] = Field([], description="Why it cannot be read so; choose another header row or sheet.")


class MappingWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mapping: dict[str, str] = Field({}, description="Column → heading; what is left out is matched by itself.")
    mode: Literal["replace", "append"] = "replace"


class TakeInWishes(MappingWishes):
    skip_bad: bool = Field(False, description="Keep the good rows and give the bad ones back as a file.")


class Complaint(BaseModel):
    heading: str = Field(description="Empty where it speaks of the whole row.")
    words: list[Words]


class BadRow(BaseModel):
    row: int = Field(description="As a spreadsheet counts.")
    cells: dict[str, str] = Field(description="Heading → text.")
    complaints: list[Complaint]


class CheckedUpload(BaseModel):
    """All rows checked as an import would; `rows` are the first of the bad ones."""

    good: int
    bad: int
    rows: list[BadRow]


class AnswerDifference(BaseModel):
    """`added` to an open question; `changed`; `conflict`: also changed here; `newer`: changed only here since."""

    question: str
    label: Words
    kind: Literal["added", "changed", "conflict", "newer"]
    base: Any = Field(None, description="The answer at the download.")
    here: Any = Field(None, description="The answer now.")
    file: Any = Field(None, description="The answer in the file.")


class AnswersPreview(BaseModel):
    """What a filled-in spreadsheet would change."""

    answered: int
    evidence: int = Field(description="Pieces of evidence that it brings.")
    made: datetime | None = Field(description="When it was downloaded; null where it does not say.")
    differences: list[AnswerDifference]


class AnswersTaken(BaseModel):
    batch: str = Field(description="To undo it by.")
    changed: int = Field(description="Answers that it changed.")


class AnswersUndone(BaseModel):
    back: int = Field(description="Answers that are as before.")
    stay: int = Field(description="Answers that stay, as somebody has changed them since.")
