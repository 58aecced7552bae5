"""The blueprint as one model: elements of declared kinds, relations of declared kinds, nothing else.

Every document, view and exchange file is made from this model, so that they cannot disagree. The kinds and what may
relate to what are a table here; what each becomes in ArchiMate and SysML stands with the writers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, get_args

from tujing.words import Text

Kind = Literal[
    "driver",
    "goal",
    "requirement",
    "scenario",
    "capability",
    "data",
    "model",
    "application",
    "infrastructure",
    "role",
    "standard",
    "phase",
    "task",
    "acceptance",
]
"""In the order in which a reader follows the thread: why, what, how, by which work, shown by what."""
KINDS: tuple[Kind, ...] = get_args(Kind)

LETTERS: dict[Kind, str] = {
    "driver": "D",
    "goal": "G",
    "requirement": "R",
    "scenario": "S",
    "capability": "C",
    "data": "E",
    "model": "M",
    "application": "A",
    "infrastructure": "I",
    "role": "P",
    "standard": "N",
    "phase": "F",
    "task": "T",
    "acceptance": "V",
}
"""The letter that an element's code begins with: R014 is the fourteenth requirement."""

RelationKind = Literal[
    "motivates",
    "calls_for",
    "serves",
    "meets",
    "builds",
    "part_of",
    "depends_on",
    "reads",
    "writes",
    "computes_for",
    "supports",
    "hosts",
    "staffs",
    "governs",
    "realises",
    "belongs_to",
    "precedes",
    "delivers",
    "verifies",
]

ALLOWED: dict[RelationKind, frozenset[tuple[Kind, Kind]]] = {
    "motivates": frozenset({("driver", "goal")}),
    "calls_for": frozenset({("driver", "scenario")}),
    "serves": frozenset({("requirement", "goal")}),
    "meets": frozenset({("scenario", "requirement")}),
    "builds": frozenset({("scenario", "capability")}),
    "part_of": frozenset({("capability", "capability")}),
    "depends_on": frozenset({("capability", "capability")}),
    "reads": frozenset({("scenario", "data")}),
    "writes": frozenset({("scenario", "data")}),
    "computes_for": frozenset({("model", "scenario")}),
    "supports": frozenset({("application", "scenario")}),
    "hosts": frozenset({("infrastructure", "application")}),
    "staffs": frozenset({("role", "task")}),
    "governs": frozenset({("standard", "requirement")}),
    "realises": frozenset({("task", "capability")}),
    "belongs_to": frozenset({("task", "phase")}),
    "precedes": frozenset({("task", "task"), ("phase", "phase")}),
    "delivers": frozenset({("task", "acceptance")}),
    "verifies": frozenset({("acceptance", "requirement")}),
}
"""Which kinds a relation may join, from source to target."""

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Element:
    """One thing in the model.

    `id` is made of what the element is (`requirement.production/scheduling@3.data.work_order`) and stays the same from
    plan to plan; `code` numbers the elements of one kind for the reader, in the order of the model.
    """

    id: str
    kind: Kind
    name: Text
    text: Text | None = None
    code: str = ""
    facts: Mapping[str, Value] = field(default_factory=dict)
    """Plain figures and codes: level, start, cost, grade …"""
    source: str = ""
    """Where it comes from."""

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "code": self.code,
            "kind": self.kind,
            "name": self.name.as_dict(),
            "text": self.text.as_dict() if self.text else None,
            "facts": dict(self.facts),
            "source": self.source,
        }


@dataclass(frozen=True)
class Relation:
    """`source` does `kind` to `target`, both by id."""

    kind: RelationKind
    source: str
    target: str

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.source}:{self.target}"


class NotAModel(ValueError):
    """Raised when elements and relations do not hold together: a mistake in the program, never in an input."""


@dataclass(frozen=True)
class Model:
    """Elements in the order of their kinds, and the relations between them."""

    elements: tuple[Element, ...]
    relations: tuple[Relation, ...]

    def __post_init__(self) -> None:
        if len(self.by_id) != len(self.elements):
            raise NotAModel("an id stands twice")
        if len(set(self.relations)) != len(self.relations):
            raise NotAModel("a relation stands twice")
        for one in self.relations:
            if one.source not in self.by_id or one.target not in self.by_id:
                raise NotAModel(f"{one.id} names an element that is not there")
            if (self.by_id[one.source].kind, self.by_id[one.target].kind) not in ALLOWED[one.kind]:
                raise NotAModel(f"{one.id} joins kinds that it may not join")

    @cached_property
    def by_id(self) -> dict[str, Element]:
        return {one.id: one for one in self.elements}

    @cached_property
    def _ends(self) -> dict[tuple[str, RelationKind, bool], list[str]]:
        ends: dict[tuple[str, RelationKind, bool], list[str]] = {}
        for one in self.relations:
            ends.setdefault((one.source, one.kind, True), []).append(one.target)
            ends.setdefault((one.target, one.kind, False), []).append(one.source)
        return ends

    def of(self, kind: Kind) -> list[Element]:
        """Returns the elements of one kind, in order."""
        return [one for one in self.elements if one.kind == kind]

    def targets(self, element: str, kind: RelationKind) -> list[Element]:
        """Returns what an element does `kind` to."""
        return [self.by_id[one] for one in self._ends.get((element, kind, True), ())]

    def sources(self, element: str, kind: RelationKind) -> list[Element]:
        """Returns what does `kind` to an element."""
        return [self.by_id[one] for one in self._ends.get((element, kind, False), ())]

    def without(self, ids: Collection[str]) -> Model:
        """Returns the model less some elements and every relation that touches them."""
        return Model(
            tuple(one for one in self.elements if one.id not in ids),
            tuple(one for one in self.relations if one.source not in ids and one.target not in ids),
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all of it; equal models have equal digests."""
        content = [
            [one.as_dict() for one in self.elements],
            [[one.kind, one.source, one.target] for one in self.relations],
        ]
        plain = json.dumps(content, ensure_ascii=False, sort_keys=True, allow_nan=False)
        return hashlib.sha256(plain.encode()).hexdigest()


class Builder:
    """Collects elements and relations; the same one added twice is one."""

    def __init__(self) -> None:
        self._elements: dict[str, Element] = {}
        self._relations: dict[Relation, None] = {}

    def add(self, element: Element) -> str:
        """Keeps an element, unless one of its id is there, and returns its id."""
        self._elements.setdefault(element.id, element)
        return element.id

    def elements(self, kind: Kind) -> list[Element]:
        """Returns the elements of one kind that are there so far."""
        return [one for one in self._elements.values() if one.kind == kind]

    def relate(self, kind: RelationKind, source: str, target: str) -> None:
        self._relations.setdefault(Relation(kind, source, target))

    def relate_all(self, kind: RelationKind, pairs: Iterable[tuple[str, str]]) -> None:
        for source, target in pairs:
            self.relate(kind, source, target)

    def model(self) -> Model:
        """Returns the model, its elements sorted by kind (in the order they came) and numbered."""
        ordered = sorted(self._elements.values(), key=lambda one: KINDS.index(one.kind))
        count: dict[Kind, int] = {}
        numbered = []
        for one in ordered:
            count[one.kind] = count.get(one.kind, 0) + 1
            numbered.append(replace(one, code=f"{LETTERS[one.kind]}{count[one.kind]:03d}"))
        return Model(tuple(numbered), tuple(self._relations))
