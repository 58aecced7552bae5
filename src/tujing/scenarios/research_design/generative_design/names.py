"""Names of parameters and results as a reader says them; a name that `words.yaml` does not hold stays as it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tujing.problems import read_yaml
from tujing.words import Text


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = read_yaml(Path(__file__).parent / "words.yaml")
    return words


def wording(name: str) -> Text:
    """Returns the name in both languages."""
    known = _words().get(name)
    return Text(zh=name, en=name) if known is None else Text(**known)


def said(name: str) -> dict[str, str]:
    """Returns the name for a chart."""
    return wording(name).as_dict()
