"""A form: the items an official document grades an enterprise by, and its rule, as data.

The SME 2024 form, with its two-sided rule of points and scenarios, has a schema of its own in `instrument.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field

from tujing.diagnosis.grading.rules import Rule
from tujing.diagnosis.instrument import Entry, Provenance
from tujing.problems import BadInput, Problem, check_model, read_yaml, refuse
from tujing.words import Text

FORMS = Path(__file__).parent.parent / "forms"

Weight = Annotated[float, Field(ge=0)]


class Choice(Entry):
    """One possible answer of an item with points."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    label: Text
    points: float


class Item(Entry):
    """What is graded: a sub-domain, a requirement, a factor, a number. Its id never changes within an edition."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.]*$")
    label: Text
    group: str
    weight: dict[str, Weight] = Field(default_factory=dict)
    """Kind of enterprise (`all` when there is one only) → weight within its group; empty: as much as the others."""
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    provenance: Provenance


class Group(Entry):
    """A domain of items. `parent` is the element above it, where there is one."""

    id: str
    label: Text
    parent: str = ""
    weight: dict[str, Weight] = Field(default_factory=dict)
    """Kind of enterprise → weight within the parent, or within the whole; empty: as much as the others."""


class LevelName(Entry):
    level: int = Field(ge=0)
    name: Text


class Assumption(Entry):
    """Something the document does not tell, or that we could not read, and what is taken instead."""

    id: str
    words: Text
    choices: tuple[str, ...] = ()
    """What one may switch to; the first is the default."""


class Form(Entry):
    """The file's name is the form's id, for ever; a new edition is a new file."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str
    title: Text
    document: str
    valid_from: date | None
    valid_to: date | None
    superseded_by: str = ""
    wording: Text
    sources: dict[str, str]
    kinds: dict[str, Text] = Field(default_factory=dict)
    """Kinds of enterprise that are weighted differently, the usual one first."""
    groups: tuple[Group, ...] = Field(min_length=1)
    items: tuple[Item, ...] = Field(min_length=1)
    levels: tuple[LevelName, ...]
    """From the lowest to the highest; number 0, where given, names what falls below the first. Empty where the document
    sets no grades."""
    assumptions: tuple[Assumption, ...] = ()
    provenance: Provenance
    """Of the rule."""
    rule: Annotated[Rule, Field(discriminator="method")]

    @cached_property
    def places(self) -> dict[str, int]:
        """Item id → its place in arrays."""
        return {item.id: place for place, item in enumerate(self.items)}

    @property
    def kind(self) -> str:
        return next(iter(self.kinds), "all")

    def level_name(self, level: int) -> Text:
        named = {one.level: one.name for one in self.levels}
        return named.get(level) or Text(zh="未达级", en="below the first level")

    def weights(self, kind: str = "", way: str = "stated", left_out: Set[str] = frozenset()) -> tuple[float, ...]:
        """Returns each item's weight in the whole, summing to 1.

        Parameters
        ----------
        kind
            Kind of enterprise; the form's first when not given.
        way
            A choice of the assumption `weights`: `stated`; `equal_inside`, every item of a group the same; `equal`,
            every item that counts the same.
        left_out
            Items that do not count (tailoring): their weight goes to the others of their group in proportion, and a
            group's without any item left to the groups beside it.
        """
        own = {item.id: 0.0 if item.id in left_out else _own(item, kind or self.kind) for item in self.items}
        if way == "equal":
            counted = sum(weight > 0 for weight in own.values())
            return tuple((weight > 0) / counted if counted else 0.0 for weight in own.values())
        if way == "equal_inside":
            own = {id: float(weight > 0) for id, weight in own.items()}
        inside: dict[str, float] = {}
        for item in self.items:
            inside[item.group] = inside.get(item.group, 0.0) + own[item.id]
        shares = self._group_shares(kind or self.kind, {group for group, total in inside.items() if total})
        return tuple(
            shares[item.group] * own[item.id] / inside[item.group] if own[item.id] else 0.0 for item in self.items
        )

    def _group_shares(self, kind: str, filled: Set[str]) -> dict[str, float]:
        """Returns each group's weight in the whole, when only some hold items that count."""
        above = {group.id: group.parent for group in self.groups}
        alive = set(filled)
        for name in filled:
            while name := above[name]:
                alive.add(name)

        def share(group: Group) -> float:
            siblings = [one for one in self.groups if one.parent == group.parent and one.id in alive]
            total = sum(_own(one, kind) for one in siblings)
            own = _own(group, kind) / total if total else 0.0
            parent = next((one for one in self.groups if one.id == group.parent), None)
            return own * (share(parent) if parent else 1.0)

        return {group.id: share(group) if group.id in alive else 0.0 for group in self.groups}


def _own(one: Item | Group, kind: str) -> float:
    return one.weight.get(kind, one.weight.get("all", 0.0)) if one.weight else 1.0


def read_form(path: Path) -> Form:
    """Reads and checks one form.

    Raises
    ------
    BadInput
        When the file breaks the schema or names something that it does not define.
    """
    form = check_model(Form, read_yaml(path), path)
    problems = [
        Problem("form_fault", Text(zh=zh, en=en), file=str(path), key=key) for key, zh, en in _faults(form, path.stem)
    ]
    if problems:
        raise BadInput(problems)
    return form


@cache
def forms(folder: Path = FORMS) -> dict[str, Form]:
    """Returns every form by id."""
    return {path.stem: read_form(path) for path in sorted(folder.glob("*.yaml"))}


def form(id: str) -> Form:
    """Returns one form; `cmmm-2020` is taken for `cmmm_2020`.

    Raises
    ------
    BadInput
        When there is none of that id.
    """
    name, known = id.replace("-", "_"), forms()
    if name not in known:
        raise refuse(
            "unknown_instrument",
            f"没有名为 {id} 的评测指标，可用的有：{'、'.join(known)}。",
            f"There is no instrument {id}; there are: {', '.join(known)}.",
            value=id,
        )
    return known[name]


def _faults(form: Form, stem: str) -> Iterator[tuple[str, str, str]]:
    if form.id != stem:
        yield "id", f"id {form.id} 与文件名 {stem} 不一致。", f"The id {form.id} differs from the file name {stem}."
    ids = [item.id for item in form.items]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield f"items.{id}", f"编号 {id} 出现了两次。", f"The id {id} appears twice."
    groups = {group.id for group in form.groups}
    for key, name in [*((f"items.{one.id}", one.group) for one in form.items)] + [
        (f"groups.{one.id}", one.parent) for one in form.groups if one.parent
    ]:
        if name not in groups:
            yield key, f"分组 {name} 没有定义。", f"The group {name} is not defined."
    known = {*form.sources, "Tujing"}
    for key, provenance in [(f"items.{one.id}", one.provenance) for one in form.items] + [("rule", form.provenance)]:
        if provenance.source not in known:
            yield key, f"出处 {provenance.source} 没有定义。", f"The source {provenance.source} is not defined."
    yield from form.rule.faults(form.items)
    for kind in form.kinds or ("all",):
        if abs(sum(form.weights(kind)) - 1) > 1e-9:
            yield "weights", f"{kind} 的权重合计不为 1。", f"The weights of {kind} do not sum to 1."
