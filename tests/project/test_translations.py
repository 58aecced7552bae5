"""Every sentence of the interface is there in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

LOCALE = Path(__file__).parents[2] / "src" / "tujing" / "web" / "locale"
CATALOGUES = sorted(LOCALE.rglob("*.po"))


def test_there_is_a_catalogue():
    assert CATALOGUES


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_nothing_is_left_untranslated(path: Path):
    catalogue = polib.pofile(str(path))
    unfinished = [entry.msgid for entry in catalogue if not entry.obsolete and (not entry.translated() or entry.fuzzy)]
    assert not unfinished
    assert len(catalogue) > 0


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_translation_keeps_the_placeholders(path: Path):
    """A dropped or misspelled `%(name)s` would break the page that shows it."""

    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}", text))

    broken = [
        entry.msgid
        for entry in polib.pofile(str(path))
        if not entry.obsolete and entry.msgstr and placeholders(entry.msgstr) != placeholders(entry.msgid)
    ]
    assert not broken
