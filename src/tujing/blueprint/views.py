"""The views of the model: which elements a reader sees together, and where each stands.

Seven views after the guide's sections and the four layers of an architecture: motivation, requirements, business, data,
applications, technology, implementation. Lengths are pixels of a modelling tool; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from tujing.blueprint.model import Element, Model, Relation, RelationKind
from tujing.words import Text

WIDTH, HEIGHT = 180, 60
GAP_X, GAP_Y = 30, 30
MARGIN = 20
PER_COLUMN = 24
"""Elements of one column before a second one begins beside it."""


@dataclass(frozen=True)
class Node:
    element: str
    x: int
    y: int
    w: int = WIDTH
    h: int = HEIGHT


@dataclass(frozen=True)
class View:
    """One diagram: the nodes and the relations drawn between them."""

    id: str
    name: Text
    viewpoint: str
    """The viewpoint of ArchiMate 3 that it follows."""
    nodes: tuple[Node, ...]
    relations: tuple[Relation, ...]


Columns = Callable[[Model], Sequence[Sequence[Element]]]


@dataclass(frozen=True)
class _Plan:
    id: str
    name: Text
    viewpoint: str
    columns: Columns
    relations: tuple[RelationKind, ...]


def _functions(model: Model) -> list[Element]:
    return [one for one in model.of("requirement") if one.facts["requirement"] in ("function", "level")]


VIEWS: tuple[_Plan, ...] = (
    _Plan(
        "motivation",
        Text(zh="1 动因与目标", en="1 Drivers and goals"),
        "Motivation",
        lambda model: (model.of("driver"), model.of("goal")),
        ("motivates",),
    ),
    _Plan(
        "requirements",
        Text(zh="2 需求与验收", en="2 Requirements and acceptance"),
        "Requirements Realization",
        lambda model: (model.of("goal"), model.of("requirement"), model.of("acceptance")),
        ("serves", "verifies"),
    ),
    _Plan(
        "business",
        Text(zh="3 业务架构：场景与能力", en="3 Business: scenarios and capabilities"),
        "Capability Map",
        lambda model: (_functions(model), model.of("scenario"), model.of("capability")),
        ("meets", "builds", "part_of", "depends_on"),
    ),
    _Plan(
        "data",
        Text(zh="4 数据架构：谁写谁读", en="4 Data: who writes and who reads"),
        "Information Structure",
        lambda model: (model.of("scenario"), model.of("data")),
        ("reads", "writes"),
    ),
    _Plan(
        "application",
        Text(zh="5 应用架构：系统与模型", en="5 Applications and models"),
        "Application Usage",
        lambda model: (model.of("application"), model.of("scenario"), model.of("model")),
        ("supports", "computes_for"),
    ),
    _Plan(
        "technology",
        Text(zh="6 技术架构：承载与连接", en="6 Technology: what hosts and joins"),
        "Technology Usage",
        lambda model: (model.of("infrastructure"), model.of("application")),
        ("hosts",),
    ),
    _Plan(
        "implementation",
        Text(zh="7 实施与验收", en="7 Implementation"),
        "Implementation and Migration",
        lambda model: (model.of("role"), model.of("task"), model.of("phase"), model.of("acceptance")),
        ("staffs", "belongs_to", "precedes", "delivers"),
    ),
)


def views(model: Model) -> list[View]:
    """Returns every view with its nodes placed and the relations between them."""
    return [_view(plan, model) for plan in VIEWS]


def _view(plan: _Plan, model: Model) -> View:
    columns = [list(column) for column in plan.columns(model)]
    shown = {one.id for column in columns for one in column}
    drawn = tuple(
        one for one in model.relations if one.kind in plan.relations and one.source in shown and one.target in shown
    )
    return View(plan.id, plan.name, plan.viewpoint, tuple(_place(_straighten(columns, drawn))), drawn)


def _straighten(columns: Sequence[Sequence[Element]], relations: Sequence[Relation]) -> list[list[Element]]:
    """Orders each column after the first by the mean place of what its elements are joined to (barycentre method of
    Sugiyama, Tagawa and Toda, 1981), so that fewer lines cross."""
    done: list[list[Element]] = [list(columns[0])] if columns else []
    for column in columns[1:]:
        before = {one.id: place for place, one in enumerate(done[-1])}
        joined: dict[str, list[int]] = {}
        for one in relations:
            if one.source in before:
                joined.setdefault(one.target, []).append(before[one.source])
            if one.target in before:
                joined.setdefault(one.source, []).append(before[one.target])
        done.append(sorted(column, key=_by_mean(joined, len(before))))
    return done


def _by_mean(joined: Mapping[str, Sequence[int]], last: int) -> Callable[[Element], float]:
    return lambda one: mean(joined[one.id]) if one.id in joined else float(last)


def _place(columns: Sequence[Sequence[Element]]) -> list[Node]:
    nodes = []
    x = MARGIN
    for column in columns:
        for number, one in enumerate(column):
            sub, row = divmod(number, PER_COLUMN)
            nodes.append(Node(one.id, x + sub * (WIDTH + GAP_X), MARGIN + row * (HEIGHT + GAP_Y)))
        x += max(1, -(-len(column) // PER_COLUMN)) * (WIDTH + GAP_X) + 3 * GAP_X
    return nodes
