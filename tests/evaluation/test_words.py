"""Covered: what is said when the data cannot tell, with what would let them."""

import pytest

from tujing.evaluation.words import beside, indicator, sentence

BASE = {
    "name": {"zh": "换型", "en": "Set-up"},
    "grain": "week",
    "effect": {"relative": -0.01, "low": -0.1, "high": 0.08},
    "reason": "interval_covers_zero",
    "series": {"control": None},
}


@pytest.mark.parametrize(
    ("more", "control", "zh", "en"),
    [
        (26, None, "再等 26 周", "26 more weeks"),
        (None, None, "对照", "needed beside"),
        (None, [1.0], "波动更小", "steadier"),
    ],
)
def test_what_would_let_the_data_tell_depends_on_what_is_there(more, control, zh, en):
    result = {**BASE, "series": {"control": control}, "power": {"detectable": 0.12, "target": -0.05, "more": more}}
    told = sentence("cannot_tell", "interrupted_time_series", result)
    assert zh in told["zh"] and en in told["en"]
    assert "12.0%" in told["en"] and "5.0%" in told["en"]


@pytest.mark.parametrize(("reason", "en"), [("too_few_before", "import earlier"), ("gaps", "between are missing")])
def test_a_refusal_says_how_many_periods_are_missing(reason, en):
    told = sentence("cannot_tell", "", {"name": BASE["name"], "grain": "month", "reason": reason, "missing": 3})
    assert en in told["en"] and "3 months" in told["en"] and "3 个月" in told["zh"]


def test_forecast_and_placebos_stand_beside_the_effect():
    clear = {"relative": -0.2, "low": -0.3, "high": -0.1}
    vague = {"relative": 0.1, "low": -0.3, "high": 0.4}
    forecast = {"relative": -0.1, "low": -0.2, "high": 0.0}
    told = beside({"forecast": forecast, "placebos": {"in_time": [clear, vague], "in_space": []}})
    assert "-10.0%" in told[0]["en"]
    assert "of 2 made-up dates 1 show a change, the largest 20.0%" in told[1]["en"]
    assert beside({"forecast": None}) == []


def test_a_withheld_indicator_is_never_a_number():
    told = indicator(
        {"id": "profit_margin", "name": BASE["name"], "value": None, "withheld": {"zh": "缺", "en": "none"}}
    )
    assert not any(letter.isdigit() for letter in told["zh"] + told["en"])
