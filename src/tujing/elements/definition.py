"""A data element's definition: one canonical table, its columns, keys and constraints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tujing.problems import BadInput, check_model, read_yaml, refuse
from tujing.words import Text

TABLES = Path(__file__).parent / "tables"

ColumnType = Literal["string", "integer", "number", "boolean", "date", "datetime"]
Grade = Literal["general", "important", "core"]
"""一般 · 重要 · 核心: the three grades of the 2022 data-security measures for industry, article 8."""


class Column(BaseModel):
    """One column of a data element."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ColumnType
    label: Text
    required: bool = False
    unit: str = ""
    """Unit symbol as in GB/T 3100 or ISO 80000 (`min`, `kWh`, `CNY`, `1` for a share)."""
    minimum: float | None = None
    maximum: float | None = None
    enum: tuple[str, ...] = ()
    enum_words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """How people write each value of `enum`, the usual Chinese word first; an import takes these for the value."""
    reference: str = ""
    """`element.column` that must hold this value; checked when that element has data."""
    aliases: tuple[str, ...] = ()
    """Other headings that people give this column, for the first guess of a mapping."""


class Element(BaseModel):
    """A canonical table. The file's name is the element's name, for ever."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    label: Text
    description: Text
    standard: str
    """The standard whose terms the columns take, with its part (`ISA-95 Part 2 (GB/T 20720.2) operations event`)."""
    grade: Grade = "general"
    key: tuple[str, ...] = Field(min_length=1)
    time_column: str = ""
    """The column that tells span and freshness; empty for tables without a time."""
    columns: dict[str, Column] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        named = [*self.key, *([self.time_column] if self.time_column else [])]
        unknown = [name for name in named if name not in self.columns]
        if unknown:
            raise ValueError(f"key or time_column names no column: {', '.join(unknown)}")
        for name in self.key:
            if not self.columns[name].required:
                raise ValueError(f"key column {name} must be required")
        for name, column in self.columns.items():
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                raise ValueError(f"column name {name} is not snake_case")
            if column.enum and column.type != "string":
                raise ValueError(f"column {name}: only a string column has an enum")
            words = [word for names in column.enum_words.values() for word in names]
            if not set(column.enum_words) <= set(column.enum) or len(set(words)) < len(words):
                raise ValueError(f"column {name}: enum_words must name each value of enum by words of its own")
        if self.time_column and self.columns[self.time_column].type not in ("date", "datetime"):
            raise ValueError("time_column must be a date or datetime")
        return self


def read_element(path: Path) -> Element:
    """Reads and checks one definition.

    Raises
    ------
    BadInput
        When the file breaks the schema or its name differs from the element's.
    """
    element = check_model(Element, read_yaml(path), path)
    if element.name != path.stem:
        raise refuse(
            "name_differs",
            f"数据要素名 {element.name} 与文件名 {path.stem} 不一致，请改成一致。",
            f"Element name {element.name} differs from the file name {path.stem}; make them equal.",
            file=path,
            key="name",
        )
    return element


@cache
def elements(folder: Path = TABLES) -> dict[str, Element]:
    """Returns all data elements by name, with every reference checked.

    Raises
    ------
    BadInput
        When a definition is broken or refers to a column that is not there.
    """
    found = {path.stem: read_element(path) for path in sorted(folder.glob("*.yaml"))}
    problems = []
    for name, element in found.items():
        for column_name, column in element.columns.items():
            if not column.reference:
                continue
            table, _, target = column.reference.partition(".")
            if table not in found or target not in found[table].columns:
                problems += refuse(
                    "unknown_reference",
                    f"引用 {column.reference} 不存在。",
                    f"Reference {column.reference} does not exist.",
                    file=folder / f"{name}.yaml",
                    key=f"columns.{column_name}.reference",
                ).problems
    if problems:
        raise BadInput(problems)
    return found


def parents_first(names: Iterable[str]) -> list[str]:
    """Orders elements so that a referenced one comes before those that refer to it."""
    known, ordered = list(names), list[str]()

    def place(name: str) -> None:
        if name in ordered:
            return
        for column in element(name).columns.values():
            parent = column.reference.partition(".")[0]
            if parent in known and parent != name:
                place(parent)
        ordered.append(name)

    for name in known:
        place(name)
    return ordered


def element(name: str) -> Element:
    """Returns one data element.

    Raises
    ------
    BadInput
        When there is none of that name; suggests the nearest.
    """
    known = elements()
    if name not in known:
        from difflib import get_close_matches

        near = get_close_matches(name, known, n=1)
        hint = (f"是否指 {near[0]}？", f"Did you mean {near[0]}?") if near else ("", "")
        raise refuse(
            "unknown_element",
            f"没有名为 {name} 的数据要素。{hint[0]}用 tujing element list 查看全部。",
            f"There is no data element {name}. {hint[1]} See them all with tujing element list.",
            value=name,
        )
    return known[name]
