"""Chinese text spelled in Latin letters, so that `paichan` and `pc` find 排产."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

BOUNDARY = "|"
OTHERWISE = "/"


@cache
def readings(sign: str) -> tuple[str, ...]:
    """The readings of one character without tones, the most common first; of anything else none. ü is v."""
    from pypinyin.pinyin_dict import pinyin_dict  # a second to load: only where something is searched

    spelled = pinyin_dict.get(ord(sign), "")
    plain = (_without_tone(one) for one in spelled.split(",") if one)
    return tuple(dict.fromkeys(one for one in plain if one.isascii() and one.isalpha()))


@lru_cache(maxsize=100_000)
def spelled(text: str) -> str:
    """排产 v2 → `|pai/bai/…|chan|v2|`: a part a character, its readings side by side; Latin stays, in small."""
    parts: list[str] = []
    for piece in re.findall(r"[a-z0-9]+|[^a-z0-9]", text.casefold()):
        known = (piece,) if piece[0].isascii() else readings(piece)
        if known and (piece.isalnum() or not piece.isascii()):
            parts.append(OTHERWISE.join(known))
    return BOUNDARY + "".join(part + BOUNDARY for part in parts)


def typed_as(letters: str) -> re.Pattern[str]:
    """The pattern that finds letters in a spelled text: each character may be typed whole, begun, or by its initial.

    Characters follow one another without a gap: `pc`, `paic`, `pchan` and `paichan` all find 排产, `pn` does not.
    """
    onward = rf"(?:[^{BOUNDARY}]*\{BOUNDARY}(?:[^{BOUNDARY}{OTHERWISE}]*{OTHERWISE})*)?"
    return re.compile(rf"(?<=[{BOUNDARY}{OTHERWISE}])" + onward.join(re.escape(letter) for letter in letters))


def _without_tone(reading: str) -> str:
    decomposed = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
