"""Where something is from, in words: sources that the product writes itself as keys, and those in both languages."""

from __future__ import annotations

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from tujing.web.words import in_readers_language, scenario_name

WRITTEN = {
    re.compile(r"evaluation of (?P<scenario>\S+), go-live (?P<day>\S+)"): noop(
        "Evaluation of %(scenario)s, in use since %(day)s"
    ),
    re.compile(r"run:(?P<number>\d+)"): noop("Run %(number)s"),
    re.compile(r"version:(?P<number>\d+)"): noop("Version %(number)s"),
    re.compile(r"pooled: (?P<number>\d+) firms"): noop("Pooled from %(number)s firms"),
    re.compile(r"example:(?P<name>\S+)"): noop("Example %(name)s"),
}
"""Form of a source that the product writes → its words."""


def source(words: str) -> str:
    """Returns a source in the reader's language, or as it is where nobody worded it."""
    for form, told in WRITTEN.items():
        if found := form.fullmatch(words):
            parts = found.groupdict()
            if "scenario" in parts:
                parts["scenario"] = scenario_name(parts["scenario"])
            return gettext(told) % parts
    return in_readers_language(words)
