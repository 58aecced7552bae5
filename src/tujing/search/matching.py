"""How well what somebody typed fits what there is: by code, words, characters, pinyin and initials. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from tujing.search.pinyin import BOUNDARY, spelled, typed_as
from tujing.words import Text

LONGEST = 60
"""Characters of a query that count; the rest is dropped."""

EXACT, CODE_START, TITLE_START = 100, 95, 90
WORD_START, INSIDE = 80, 75
PINYIN_WHOLE, PINYIN_START, PINYIN_INSIDE = 85, 70, 55
KEYWORD, DETAIL = 50, 40
"""How good a fit is; a row of fits is as good as its worst."""

_LATIN = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Entry:
    """Something that can be found."""

    group: str
    """What it is: scenario, page, person …"""
    title: Text
    url: str
    detail: Text | None = None
    """A second line; searched too."""
    code: str = ""
    """What experts type: `YB01-B-2-1`, `work_order`."""
    keywords: tuple[str, ...] = ()
    """Further words that mean it, not shown."""
    behind: float = 0.0
    """Taken off each fit: what there is much of, and rarely meant, stands behind the rest."""
    _forms: _Forms = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_forms", _Forms(self))

    def fit(self, query: Query) -> float:
        """0 when it does not fit, else up to 100; of equal fits the shorter title is the better one."""
        return self._forms.fit(query)


@dataclass(frozen=True)
class Query:
    """What somebody typed, cut into the parts that must all fit."""

    parts: tuple[Part, ...]

    @classmethod
    def of(cls, typed: str) -> Query:
        words = fold(typed[:LONGEST]).split()
        return cls(tuple(Part(word) for word in words))


@dataclass(frozen=True)
class Part:
    text: str

    @cached_property
    def pinyin(self) -> re.Pattern[str] | None:
        """None where the part is no spelling."""
        return typed_as(self.text) if _LATIN.fullmatch(self.text) else None


@dataclass(frozen=True)
class Hit:
    entry: Entry
    score: float


def search(entries: Iterable[Entry], typed: str, limit: int = 50) -> list[Hit]:
    """Returns what fits, the best first; nothing for an empty query."""
    query = Query.of(typed)
    if not query.parts:
        return []
    hits = [Hit(one, score) for one in entries if (score := one.fit(query))]
    hits.sort(key=lambda hit: (-hit.score, hit.entry.title.zh, hit.entry.url))
    return hits[:limit]


def fold(text: str) -> str:
    """Full-width signs become plain, capitals small, any blank one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


class _Forms:
    """An entry as it is compared."""

    __slots__ = ("behind", "code", "detail", "keywords", "titles", "zh_spelled")

    def __init__(self, entry: Entry) -> None:
        self.titles = tuple(dict.fromkeys((fold(entry.title.zh), fold(entry.title.en))))
        self.code = fold(entry.code)
        self.zh_spelled = spelled(self.titles[0])
        self.keywords = fold("\n".join(entry.keywords))
        self.detail = fold(f"{entry.detail.zh}\n{entry.detail.en}") if entry.detail else ""
        self.behind = entry.behind + min(len(entry.title.zh), 200) / 1000

    def fit(self, query: Query) -> float:
        worst = float(EXACT)
        for part in query.parts:
            found = self._part(part)
            if not found:
                return 0.0
            worst = min(worst, found)
        return worst - self.behind

    def _part(self, part: Part) -> int:
        text = part.text
        if text in self.titles or text == self.code:
            return EXACT
        if self.code and self.code.startswith(text):
            return CODE_START
        best = 0
        for title in self.titles:
            at = title.find(text)
            if at == 0:
                return TITLE_START
            if at > 0:
                best = max(best, WORD_START if not title[at - 1].isalnum() else INSIDE)
        return best or self._by_sound(part) or self._beside(text)

    def _by_sound(self, part: Part) -> int:
        if part.pinyin is None:
            return 0
        found = part.pinyin.search(self.zh_spelled)
        if found is None:
            return 0
        if BOUNDARY in self.zh_spelled[1 : found.start()]:
            return PINYIN_INSIDE
        return PINYIN_START if BOUNDARY in self.zh_spelled[found.end() : -1] else PINYIN_WHOLE

    def _beside(self, text: str) -> int:
        if text in self.code or text in self.keywords:
            return KEYWORD
        return DETAIL if text in self.detail else 0
