"""Reading what people write into cells: days in several spellings, amounts in yuan, shares, links between tasks."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pyarrow as pa

from tujing.dataspace.casting import cast
from tujing.delivery.schedule import Link
from tujing.elements.definition import Column, ColumnType
from tujing.problems import refuse
from tujing.words import Text

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
"""Days that can be counted on from: calendars end with the year 9999, and what is planned there has no day after."""
_LINK = re.compile(r"^(?P<code>\d+(?:\.\d+)*)(?:(?P<lag>[+-]\d{1,4}))?$")


def read_day(text: str, key: str, **place: Any) -> date:
    """Reads a day written as 2026-03-01, 2026/3/1, 20260301 or 2026年3月1日, as the import of tables does.

    Raises
    ------
    BadInput
        When it is none of these, no day of the calendar, or beyond `FIRST_DAY` and `LAST_DAY`.
    """
    value: date | None = _cast("date", text)
    if value is None:
        raise refuse(
            "unreadable_date",
            f"“{text}” 不是日期，请写成 2026-03-01、2026/3/1、20260301 或 2026年3月1日。",
            f"“{text}” is no date; write 2026-03-01, 2026/3/1, 20260301 or 2026年3月1日.",
            key=key,
            value=text,
            **place,
        )
    check_day(value, key, **place)
    return value


def check_day(day: date, key: str, **place: Any) -> None:
    """Raises BadInput when a day lies beyond `FIRST_DAY` and `LAST_DAY`."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise refuse(
            "day_too_far",
            f"日期 {day} 应在 {FIRST_DAY} 到 {LAST_DAY} 之间，请检查年份。",
            f"The date {day} lies outside {FIRST_DAY} to {LAST_DAY}; check its year.",
            key=key,
            value=day.isoformat(),
            **place,
        )


def read_amount(text: str, key: str, **place: Any) -> float:
    """Reads an amount in yuan; one written in 万元 or 亿元 is converted.

    Raises
    ------
    BadInput
        When it is no number, or negative.
    """
    plain = text.strip().removesuffix("人民币").removesuffix("元").strip()
    factor = {"万": 1e4, "亿": 1e8}.get(plain[-1:], 1.0)
    value = _cast("number", plain[:-1] if factor > 1 else plain)
    if value is None or value < 0:
        raise refuse(
            "unreadable_amount",
            f"“{text}” 不是金额，请填写以元为单位的数字，或写明“12 万元”。",
            f"“{text}” is no amount; give a number of yuan, or write 12万元.",
            key=key,
            value=text,
            **place,
        )
    return round(float(value) * factor, 2)


def read_share(text: str, key: str, **place: Any) -> float:
    """Reads a share, 0–1; 60% and 60 mean 0.6, as 1 means all.

    Raises
    ------
    BadInput
        When it is no number between 0 and 100 per cent.
    """
    per_cent = text.strip().endswith(("%", "％"))
    value = _cast("number", text.strip().rstrip("%％"))
    if value is not None and (per_cent or value > 1):
        value /= 100
    if value is None or not 0 <= value <= 1:
        raise refuse(
            "unreadable_share",
            f"“{text}” 不是完成比例，请填写 0 到 100%。",
            f"“{text}” is no progress; give 0 to 100%.",
            key=key,
            value=text,
            **place,
        )
    return round(float(value), 4)


def read_links(text: str, key: str, **place: Any) -> tuple[Link, ...]:
    """Reads the tasks that must be finished first, `1.2, 2.1+5`: the second with a lag of five days.

    Raises
    ------
    BadInput
        When a part is no task number with an optional lag.
    """
    links = []
    for part in re.split(r"[,，;；、\s]+", text.strip()):
        if not part:
            continue
        found = _LINK.match(part)
        if found is None:
            raise refuse(
                "unreadable_link",
                f"前置任务“{part}”无法识别，请写任务编号，间隔天数写成 2.1+5。",
                f"The predecessor “{part}” cannot be read; write task numbers, with a lag as 2.1+5.",
                key=key,
                value=part,
                **place,
            )
        links.append(Link(found["code"], int(found["lag"] or 0)))
    return tuple(links)


def _cast(kind: ColumnType, text: str) -> Any:
    column = Column(type=kind, label=Text(zh="值", en="value"))
    return cast("value", column, pa.array([text], pa.string()))[0][0].as_py()
