"""What people write becomes what the element means, and what cannot be read is named and never guessed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.dataspace.casting import cast
from tujing.elements.definition import Column, element, elements
from tujing.words import Text

moments = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)


def column(kind: str, **changed: Any) -> Column:
    return Column(type=kind, label=Text(zh="甲", en="A"), **changed)


def values(kind: str, *texts: str | None, **changed: Any) -> list[Any]:
    """The typed values, with `...` where the text was refused."""
    typed, violation = cast("a", column(kind, **changed), pa.array(texts, pa.string()))
    refused = set() if violation is None else set(violation.rows.tolist())
    return [... if position in refused else value for position, value in enumerate(typed.to_pylist())]


@pytest.mark.parametrize("kind", ["string", "integer", "number", "boolean", "date", "datetime"])
def test_blank_is_null_for_every_type(kind):
    assert values(kind, None, "", "  ", "　") == [None] * 4


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_survives_its_own_spelling(number):
    assert values("number", repr(number)) == [number]


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_integers_survive_thousands_separators_and_full_width_digits(number):
    wide = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert values("integer", str(number), f"{number:,}", wide, f"{number}.0") == [number] * 4


@given(moments)
def test_one_moment_in_every_spelling_reads_the_same(moment):
    spellings = [
        moment.isoformat(sep=" "),
        moment.isoformat(),
        f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute:02}:{moment.second:02}",
        f"{moment.year}年{moment.month}月{moment.day}日 {moment.hour}时{moment.minute}分{moment.second}秒",
        f"{moment:%Y}".zfill(4) + f"{moment:%m%d%H%M%S}",
    ]
    assert values("datetime", *spellings) == [moment] * len(spellings)


@given(st.dates(min_value=date(1954, 10, 4), max_value=date(2119, 1, 1)))
def test_dates_read_the_same_as_text_and_as_spreadsheet_serial(day):
    serial = str((day - date(1899, 12, 30)).days)
    texts = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
    ]
    assert values("date", serial, *texts) == [day] * 5


def test_a_spreadsheet_serial_with_a_fraction_is_a_time_to_the_second():
    moment = datetime(2026, 3, 1, 8, 30, 20)
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    assert values("datetime", repr(serial)) == [moment]


def test_a_month_alone_is_its_first_day_as_a_date_and_no_time():
    assert values("date", "2026-03", "2026年3月", "202603") == [date(2026, 3, 1)] * 3
    assert values("datetime", "2026-03") == [...]


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2025-02-29", "2026-13-01", "3/1/2026", "26-03-01", "昨天", "0000-01-01"]
)
def test_days_that_do_not_exist_or_are_ambiguous_are_refused(text):
    assert values("date", text) == [...]
    assert values("datetime", text) == [...]


@pytest.mark.parametrize("text", ["2026-03-01 24:01", "2026-03-01 08:60", "2026-03-01T08:00Z"])
def test_times_that_do_not_exist_or_belong_to_another_zone_are_refused(text):
    assert values("datetime", text) == [...]


@pytest.mark.parametrize(
    "text", ["NaN", "inf", "-Infinity", "1e999", "1,20", "12,34,567", "五", "1.2.3", "--1", "0x10"]
)
def test_what_is_no_finite_number_is_refused(text):
    assert values("number", text) == [...]


def test_money_as_ledgers_write_it():
    assert values("number", "¥1,234.50", "￥８", "(1,200)", "+3", "−4") == [1234.5, 8.0, -1200.0, 3.0, -4.0]


def test_per_cent_is_a_share_only_where_the_unit_is_one():
    assert values("number", "12.5%", "５％", unit="1") == [0.125, 0.05]
    assert values("number", "12.5%", unit="CNY") == [...]


def test_an_integer_with_a_fraction_or_too_long_is_refused():
    assert values("integer", "3.5", "1" * 19, "2.0") == [..., ..., 2]


def test_truth_in_both_languages():
    assert values("boolean", "是", "TRUE", "1", "否", "no", "0", "也许") == [True] * 3 + [False] * 3 + [...]


def test_enumerations_ignore_case_and_width():
    assert values("string", "PASS", "ｆail", enum=("pass", "fail")) == ["pass", "fail"]


def test_a_sheets_error_is_no_text():
    assert values("string", "#N/A", "# 1 车间") == [..., "# 1 车间"]


@given(
    st.lists(st.text(max_size=12), max_size=8), st.sampled_from(["integer", "number", "boolean", "date", "datetime"])
)
def test_any_text_is_either_null_typed_or_refused_and_never_raises(texts, kind):
    assert len(values(kind, *texts)) == len(texts)


def test_an_enumeration_takes_the_words_that_people_use():
    column = element("product").columns["kind"]
    texts = pa.array(["成品", "finished", "ＦＩＮＩＳＨＥＤ", "原材料", "什么"])
    values, _ = cast("kind", column, texts)
    assert values.to_pylist() == ["finished", "finished", "finished", "raw", "什么"]


@pytest.mark.parametrize("name", list(elements()))
def test_no_word_means_two_values(name):
    for column in elements()[name].columns.values():
        words = [word.lower() for names in column.enum_words.values() for word in names]
        assert len(set(words)) == len(words)
        assert not set(words) & {value.lower() for value in column.enum}
