"""What is to be otherwise than in the tables: breakdowns, rush orders, what-if variants; read from short clauses.

A clause is a word and its arguments: `down TU-01 2026-03-02T10:00 2026-03-02T14:00` (a work centre stands still),
`rush WO-105`, `without WO-103`, `add SV60 40` (an order more: product, quantity, then release if not at once). Clauses
are separated by `;`. Variants are `name: clauses`, separated by `|`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime

from tujing.problems import BadInput, refuse

RUSH = 20
"""An order in a hurry counts so many times its weight."""
EXTRA = "+"
"""Begins the names of added orders."""
WEEK = 7 * 24 * 60


@dataclass(frozen=True)
class Changes:
    """All times without a zone, as in the tables."""

    frozen_minutes: int = 0
    """Operations of the schedule in force that start within so long of the origin keep machine, start and sequence."""
    stability: float = 0.0
    """Minutes of weighted tardiness (or of makespan) that moving one start by one minute is worth."""
    down: tuple[tuple[str, datetime, datetime], ...] = ()
    rush: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    extra: tuple[tuple[str, float, datetime | None], ...] = ()
    """Orders added: product, quantity, release (by default the origin). They are due when they are released."""

    def also(self, other: Changes) -> Changes:
        """These changes with the lists of others on top."""
        return replace(
            self,
            down=self.down + other.down,
            rush=self.rush + other.rush,
            without=self.without + other.without,
            extra=self.extra + other.extra,
        )


def read_changes(text: str, key: str = "changes") -> Changes:
    """Reads clauses.

    Raises
    ------
    BadInput
        When a clause is none of the four, or its arguments do not fit.
    """
    changes = Changes()
    for clause in text.split(";"):
        words = clause.split()
        if words:
            changes = changes.also(_clause(words, key))
    return changes


def read_variants(text: str) -> dict[str, Changes]:
    """Reads `name: clauses | name: clauses`.

    Raises
    ------
    BadInput
        When a variant has no name or no clause, two have one name, or a clause is wrong.
    """
    variants: dict[str, Changes] = {}
    for part in text.split("|"):
        if not part.strip():
            continue
        name, _, clauses = part.replace("：", ":", 1).partition(":")
        name, changes = name.strip(), read_changes(clauses, "what_if")
        if not name or name in variants or changes == Changes():
            raise refuse(
                "bad_variant",
                f"方案“{part.strip()[:60]}”应写作“名称: 变化”，名称不重复，例如“加急: rush WO-105”。",
                f"“{part.strip()[:60]}” should be `name: changes`, each name once, as in `hurry: rush WO-105`.",
                file="parameters",
                key="what_if",
            )
        variants[name] = changes
    return variants


def read_promises(text: str) -> list[tuple[str, float, datetime | None]]:
    """Reads new orders to be promised a date: `SV60 40; SV110 20 2026-03-04T08:00`."""
    return [_order(words, "promise") for words in (part.split() for part in text.split(";")) if words]


def _clause(words: list[str], key: str) -> Changes:
    word, rest = words[0], words[1:]
    if word == "down" and len(rest) == 3:
        begin, until = _time(rest[1], key), _time(rest[2], key)
        if until > begin:
            return Changes(down=((rest[0], begin, until),))
    elif word in ("rush", "without") and rest:
        return Changes(rush=tuple(rest)) if word == "rush" else Changes(without=tuple(rest))
    elif word == "add":
        return Changes(extra=(_order(rest, key),))
    raise refuse(
        "bad_change",
        f"看不懂“{' '.join(words)[:80]}”；可写：down 设备 起 止（止晚于起）、rush 工单、without 工单、add 产品 数量。",
        f"“{' '.join(words)[:80]}” is not understood; write: down MACHINE FROM TO (to after from), rush ORDER, "
        "without ORDER, or add PRODUCT QUANTITY.",
        file="parameters",
        key=key,
    )


def _order(words: list[str], key: str) -> tuple[str, float, datetime | None]:
    if len(words) in (2, 3):
        try:
            quantity = float(words[1])
        except ValueError:
            quantity = math.nan
        if 0 < quantity < 1e9:
            return words[0], quantity, _time(words[2], key) if len(words) == 3 else None
    raise _bad_order(words, key)


def _bad_order(words: list[str], key: str) -> BadInput:
    return refuse(
        "bad_order",
        f"看不懂新订单“{' '.join(words)[:80]}”；应为：产品 数量 [可开工时间]，数量大于零。",
        f"“{' '.join(words)[:80]}” is no new order; write: PRODUCT QUANTITY [RELEASE], with a quantity above zero.",
        file="parameters",
        key=key,
    )


def _time(word: str, key: str) -> datetime:
    try:
        return datetime.fromisoformat(word).replace(tzinfo=None)
    except ValueError:
        raise refuse(
            "bad_time",
            f"“{word[:40]}”不是时间，应写作 2026-03-02T10:00。",
            f"“{word[:40]}” is no time; write it as 2026-03-02T10:00.",
            file="parameters",
            key=key,
        ) from None


def cut(windows: list[tuple[int, int]], begin: int, until: int) -> list[tuple[int, int]]:
    """Takes a span out of a calendar, whose last week is written out so that only this once is lost."""
    if not windows:
        windows = [(0, until + 2 * WEEK)]
    last = max(end for _, end in windows)
    pattern = [(max(start, last - WEEK), end) for start, end in windows if end > last - WEEK]
    repeats = max(1, math.ceil((until + WEEK - last) / WEEK) + 1)
    windows = windows + [(start + n * WEEK, end + n * WEEK) for n in range(1, repeats + 1) for start, end in pattern]
    left = []
    for start, end in windows:
        left += [(a, b) for a, b in ((start, min(end, begin)), (max(start, until), end)) if a < b]
    return left
