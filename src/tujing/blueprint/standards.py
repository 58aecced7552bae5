"""The standards that a scenario's manifest cites, by number and title."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tujing.atlas.manifest import Manifest
from tujing.atlas.standards import catalogue, number_of
from tujing.blueprint.content import content
from tujing.words import Text

_NUMBER = re.compile(r"[A-Z][A-Za-z/]*(?: [A-Z]+)*[ -]?[\d.]+(?:-\d+)?")


@dataclass(frozen=True)
class Cited:
    number: Text
    """`GB/T 20720` in both languages; a regulation that has no number goes by its name."""
    title: Text
    status: str
    """found | recalled for one of the catalogue; `manifest` for one that only the manifest names."""


def cited(manifest: Manifest) -> list[Cited]:
    """Returns the standards that a manifest names, each once, in its order."""
    found: dict[str, Cited] = {}
    for words in manifest.standards:
        one = _listed(number) if (number := number_of(words)) else _as_written(words)
        found.setdefault(one.number.zh, one)
    return list(found.values())


def _listed(number: str) -> Cited:
    listed = catalogue().standards[number]
    return Cited(Text(zh=number, en=number if number.isascii() else listed.title.en), listed.title, catalogue().status)


def _as_written(words: str) -> Cited:
    """A standard that the catalogue lacks: its number where it has one, else its name."""
    known = content().regulations.get(words)
    if known:
        return Cited(Text(zh=words, en=known), Text(zh=words, en=known), "manifest")
    match = _NUMBER.match(words)
    number = match.group(0).strip() if match else words
    return Cited(Text(zh=number, en=number), Text(zh=words, en=number), "manifest")
