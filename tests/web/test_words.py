"""The catalogue is whole, and figures read as their readers write them."""

import re

import polib
import pytest
from django.utils import translation
from tests.web.messages import CATALOGUE, wanted

from tujing.atlas.loader import atlas
from tujing.runtime.registry import solution_in
from tujing.web import words
from tujing.web.parameters import fields

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def test_every_wording_of_the_interface_is_translated():
    catalogue = {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE))}
    asked = wanted()
    assert len(asked) > 300
    missing = {message: place for message, place in asked.items() if not catalogue.get(message)}
    assert missing == {}
    assert set(catalogue) <= set(asked), "the catalogue holds wordings that nothing asks for"


def test_translations_keep_every_placeholder():
    for entry in polib.pofile(str(CATALOGUE)):
        assert set(PLACEHOLDER.findall(entry.msgid)) == set(PLACEHOLDER.findall(entry.msgstr)), entry.msgid
        assert entry.msgid.count("%%") == entry.msgstr.count("%%"), entry.msgid


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        (None, "–", "–"),
        (950, "950 元", "CNY 950"),
        (123_456, "12.3 万元", "CNY 123,456"),
        (-2_500_000, "-250.0 万元", "CNY -2.50 million"),
        (130_000_000, "1.30 亿元", "CNY 130.00 million"),
    ],
)
def test_money(yuan, zh, en):
    with translation.override("zh-hans"):
        assert words.money(yuan) == zh
    with translation.override("en"):
        assert words.money(yuan) == en


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (0, "0"),
        (12345.6, "12,346"),
        (123.45, "123.5"),
        (1.5, "1.5"),
        (0.01234, "0.0123"),
        (float("nan"), "–"),
    ],
)
def test_figures_keep_the_digits_they_can_bear(value, shown):
    assert words.figure(value) == shown


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [("1", "", ""), ("CNY/h", "元/小时", "CNY/h"), ("1/a", "1/年", "1/a"), ("d", "天", "days"), ("kg", "kg", "kg")],
)
def test_a_unit_is_spelled_and_a_plain_number_has_none(code, zh, en):
    with translation.override("zh-hans"):
        assert words.unit(code) == zh
    with translation.override("en"):
        assert words.unit(code) == en


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_choice_of_a_parameter_is_worded(language):
    with translation.override(language):
        bare = [
            (scenario, field.name, value)
            for scenario, card in atlas().cards.items()
            if card.runnable
            for field in fields(solution_in(card.folder, scenario).Parameters, None, scenario)
            for value, wording in field.options
            if wording == value
        ]
    assert bare == []
