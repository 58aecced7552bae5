"""What is wrong with an input, in a sentence a person can act on.

Two layers: a plain sentence with the next step in Chinese and English, then where it is (file, row, column or key) and
the technical detail.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from tujing.safe_yaml import RepeatedKey, line_of, parse_yaml
from tujing.words import Text

Model = TypeVar("Model", bound=BaseModel)

SHORT = reprlib.Repr()
"""Shows a value in a sentence: what is nested, or an alias makes huge, is never spelled out whole."""
SHORT.maxstring = SHORT.maxother = 80


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input.

    `row` counts as a person counts in a spreadsheet: the header is row 1. `code` is stable and never translated.
    """

    code: str
    words: Text
    file: str = ""
    row: int | None = None
    column: str = ""
    key: str = ""
    value: str = ""
    detail: str = ""

    def sentence(self, language: str = "zh") -> str:
        place = self.place(language)
        return f"{place}{self.words[language]}" if place else self.words[language]

    def place(self, language: str) -> str:
        chinese = not language.startswith("en")
        parts = [self.file] if self.file else []
        if self.row is not None:
            parts.append(f"第 {self.row} 行" if chinese else f"row {self.row}")
        if self.column:
            parts.append(f"列 {self.column}" if chinese else f"column {self.column}")
        if self.key:
            parts.append(f"键 {self.key}" if chinese else f"key {self.key}")
        if not parts:
            return ""
        return "，".join(parts) + "：" if chinese else ", ".join(parts) + ": "

    def as_dict(self) -> dict[str, Any]:
        names = ("file", "row", "column", "key", "value")
        place = {name: getattr(self, name) for name in names}
        return {
            "code": self.code,
            "zh": self.sentence("zh"),
            "en": self.sentence("en"),
            **{name: value for name, value in place.items() if value not in ("", None)},
            **({"detail": self.detail} if self.detail else {}),
        }


class BadInput(Exception):
    """Raised when an input cannot be used; nothing has been changed. The command line exits with 2."""

    exit_code = 2

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: list[Problem] = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("; ".join(problem.sentence("en") for problem in self.problems[:5]))


def refuse(code: str, zh: str, en: str, **place: Any) -> BadInput:
    """Builds the exception for one problem.

    `raise refuse("empty_file", "文件是空的，请重新导出。", "The file is empty; export it again.", file=path)`
    """
    if "file" in place:
        place["file"] = str(place["file"])
    return BadInput(Problem(code, Text(zh=zh, en=en), **place))


def read_text(path: Path) -> str:
    """Reads a text file in UTF-8, with or without its mark.

    Raises
    ------
    BadInput
        When the file is missing or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise refuse(
            "missing_file", "找不到这个文件，请检查路径。", "No such file; check the path.", file=path
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(
            "unreadable_file",
            "无法读取这个文件，请存为 UTF-8 编码的文本。",
            "Cannot read this file; save it as UTF-8 text.",
            file=path,
            detail=str(error),
        ) from error


def repeated_key(error: RepeatedKey, path: Path) -> BadInput:
    """Builds the exception for a key that a file gives twice."""
    return refuse(
        "repeated_key",
        f"{error.name} 写了两次，请只保留一个。",
        f"{error.name} is written twice; keep one.",
        file=path,
        row=error.row,
        key=error.name,
    )


def read_yaml(path: Path) -> Any:
    """Reads a YAML file safely.

    Raises
    ------
    BadInput
        When the file is missing, not UTF-8, not YAML, nested without end or of aliases that multiply; names the line.
    """
    try:
        return parse_yaml(read_text(path))
    except RepeatedKey as error:
        raise repeated_key(error, path) from None
    except yaml.YAMLError as error:
        raise refuse(
            "bad_yaml",
            "不是有效的 YAML，请检查该行的缩进、冒号与引号。",
            "Not valid YAML; check indentation, colons and quotes on this line.",
            file=path,
            row=line_of(error),
            detail=str(error),
        ) from error


def check_model(model: type[Model], content: Any, file: Path | str) -> Model:
    """Validates parsed YAML or JSON against a pydantic model.

    Raises
    ------
    BadInput
        One problem per offending key, each with the key's dotted path.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise BadInput(_from_pydantic(error, str(file))) from error


def _from_pydantic(error: ValidationError, file: str) -> Sequence[Problem]:
    problems = []
    for item in error.errors(include_url=False, include_context=False):
        key = ".".join(str(part) for part in item["loc"])
        kind = item["type"]
        if kind == "missing":
            words = Text(zh="缺少这一项，请补上。", en="This entry is missing; add it.")
        elif kind == "extra_forbidden":
            words = Text(
                zh="不认识这一项，请检查拼写或删去。", en="This entry is not known; check the spelling or remove it."
            )
        else:
            value = SHORT.repr(item.get("input"))[:80]
            words = Text(
                zh=f"取值 {value} 不符合要求（{item['msg']}），请改正。",
                en=f"The value {value} does not fit ({item['msg']}); correct it.",
            )
        problems.append(Problem(kind, words, file=file, key=key, detail=item["msg"]))
    return problems
