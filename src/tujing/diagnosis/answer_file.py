"""Answer files: YAML, JSON, or a filled-in spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from tujing.diagnosis.answers import AnswerFile, from_document
from tujing.diagnosis.instrument import Instrument
from tujing.diagnosis.spreadsheet import workbook
from tujing.problems import read_text, refuse, repeated_key
from tujing.safe_yaml import RepeatedKey, line_of, parse_yaml
from tujing.words import Text

LARGEST_FILE = 5 * 1024 * 1024
TEXT_KINDS = Text(zh="答卷只能是 .yaml 或 .json 文件。", en="An answer file is .yaml or .json.")
ANY_KIND = Text(zh="答卷只能是 .yaml、.json、.xlsx 或 .csv 文件。", en="An answer file is .yaml, .json, .xlsx or .csv.")


def read(path: Path, instrument: Instrument) -> AnswerFile:
    """Reads an answer file: .yaml, .json, .xlsx or .csv (UTF-8 or GBK).

    Raises
    ------
    BadInput
        With every fault of the file: unknown question or option, two options in a single choice, level out of range, a
        question answered twice, numbers that contradict the option.
    """
    if path.suffix.lower() in (".xlsx", ".csv"):
        check_size(path)
        return workbook.read(path, instrument)
    return from_document(read_document(path, ANY_KIND), instrument, str(path))


def read_document(path: Path, kinds: Text = TEXT_KINDS) -> Any:
    """Parses a .yaml or .json file of at most 5 MB, whatever it holds.

    Raises
    ------
    BadInput
        When it is missing, too large, of another kind (`kinds` says which are taken), no UTF-8, broken, or gives a key
        twice.
    """
    check_size(path)
    if path.suffix.lower() not in (".yaml", ".yml", ".json"):
        raise refuse("unknown_format", kinds.zh, kinds.en, file=path)
    return _parse(path)


def check_size(path: Path) -> None:
    """Refuses a file over the limit."""
    if path.is_file() and path.stat().st_size > LARGEST_FILE:
        raise refuse(
            "too_large",
            "答卷文件超过 5 MB，请确认选对了文件。",
            "The answer file is over 5 MB; check that it is the right file.",
            file=path,
        )


def _parse(path: Path) -> Any:
    """Parses YAML or JSON, refusing a key that is written twice (both parsers would silently keep the last)."""
    text = read_text(path)
    try:
        if path.suffix.lower() == ".json":
            return json.loads(text, object_pairs_hook=_unique)
        return parse_yaml(text)
    except RepeatedKey as error:
        raise repeated_key(error, path) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        row = line_of(error) if isinstance(error, yaml.YAMLError) else getattr(error, "lineno", None)
        raise refuse(
            "bad_file",
            "内容无法解析，请检查该行的缩进、冒号与引号。",
            "The content cannot be parsed; check indentation, colons and quotes on this line.",
            file=path,
            row=row,
            detail=str(error),
        ) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RepeatedKey(key)
        found[key] = value
    return found
