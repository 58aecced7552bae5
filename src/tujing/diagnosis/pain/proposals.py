"""Which scenarios speak of a pain point: nearness of wording, shown as a proposal with its reason. Pure.

Texts are bags of character n-grams weighted by tf-idf, compared by cosine. Character n-grams need no word list, so
Chinese and English go the same way (Cavnar & Trenkle 1994 for n-grams; Salton & Buckley 1988 for tf-idf). Wording is no
proof: a person chooses.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tujing.words import LANGUAGES, Language, Text

LENGTHS: dict[Language, tuple[int, ...]] = {"zh": (1, 2, 3), "en": (4, 5)}
"""A Chinese character is a piece of meaning; in English one needs most of a word."""
LEAST = 0.07
"""Cosine below which nothing is proposed. Constructed: below it the shared pieces are common words."""
CHINESE = re.compile(r"[一-鿿]")


@dataclass(frozen=True)
class Speech:
    """What a scenario says of itself: its pain points first, then what else describes it."""

    scenario: str
    pain_points: tuple[Text, ...]
    about: tuple[Text, ...]


@dataclass(frozen=True)
class Proposal:
    """A scenario that speaks of a pain point."""

    scenario: str
    similarity: float
    """Cosine, 0 to 1."""
    phrase: Text
    """The scenario's own pain point that is nearest."""
    shared: tuple[str, ...]
    """The longest pieces that both have."""

    @property
    def reason(self) -> Text:
        pieces = self.shared
        return Text(
            zh=f"与该场景的说法相近（相似度 {self.similarity:.2f}，共有：{'、'.join(pieces)}），如“{self.phrase.zh}”",
            en=f"worded like this scenario (similarity {self.similarity:.2f}; shared: {', '.join(pieces)}), such as "
            f"“{self.phrase.en}”",
        )


class Speeches:
    """What all scenarios say, ready to be compared with."""

    def __init__(self, speeches: Sequence[Speech]) -> None:
        self._speeches = speeches
        self._corpora = {language: _Corpus(speeches, language) for language in LANGUAGES}

    def propose(self, words: Mapping[str, str], most: int = 3) -> list[Proposal]:
        """Returns the nearest scenarios, nearest first. Of `{"zh": …, "en": …}` the Chinese is read, if any."""
        text = words.get("zh") or words.get("en") or ""
        corpus = self._corpora["zh" if CHINESE.search(text) else "en"]
        asked = corpus.vector(text)
        found = []
        for place, speech in enumerate(self._speeches):
            similarity, phrases = cosine(asked, corpus.wholes[place]), corpus.phrases[place]
            if similarity >= LEAST:
                nearest = max(range(len(phrases)), key=lambda one: cosine(asked, phrases[one]))
                shared = common(text, corpus.texts[place], LENGTHS[corpus.language][-1] - 1)
                found.append(Proposal(speech.scenario, round(similarity, 4), speech.pain_points[nearest], shared))
        return sorted(found, key=lambda one: (-one.similarity, one.scenario))[:most]


class _Corpus:
    """The speeches in one language as weighted vectors. A piece that no speech has says nothing and is left out."""

    def __init__(self, speeches: Sequence[Speech], language: Language) -> None:
        self.language, self._lengths = language, LENGTHS[language]
        self.texts = [" ".join(words[language] for words in (*one.pain_points, *one.about)) for one in speeches]
        held = Counter(gram for text in self.texts for gram in grams(text, self._lengths))
        self._weight = {gram: math.log((1 + len(speeches)) / (1 + count)) + 0.05 for gram, count in held.items()}
        self.wholes = [self.vector(text) for text in self.texts]
        self.phrases = [[self.vector(words[language]) for words in one.pain_points] for one in speeches]

    def vector(self, text: str) -> dict[str, float]:
        """Returns tf-idf weights, tf as 1 + ln(count)."""
        counts = grams(text, self._lengths)
        return {
            gram: (1 + math.log(count)) * self._weight[gram] for gram, count in counts.items() if gram in self._weight
        }


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Returns the cosine of two sparse vectors; 0 where one is empty."""
    product = sum(weight * other[gram] for gram, weight in one.items() if gram in other)
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return product / lengths if lengths else 0.0


def grams(text: str, lengths: Iterable[int]) -> Counter[str]:
    """Returns the character n-grams of each run of letters and digits, case and width folded."""
    found: Counter[str] = Counter()
    for run in runs(text):
        for length in lengths:
            found.update(run[start : start + length] for start in range(len(run) - length + 1))
    return found


def common(one: str, other: str, least: int, most: int = 3) -> tuple[str, ...]:
    """Returns the longest pieces of one text that the other has as well, at least so many characters each."""
    whole = " ".join(runs(other))
    pieces: set[str] = set()
    for run in runs(one):
        start = 0
        while start < len(run):
            length = 0
            while start + length < len(run) and run[start : start + length + 1] in whole:
                length += 1
            if length >= least:
                pieces.add(run[start : start + length])
            start += max(length, 1)
    return tuple(sorted(pieces, key=lambda piece: (-len(piece), piece))[:most])


def runs(text: str) -> list[str]:
    """Returns the runs of letters and digits, case and width folded."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
