"""The choices of a fact in words: those of the items that read it, so that no wording is kept twice. Pure."""

from __future__ import annotations

from functools import cache

from tujing.diagnosis.catalogue import every_instrument
from tujing.diagnosis.crosswalk.facts import mapping
from tujing.diagnosis.grading.form import Form
from tujing.words import Text


@cache
def choice_words() -> dict[str, dict[str, Text]]:
    """Returns fact → choice → its words."""
    found: dict[str, dict[str, Text]] = {}
    for instrument, items in mapping().items():
        one = every_instrument()[instrument]
        for item, source in items.items():
            if not isinstance(source, tuple) or len(source) != 1:
                continue
            words = found.setdefault(source[0], {})
            if isinstance(one, Form):
                words |= {choice.id: choice.label for choice in one.items[one.places[item]].choices}
            elif item in one.indicator_by_id:
                options = one.indicator_by_id[item].options
                words |= {option.trend or option.id: option.label for option in options}
    return found
