"""YAML from anybody: plain values only, no key twice, and nothing that would take the process down with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

import yaml
from yaml.constructor import ConstructorError

if TYPE_CHECKING:
    from yaml import SafeLoader
else:
    # The C loader is seven times quicker, and as safe; some platforms lack it.
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEEPEST = 500
"""Levels of nesting. The C loader calls itself for each, and the process ends where the stack does, beyond ten
thousand; Python's own readers give up at one thousand."""
MOST_NODES = 1_000_000
"""Values, with every alias counted as what it stands for: a few lines of aliases can stand for billions."""
LONGEST_SCALAR = 400
"""Characters of a number or a date."""
ANCHOR = re.compile(r"(?:^|[\s\[{,])&[\w-]")
"""What an alias can stand for; `R&D` is none."""
OPENERS = ("[", "{", "- ", "? ")
"""What begins a level, other than a line that is further indented."""


class RepeatedKey(Exception):
    """A mapping has one key twice; YAML itself would let the last one win without a word."""

    def __init__(self, name: str, row: int | None = None) -> None:
        self.name, self.row = name, row
        super().__init__(name)


class UniqueKeys(SafeLoader):
    """The safe loader, refusing repeated keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise RepeatedKey(key.value, key.start_mark.line + 1)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def parse_yaml(text: str) -> Any:
    """Returns what a YAML document says, as plain values.

    Raises
    ------
    RepeatedKey
        When a mapping has one key twice.
    yaml.YAMLError
        When it is no YAML, nested deeper than `DEEPEST`, or stands for more than `MOST_NODES` values.
    """
    # Only what has an anchor can multiply, and none is deeper than it has openers: most are read once and not walked.
    if ANCHOR.search(text) or sum(text.count(one) for one in OPENERS) > DEEPEST:
        _check_extent(text)
    loader = UniqueKeys(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def line_of(error: yaml.YAMLError) -> int | None:
    """Returns the line that an error is about, counted from 1."""
    mark = getattr(error, "problem_mark", None)
    return None if mark is None else mark.line + 1


def _check_extent(text: str) -> None:
    """Walks the document without building anything of it."""
    whole: dict[str | None, int] = {}
    levels: list[tuple[str | None, int]] = []
    count = 0
    for event in yaml.parse(text, Loader=SafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, before = levels.pop()
            if anchor:
                whole[anchor] = count - before
            continue
        if isinstance(event, yaml.NodeEvent):
            count += whole.get(event.anchor, 1) if isinstance(event, yaml.AliasEvent) else 1
        if isinstance(event, yaml.CollectionStartEvent):
            levels.append((event.anchor, count))
        if len(levels) > DEEPEST or count > MOST_NODES:
            why = "nested too deeply" if len(levels) > DEEPEST else "stands for too many values"
            where: Any = event.start_mark  # the C loader's mark, which the types do not know as one
            raise yaml.MarkedYAMLError(problem=why, problem_mark=where)


def _naming_its_line(build: Callable[[Any, Any], Any]) -> Callable[[Any, yaml.ScalarNode], Any]:
    """PyYAML lets through what Python says of a date such as 2024-13-45, without the line."""

    def built(loader: Any, node: yaml.ScalarNode) -> Any:
        try:
            if len(node.value) > LONGEST_SCALAR:
                raise ValueError(f"longer than {LONGEST_SCALAR} characters")
            return build(loader, node)
        except (ValueError, LookupError, AttributeError, OverflowError) as error:
            raise ConstructorError(problem=str(error), problem_mark=node.start_mark) from error

    return built


# YAML 1.1 takes 2.06e11 for text, as it wants a sign and a point; people write it all the same, and mean the number.
UniqueKeys.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"), list("-+.0123456789")
)
for _kind in ("bool", "int", "float", "timestamp"):
    _tag = f"tag:yaml.org,2002:{_kind}"
    UniqueKeys.add_constructor(_tag, _naming_its_line(SafeLoader.yaml_constructors[_tag]))
