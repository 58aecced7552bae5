"""The capability facts and the mapping of instruments' items onto them, read from the YAML files of this folder."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, RootModel

from tujing.diagnosis.catalogue import every_instrument, item_ids
from tujing.diagnosis.instrument import Entry
from tujing.problems import BadInput, Problem, check_model, read_yaml
from tujing.words import Text

FOLDER = Path(__file__).parent
Kind = Literal["level", "share", "held", "number", "degree", "choice"]


class Fact(Entry):
    """Something the enterprise can do, has, or is; asked once."""

    kind: Kind
    label: Text
    choices: tuple[str, ...] = ()


class _Facts(Entry):
    status: Literal["constructed"]
    facts: dict[str, Fact]


class Options(Entry):
    """A multiple choice: option → fact of kind held."""

    options: dict[str, str] = Field(min_length=1)


class Bands(Entry):
    """A choice by a number: choice → least value, rising; None for the first."""

    source: str = Field(alias="from")
    bands: dict[str, float | None] = Field(min_length=2)


Source = tuple[str, ...] | Options | Bands


class _Mapping(RootModel[dict[str, dict[str, Source]]]):
    pass


@cache
def facts() -> dict[str, Fact]:
    return check_model(_Facts, read_yaml(FOLDER / "facts.yaml"), FOLDER / "facts.yaml").facts


@cache
def mapping() -> dict[str, dict[str, Source]]:
    """Returns instrument → item → where its answer comes from.

    Raises
    ------
    BadInput
        When the file names an instrument, item or fact that does not exist.
    """
    path = FOLDER / "mapping.yaml"
    found = check_model(_Mapping, read_yaml(path), path).root
    problems = []
    for instrument, items in found.items():
        known = item_ids(every_instrument()[instrument]) if instrument in every_instrument() else ()
        for item, source in items.items():
            strangers = [name for name in named(source) if name not in facts()]
            if item not in known or strangers:
                words = Text(
                    zh=f"{instrument} 的 {item} 或事实 {strangers} 不存在。",
                    en=f"Item {item} of {instrument} or the facts {strangers} do not exist.",
                )
                problems.append(Problem("unknown_fact", words, file=str(path), key=f"{instrument}.{item}"))
    if problems:
        raise BadInput(problems)
    return found


def named(source: Source) -> tuple[str, ...]:
    """Returns the facts that an item reads."""
    if isinstance(source, Options):
        return tuple(source.options.values())
    return (source.source,) if isinstance(source, Bands) else source


def readers() -> dict[str, list[str]]:
    """Returns fact → the instruments that read it."""
    found: dict[str, list[str]] = {}
    for instrument, items in mapping().items():
        for name in sorted({name for source in items.values() for name in named(source)}):
            found.setdefault(name, []).append(instrument)
    return found


def check(answers: Mapping[str, Any], file: str = "") -> None:
    """Checks answers to facts.

    Raises
    ------
    BadInput
        With every fact that is not known and every value that does not fit its kind.
    """
    problems = []
    for id, value in answers.items():
        fact = facts().get(id)
        if fact is None:
            words = Text(zh=f"没有事实 {id}，请核对编号。", en=f"There is no fact {id}; check the id.")
            problems.append(Problem("unknown_fact", words, file=file, key=id))
        elif not fits(fact, value):
            asked = ASKED[fact.kind]
            words = Text(
                zh=f"“{fact.label.zh}”的值 {value} 不合要求：{asked.zh}{'、'.join(fact.choices)}。",
                en=f"The value {value} of {fact.label.en} does not fit: {asked.en}{', '.join(fact.choices)}.",
            )
            problems.append(Problem("bad_fact", words, file=file, key=id, value=str(value)))
    if problems:
        raise BadInput(problems)


ASKED: dict[Kind, Text] = {
    "level": Text(zh="应为 0–5 的整数", en="give a whole number from 0 to 5"),
    "share": Text(zh="应为 0–1 的数", en="give a number from 0 to 1"),
    "held": Text(zh="应为 true 或 false", en="give true or false"),
    "number": Text(zh="应为数字", en="give a number"),
    "degree": Text(zh="应为 0–3 的整数", en="give a whole number from 0 to 3"),
    "choice": Text(zh="可选 ", en="choose of "),
}


def fits(fact: Fact, value: Any) -> bool:
    """Whether a value is of the fact's kind."""
    if fact.kind == "choice":
        return value in fact.choices
    if fact.kind == "held":
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    highest = {"level": 5, "share": 1, "degree": 3}.get(fact.kind)
    whole = fact.kind in ("level", "degree")
    return highest is None or (0 <= value <= highest and (not whole or float(value).is_integer()))
