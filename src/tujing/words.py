"""Text in two languages, Chinese first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Text(BaseModel):
    """One wording in Chinese and in English; neither may be blank."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Annotated[str, AfterValidator(lambda text: _not_blank(text))]
    en: Annotated[str, AfterValidator(lambda text: _not_blank(text))]

    def __getitem__(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh

    def as_dict(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


def text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def pick(words: Mapping[str, str] | Text, language: str) -> str:
    """Returns the wording in one language, falling back to Chinese."""
    if isinstance(words, Text):
        return words[language]
    return words.get("en" if language.startswith("en") else "zh") or words.get("zh", "")


def _not_blank(wording: str) -> str:
    if not wording.strip():
        raise ValueError("blank text")
    return wording
