"""National code lists: manufacturing industries (GB/T 4754-2017, section C) and divisions (GB/T 2260).

Names and codes are facts of public standards. Divisions are those of 30 June 2023, provinces and cities only.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tujing.problems import refuse

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Code:
    """One entry: code as written in the standard (an industry with its section letter), level and Chinese name."""

    code: str
    level: str
    name: str


@cache
def industries() -> dict[str, Code]:
    """Returns manufacturing itself with its 31 divisions, 179 groups and 609 classes, by code."""
    return _read(FOLDER / "gb_t_4754_2017.csv")


@cache
def regions() -> dict[str, Code]:
    """Returns provinces and cities by six-digit code."""
    return _read(FOLDER / "gb_t_2260.csv")


def industry(code: str) -> Code:
    """Returns an industry.

    Raises
    ------
    BadInput
        When the code is not in section C of GB/T 4754-2017.
    """
    found = industries().get(code)
    if found is None:
        near = code if code.startswith("C") else f"C{code}"
        hint = (f"是否指 {near}？", f"Did you mean {near}? ") if near in industries() and near != code else ("", "")
        raise refuse(
            "unknown_industry",
            f"GB/T 4754—2017 制造业门类没有代码 {code}。{hint[0]}请写门类字母加数字，如 C3812。",
            f"GB/T 4754-2017 has no manufacturing code {code}. {hint[1]}Write the letter and digits, such as C3812.",
            key="industry",
            value=code,
        )
    return found


def region(code: str) -> Code:
    """Returns the province or city of a six-digit code; a county's code gives its city.

    Raises
    ------
    BadInput
        When the code is not of GB/T 2260.
    """
    well_formed = len(code) == 6 and code.isdecimal()
    found = regions().get(code) or regions().get(f"{code[:4]}00")
    if not well_formed or found is None:
        raise refuse(
            "unknown_region",
            f"GB/T 2260 没有区划代码 {code}，请写六位数字，如 330200。",
            f"GB/T 2260 has no division code {code}; write six digits, such as 330200.",
            key="region",
            value=code,
        )
    return found


def _read(path: Path) -> dict[str, Code]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Code(row["code"], row["level"], row["name"]) for row in csv.DictReader(file)}
