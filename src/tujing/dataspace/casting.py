"""From the text people write to an element's types, a column at a time.

Numbers: thousands separators, full-width digits, ¥, accounting brackets, and % where the unit is a share. Dates:
2026-03-01, 2026/3/1, 20260301, 2026年3月1日, with or without a time; spreadsheet serials; for a date a month alone,
meaning its first day. Truth: 是/否, true/false, yes/no, 1/0. Blank is null. NaN and infinity are no numbers. Which day
3/1/2026 means is anybody's guess, so it is refused.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tujing.dataspace.checking import Violation, positions
from tujing.dataspace.workbook import NO_VALUE
from tujing.elements.definition import Column
from tujing.words import Text

PLAIN_NUMBER = r"^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
PLAIN_INTEGER = r"^-?\d{1,18}(\.0*)?$"
THOUSANDS = r"^-?\d{1,3}(,\d{3})+(\.\d*)?$"
_TIME = r"(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2})(?:\.(?P<fraction>\d{1,6})\d*)?)?[分秒]?"
SEPARATED = rf"^(?P<year>\d{{4}})[-/.年](?P<month>\d{{1,2}})[-/.月](?P<day>\d{{1,2}})日?(?:[T ]*{_TIME})?$"
COMPACT = (
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[T ]?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?(?:\.(?P<fraction>\d{1,6})\d*)?)?$"
)
MONTH = r"^(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})月?|(?P<tight>\d{2}))$"
SERIAL = r"^[2-7]\d{4}(\.\d+)?$"
"""Days since 1899-12-30, from 1954 to 2119; no year and no compact date looks like that."""
TRUE = ("true", "t", "yes", "y", "1", "是", "有", "对", "√", "✓")
FALSE = ("false", "f", "no", "n", "0", "否", "无", "错", "×", "✗")
SHEET_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", NO_VALUE)
MICROSECONDS_A_DAY = 86_400_000_000


def cast(name: str, column: Column, texts: pa.StringArray) -> tuple[pa.Array, Violation | None]:
    """Returns the typed values, null where blank or unreadable, and the violation that names the unreadable ones."""
    trimmed = pc.utf8_trim_whitespace(texts)
    given = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    values = _CASTS[column.type](column, given)
    unreadable = positions(pc.and_(given.is_valid(), values.is_null()))
    if not len(unreadable):
        return values, None
    return values, Violation(f"not_{column.type}", name, _words(column), unreadable)


def _strings(column: Column, given: pa.Array) -> pa.Array:
    if column.enum:
        folded = pc.utf8_lower(_half_width(given))
        spoken = {word.lower(): value for value, words in column.enum_words.items() for word in words}
        return pc.coalesce(_looked_up(folded, spoken | {value.lower(): value for value in column.enum}), given)
    return _only(given, pc.invert(pc.is_in(given, value_set=pa.array(SHEET_ERRORS))))


def _integers(column: Column, given: pa.Array) -> pa.Array:
    plain = _plain(given, PLAIN_INTEGER)
    return pc.cast(pc.replace_substring_regex(plain, r"\.0*$", ""), pa.int64())


def _numbers(column: Column, given: pa.Array) -> pa.Array:
    share = None
    if column.unit == "1":
        half = _half_width(given)
        share = pc.ends_with(half, "%")
        given = pc.if_else(share, pc.utf8_rtrim(half, "% "), given)
    values = pc.cast(_plain(given, PLAIN_NUMBER), pa.float64())
    if share is not None:
        values = pc.if_else(share, pc.divide(values, 100.0), values)
    return _only(values, pc.is_finite(values))  # 1e999 is beyond every number


def _booleans(column: Column, given: pa.Array) -> pa.Array:
    folded = pc.utf8_lower(_half_width(given))
    return pc.if_else(
        pc.is_in(folded, value_set=pa.array(TRUE)),
        True,
        _only(pa.array([False] * len(given)), pc.is_in(folded, value_set=pa.array(FALSE))),
    )


def _dates(column: Column, given: pa.Array) -> pa.Array:
    moments = _moments(given, month_alone=True)
    return pc.cast(pc.floor_temporal(moments, unit="day"), pa.date32())


def _datetimes(column: Column, given: pa.Array) -> pa.Array:
    return _moments(given, month_alone=False)


_CASTS: dict[str, Callable[[Column, pa.Array], pa.Array]] = {
    "string": _strings,
    "integer": _integers,
    "number": _numbers,
    "boolean": _booleans,
    "date": _dates,
    "datetime": _datetimes,
}


def _plain(given: pa.Array, pattern: str) -> pa.Array:
    """Returns numbers as a program writes them, null where the text is none."""
    if pc.all(pc.match_substring_regex(given, pattern)).as_py() is not False:
        return given
    text = pc.replace_substring(_half_width(given), "−", "-")
    text = pc.replace_substring_regex(text, r"^\((.*)\)$", r"-\1")
    text = pc.replace_substring_regex(text, r"^\+?(-?)\s*¥?\s*", r"\1")
    text = pc.if_else(pc.match_substring_regex(text, THOUSANDS), pc.replace_substring(text, ",", ""), text)
    return _only(text, pc.match_substring_regex(text, pattern))


def _moments(given: pa.Array, *, month_alone: bool) -> pa.Array:
    text = _half_width(given)
    patterns = [SEPARATED, COMPACT, *([MONTH] if month_alone else [])]
    found = [pc.extract_regex(text, pattern) for pattern in patterns]

    def part(name: str, missing: int = 0, width: int = 0) -> NDArray[np.int64]:
        fields = [match.field(name) for match in found if match.type.get_field_index(name) >= 0]
        # A struct's field keeps stale bytes where the struct is null, hence the mask.
        masked = [_only(field, match.is_valid()) for field, match in zip(fields, _having(found, name), strict=True)]
        digits = pc.coalesce(*masked)
        digits = pc.if_else(pc.equal(digits, ""), str(missing), digits).fill_null(str(missing))
        if width:
            digits = pc.utf8_rpad(digits, width, "0")
        numbers: NDArray[np.int64] = pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False)
        return numbers

    year, month, day = part("year"), part("month"), part("day", missing=1)
    if month_alone:
        month = np.where(month == 0, part("tight"), month)
    hour, minute, second = part("hour"), part("minute"), part("second")
    months = (year - 1970) * 12 + month - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]") + (day - 1)
    good = (
        (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
        # 30 February rolls over into March; a day that changes the month does not exist.
        & (days.astype("datetime64[M]").astype(np.int64) == months)
        & (hour < 24) & (minute < 60) & (second < 60)
    )  # fmt: skip
    seconds = hour * 3600 + minute * 60 + second
    stamps = days.astype("datetime64[us]").astype(np.int64) + seconds * 1_000_000 + part("fraction", width=6)
    serial = _only(text, pc.match_substring_regex(text, SERIAL))
    if serial.null_count < len(serial):
        number = pc.cast(serial, pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False)
        # A serial's fraction is a rounded binary share of a day; whole seconds are what was typed.
        whole = np.round(number * 86_400).astype(np.int64) * 1_000_000 - 25_569 * MICROSECONDS_A_DAY
        stamps = np.where(number > 0, whole, stamps)
        good |= number > 0
    return pa.array(stamps, pa.int64(), mask=~good).cast(pa.timestamp("us"))


def _having(found: list[pa.StructArray], name: str) -> list[pa.StructArray]:
    return [match for match in found if match.type.get_field_index(name) >= 0]


def _half_width(given: pa.Array) -> pa.Array:
    return pc.utf8_trim_whitespace(pc.utf8_normalize(given, form="NFKC"))


def _only(values: pa.Array, keep: pa.Array) -> pa.Array:
    return pc.if_else(keep, values, pa.scalar(None, values.type))


def _looked_up(given: pa.Array, words: dict[str, str]) -> pa.Array:
    index = pc.index_in(given, value_set=pa.array(list(words), pa.string()))
    return pa.array(list(words.values()), pa.string()).take(index)


def _words(column: Column) -> Text:
    label = column.label
    expected = {
        "integer": ("整数，如 1,200", "a whole number such as 1,200"),
        "number": ("数值，如 1,200.5", "a number such as 1,200.5"),
        "boolean": ("是或否", "yes or no"),
        "date": ("日期，如 2026-03-01", "a date such as 2026-03-01"),
        "datetime": ("时间，如 2026-03-01 08:30", "a time such as 2026-03-01 08:30"),
        "string": ("文字，不能是表格的错误值或未算出的公式", "text, not a sheet's error or an uncomputed formula"),
    }[column.type]
    return Text(zh=f"{label.zh}应为{expected[0]}，请改正。", en=f"{label.en} must be {expected[1]}; correct it.")
