"""The form of wishes: reads what people type into `Asked`, every field that is wrong named at once."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation, Overflow
from typing import Any

from django.http import QueryDict

from tujing.planning.asked import Asked
from tujing.planning.departments import departments
from tujing.problems import BadInput, Problem, refuse

SPREAD = re.compile(r"[\s;；、]+")
STEP_KINDS = {"pinned", "forbidden", "mandatory"}


def yuan(raw: str, key: str = "budget") -> float:
    """Reads an amount in yuan as people type it: 3,000,000 or 300万.

    Raises
    ------
    BadInput
        When it is no amount.
    """
    text = raw.strip().replace(",", "").replace("，", "").replace(" ", "").removesuffix("元")
    factor = 1
    for suffix, size in (("亿", 100_000_000), ("万", 10_000)):
        if text.endswith(suffix):
            text, factor = text.removesuffix(suffix), size
    try:
        amount = float(Decimal(text) * factor)  # infinite where a float ends before a decimal does
    except (InvalidOperation, Overflow):
        amount = math.nan
    if not math.isfinite(amount):
        raise refuse(
            "not_an_amount",
            f"“{raw[:40]}”不是金额，请填以元计的数，例如 3000000 或 300万。",
            f"“{raw[:40]}” is no amount; give yuan as a number, for example 3000000.",
            key=key,
        )
    return amount


def whole(raw: str, key: str) -> int:
    """Reads a whole number; refuses anything else."""
    try:
        return int(raw.strip())
    except ValueError:
        raise refuse(
            "not_whole", "这里要填整数，例如 12。", "This is a whole number, such as 12.", key=key, value=raw[:40]
        ) from None


def number(raw: str, key: str) -> float:
    """Reads a number; refuses anything else, infinity too."""
    try:
        value = float(raw.strip().replace(",", ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise refuse(
            "not_a_number", "这里要填数字，例如 40。", "This is a number, such as 40.", key=key, value=raw[:40]
        )
    return value


def read_form(given: QueryDict, base: Asked | None = None) -> Asked:
    """Returns what the form asks for. A field that the form does not have keeps what `base` asked.

    Raises
    ------
    BadInput
        With one problem for every field that cannot be read; `key` is the field's name.
    """
    reader = _Reader(given)
    found: dict[str, Any] = {}
    if "budget" in given:
        found["budget"] = reader.read("budget", _budget)
    if "quarters" in given:
        found["quarters"] = reader.read("quarters", whole)
    for key in ("parallel", "department_parallel", "maturity", "target_level", "loan_quarters"):
        if key in given:
            found[key] = reader.read(key, whole, empty=None)
    for key in ("capacity",):
        if key in given:
            found[key] = reader.read(key, number, empty=None)
    if "loan" in given:
        found["loan"] = reader.read("loan", yuan, empty=None)
    if "loan_rate" in given:
        percent = reader.read("loan_rate", number, empty=None)
        found["loan_rate"] = None if percent is None else percent / 100
    if "risk" in given:
        found["most_loss"] = {"any": None, "none": 0.0}.get(given["risk"])
        if given["risk"] == "some":
            found["most_loss"] = reader.read("most_loss", yuan)
    if "by" in given:
        found["by"] = given["by"].strip() or None
    if "with_lists" in given:
        found["subsidies"] = tuple(given.getlist("subsidies"))
        found["skills"] = {
            role: days
            for role in departments().roles
            if (days := reader.read(f"skill_{role}", number, empty=None)) is not None
        }
        found |= _steps(given, base)
    if reader.problems:
        raise BadInput(reader.problems)
    return Asked(**((base.model_dump() if base else {}) | found))


def _steps(given: QueryDict, base: Asked | None) -> dict[str, Any]:
    """Reads the rows of steps: `step` and, beside it, what is asked of it."""
    wishes: dict[str, dict[str, None]] = {kind: {} for kind in STEP_KINDS}
    for step, kind in zip(given.getlist("step"), given.getlist("step_kind"), strict=False):
        if step.strip() and kind in STEP_KINDS:
            wishes[kind][step.strip()] = None
    kept = {one.partition(":")[0] for kind in ("pinned", "mandatory") for one in wishes[kind]}
    starts = {step: when for step, when in (base.starts if base else {}).items() if step in kept}
    return {kind: tuple(steps) for kind, steps in wishes.items()} | {"starts": starts}


def _budget(raw: str, key: str) -> float | tuple[float, ...]:
    """One amount, or one a quarter set apart by spaces or semicolons."""
    amounts = [part for part in SPREAD.split(raw.strip()) if part]
    if len(amounts) < 2:
        return yuan(raw, key)
    return tuple(yuan(part, key) for part in amounts)


class _Reader:
    """Collects what cannot be read, so that all of it is told at once."""

    REQUIRED = object()

    def __init__(self, given: QueryDict) -> None:
        self.given = given
        self.problems: list[Problem] = []

    def read(self, key: str, reads: Callable[[str, str], Any], empty: Any = REQUIRED) -> Any:
        raw = self.given.get(key, "")
        if not raw.strip() and empty is not self.REQUIRED:
            return empty
        try:
            return reads(raw, key)
        except BadInput as error:
            self.problems += error.problems
            return None
