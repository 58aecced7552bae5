"""Compiles every interface translation (django.po) to the form Django reads (django.mo); needs no GNU gettext."""

from __future__ import annotations

from pathlib import Path

import polib

LOCALE = Path(__file__).parent.parent / "src" / "tujing" / "web" / "locale"

for source in sorted(LOCALE.rglob("*.po")):
    polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))
