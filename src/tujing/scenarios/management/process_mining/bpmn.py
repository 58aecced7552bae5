"""Process trees as BPMN 2.0 (ISO/IEC 19510) with a diagram, so that modelling tools open and show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from tujing.scenarios.management.process_mining.tree import Tree

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
TASK, GATEWAY, EVENT = (110, 70), (40, 40), (36, 36)
GAP, ROW_GAP = 40, 25
GATEWAYS = {"choice": "exclusiveGateway", "parallel": "parallelGateway", "loop": "exclusiveGateway"}
Point = tuple[float, float]


@dataclass
class Shape:
    id: str
    tag: str
    x: float
    y: float
    """Centre."""
    size: tuple[int, int]
    name: str = ""


@dataclass
class Flow:
    id: str
    source: str
    target: str
    points: list[Point]


@dataclass
class Block:
    """A drawn part: its first and last shape (None where it is silent: the line goes through)."""

    first: Shape | None
    last: Shape | None


@dataclass
class Diagram:
    """Shapes and flows of a tree."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def shape(self, tag: str, x: float, y: float, size: tuple[int, int], name: str = "") -> Shape:
        made = Shape(f"{tag}_{len(self.shapes) + 1}", tag, x, y, size, name)
        self.shapes[made.id] = made
        return made

    def flow(self, source: Shape, target: Shape, via: float | None = None) -> None:
        """Draws a flow; `via` is the height of a silent branch, on which the line runs."""
        right, left = source.x + source.size[0] / 2, target.x - target.size[0] / 2
        if via is not None and via != source.y:
            lower = source.y + source.size[1] / 2 if via > source.y else source.y - source.size[1] / 2
            end = target.y + target.size[1] / 2 if via > target.y else target.y - target.size[1] / 2
            points = [(source.x, lower), (source.x, via), (target.x, via), (target.x, end)]
        elif source.y == target.y:
            points = [(right, source.y), (left, target.y)]
        elif source.size == GATEWAY:
            edge = source.y + source.size[1] / 2 * (1 if target.y > source.y else -1)
            points = [(source.x, edge), (source.x, target.y), (left, target.y)]
        elif target.size == GATEWAY:
            edge = target.y + target.size[1] / 2 * (1 if source.y > target.y else -1)
            points = [(right, source.y), (target.x, source.y), (target.x, edge)]
        else:
            points = [(right, source.y), (left, target.y)]
        self.flows.append(Flow(f"flow_{len(self.flows) + 1}", source.id, target.id, points))


def draw(tree: Tree, names: Sequence[str]) -> Diagram:
    """Lays a tree out from left to right."""
    diagram = Diagram()
    width, height = _size(tree)
    y = 60 + height / 2
    start = diagram.shape("startEvent", 60, y, EVENT)
    end = diagram.shape("endEvent", 60 + EVENT[0] + 2 * GAP + width, y, EVENT)
    block = _draw(diagram, tree, names, 60 + EVENT[0] / 2 + GAP, y)
    _join(diagram, [Block(start, start), block, Block(end, end)])
    return diagram


def _size(tree: Tree) -> tuple[float, float]:
    if tree.operator is None:
        return (0.0, 30.0) if tree.silent else (TASK[0], TASK[1])
    sizes = [_size(child) for child in tree.children]
    if tree.operator == "sequence":
        return sum(width for width, _ in sizes) + GAP * (len(sizes) - 1), max(height for _, height in sizes)
    wide = max(width for width, _ in sizes) + 2 * (GATEWAY[0] + GAP)
    return wide, sum(height for _, height in sizes) + ROW_GAP * (len(sizes) - 1)


def _draw(diagram: Diagram, tree: Tree, names: Sequence[str], left: float, y: float) -> Block:
    if tree.operator is None:
        if tree.activity is None:
            return Block(None, None)
        task = diagram.shape("task", left + TASK[0] / 2, y, TASK, names[tree.activity])
        return Block(task, task)
    width, height = _size(tree)
    if tree.operator == "sequence":
        blocks = []
        for child in tree.children:
            blocks.append(_draw(diagram, child, names, left, y))
            left += _size(child)[0] + GAP
        _join(diagram, blocks)
        return Block(blocks[0].first, blocks[-1].last)
    opening = diagram.shape(GATEWAYS[tree.operator], left + GATEWAY[0] / 2, y, GATEWAY)
    closing = diagram.shape(GATEWAYS[tree.operator], left + width - GATEWAY[0] / 2, y, GATEWAY)
    top = y - height / 2
    for number, child in enumerate(tree.children):
        child_width, child_height = _size(child)
        middle = top + child_height / 2
        block = _draw(diagram, child, names, left + (width - child_width) / 2, middle)
        back = tree.operator == "loop" and number > 0
        source, target = (closing, opening) if back else (opening, closing)
        if block.first is None or block.last is None:
            diagram.flow(source, target, via=middle)
        else:
            diagram.flow(source, block.first)
            diagram.flow(block.last, target)
        top += child_height + ROW_GAP
    return Block(opening, closing)


def _join(diagram: Diagram, blocks: Sequence[Block]) -> None:
    drawn = [block for block in blocks if block.first is not None]
    for one, other in pairwise(drawn):
        if one.last is not None and other.first is not None:
            diagram.flow(one.last, other.first)


def write_bpmn(tree: Tree, names: Sequence[str]) -> bytes:
    """Returns the tree as a BPMN 2.0 document with its diagram."""
    diagram = draw(tree, names)
    for prefix, uri in (("bpmn", MODEL), ("bpmndi", DIAGRAM), ("dc", DC), ("di", DI)):
        register_namespace(prefix, uri)
    root = Element(f"{{{MODEL}}}definitions", id="definitions", targetNamespace="http://tujing/process")
    process = SubElement(root, f"{{{MODEL}}}process", id="process", isExecutable="false")
    for shape in diagram.shapes.values():
        attributes = {"id": shape.id, "name": shape.name} if shape.name else {"id": shape.id}
        element = SubElement(process, f"{{{MODEL}}}{shape.tag}", attributes)
        for flow in diagram.flows:
            if flow.target == shape.id:
                SubElement(element, f"{{{MODEL}}}incoming").text = flow.id
        for flow in diagram.flows:
            if flow.source == shape.id:
                SubElement(element, f"{{{MODEL}}}outgoing").text = flow.id
    for flow in diagram.flows:
        SubElement(process, f"{{{MODEL}}}sequenceFlow", id=flow.id, sourceRef=flow.source, targetRef=flow.target)
    plane = SubElement(
        SubElement(root, f"{{{DIAGRAM}}}BPMNDiagram", id="diagram"),
        f"{{{DIAGRAM}}}BPMNPlane",
        id="plane",
        bpmnElement="process",
    )
    for shape in diagram.shapes.values():
        drawn = SubElement(plane, f"{{{DIAGRAM}}}BPMNShape", id=f"{shape.id}_di", bpmnElement=shape.id)
        width, height = shape.size
        bounds = {"x": shape.x - width / 2, "y": shape.y - height / 2, "width": width, "height": height}
        SubElement(drawn, f"{{{DC}}}Bounds", {name: f"{value:g}" for name, value in bounds.items()})
    for flow in diagram.flows:
        drawn = SubElement(plane, f"{{{DIAGRAM}}}BPMNEdge", id=f"{flow.id}_di", bpmnElement=flow.id)
        for x, y in flow.points:
            SubElement(drawn, f"{{{DI}}}waypoint", x=f"{x:g}", y=f"{y:g}")
    indent(root)
    return HEAD + bytes(tostring(root, encoding="utf-8"))
