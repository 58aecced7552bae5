"""Dates, amounts, shares and links as people write them."""

from datetime import date

import pytest

from tujing.delivery.cells import read_amount, read_day, read_links, read_share
from tujing.delivery.schedule import Link
from tujing.problems import BadInput


@pytest.mark.parametrize("text", ["2026-03-01", "2026/3/1", "20260301", "2026年3月1日", " 2026.3.1 "])
def test_a_day_is_read_in_every_usual_spelling(text):
    assert read_day(text, "start") == date(2026, 3, 1)


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "1999-12-31", "3000-01-01"])
def test_a_day_with_a_mistyped_year_is_refused(text):
    with pytest.raises(BadInput) as refusal:
        read_day(text, "end", file="tasks.csv", row=3)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.key, problem.row) == ("day_too_far", "end", 3)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("12,000", 12_000), ("1.2万", 12_000), ("1.2 万元", 12_000), ("3亿元", 3e8), ("80元", 80), ("０", 0)],
)
def test_an_amount_is_yuan_unless_it_says_otherwise(text, yuan):
    assert read_amount(text, "cost") == yuan


@pytest.mark.parametrize(
    ("text", "share"), [("60%", 0.6), ("0.6", 0.6), ("60", 0.6), ("1", 1.0), ("100", 1.0), ("0.5%", 0.005)]
)
def test_a_share_is_read_with_and_without_a_per_cent_sign(text, share):
    assert read_share(text, "progress") == share


def test_links_are_read_with_their_lags():
    assert read_links("1.2, 2.1+5；3.1-2", "needs") == (Link("1.2"), Link("2.1", 5), Link("3.1", -2))
    assert read_links(" ", "needs") == ()


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (read_day, "3/1/2026", "unreadable_date"),
        (read_day, "2026-02-30", "unreadable_date"),
        (read_day, "soon", "unreadable_date"),
        (read_amount, "-5", "unreadable_amount"),
        (read_amount, "many", "unreadable_amount"),
        (read_amount, "nan", "unreadable_amount"),
        (read_share, "120%", "unreadable_share"),
        (read_share, "-1", "unreadable_share"),
        (read_share, "half", "unreadable_share"),
        (read_links, "1.2 FS", "unreadable_link"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(read, text, code):
    with pytest.raises(BadInput) as error:
        read(text, "column", file="a.csv", row=3)
    problem = error.value.problems[0]
    assert (problem.code, problem.row, problem.file) == (code, 3, "a.csv")
