"""Documents that every area has: text in two languages, pages of lists, problems."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")
Json = dict[str, Any]


class Words(BaseModel):
    """One wording in Chinese and in English."""

    zh: str
    en: str = ""


class Page(BaseModel, Generic[Item]):
    """One page of a list. `next` is the path of the following page; null on the last one."""

    count: int = Field(description="Rows in all pages together.")
    next: str | None = None
    items: list[Item]


class Problem(BaseModel):
    """One thing wrong with what was sent. `code` is stable and never translated."""

    model_config = ConfigDict(coerce_numbers_to_str=True)  # a refused value may be a number

    code: str
    zh: str
    en: str
    file: str = ""
    row: int | None = Field(None, description="As a spreadsheet counts: the header is row 1.")
    column: str = ""
    key: str = ""
    value: str = ""
    detail: str = ""


class ProblemDocument(BaseModel):
    """An answer that is no success, as RFC 9457 `application/problem+json`."""

    type: str = Field(description="`urn:tujing:problem:` and the code of the first problem.")
    title: str = Field(description="What kind of refusal this is, in the caller's language.")
    status: int
    detail: str = Field(description="The sentence to show a person, in the caller's language.")
    instance: str = Field(description="Path of the request.")
    problems: list[Problem] = []


class Done(BaseModel):
    """How many objects an operation changed, where nothing else is to be told."""

    changed: int
