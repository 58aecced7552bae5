"""The model as an ArchiMate Model Exchange File (The Open Group, C19C, version 3.1: namespace `…/archimate/3.0/`).

Names stand in both languages (`xml:lang`). What each kind becomes is a table, after the ArchiMate 3.2 specification;
relations are those that its appendix B allows between the two concepts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element as Tag
from xml.etree.ElementTree import SubElement, indent, register_namespace, tostring

from tujing.blueprint.content import content
from tujing.blueprint.model import KINDS, Element, Kind, Model, Relation, RelationKind
from tujing.blueprint.views import View, views
from tujing.words import LANGUAGES, Text

NAMESPACE = "http://www.opengroup.org/xsd/archimate/3.0/"
SCHEMA = "http://www.opengroup.org/xsd/archimate/3.1/archimate3_Diagram.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_NAME = re.compile(r"[^\w.-]")

CONCEPTS: Mapping[Kind, str] = {
    "driver": "Driver",
    "goal": "Goal",
    "requirement": "Requirement",
    "scenario": "BusinessProcess",
    "capability": "Capability",
    "data": "DataObject",
    "model": "ApplicationFunction",
    "application": "ApplicationComponent",
    "infrastructure": "Node",
    "role": "BusinessRole",
    "standard": "Constraint",
    "phase": "Plateau",
    "task": "WorkPackage",
    "acceptance": "Deliverable",
}
"""An acceptance is the record that a task hands over: a deliverable."""

RELATIONSHIPS: Mapping[RelationKind, tuple[str, bool]] = {
    "motivates": ("Influence", False),
    "calls_for": ("Association", False),
    "serves": ("Realization", False),
    "meets": ("Realization", False),
    "builds": ("Realization", False),
    "part_of": ("Composition", True),
    "depends_on": ("Serving", True),
    "reads": ("Access", False),
    "writes": ("Access", False),
    "computes_for": ("Serving", False),
    "supports": ("Serving", False),
    "hosts": ("Serving", False),
    "staffs": ("Assignment", False),
    "governs": ("Influence", False),
    "realises": ("Realization", False),
    "belongs_to": ("Realization", False),
    "precedes": ("Triggering", False),
    "delivers": ("Realization", False),
    "verifies": ("Association", False),
}
"""Relation → ArchiMate relationship, and whether it runs the other way round there (the whole composes the part)."""

FOLDERS: tuple[tuple[Text, tuple[Kind, ...]], ...] = (
    (Text(zh="动因", en="Motivation"), ("driver", "goal", "requirement", "standard")),
    (Text(zh="战略", en="Strategy"), ("capability",)),
    (Text(zh="业务", en="Business"), ("scenario", "role")),
    (Text(zh="应用与数据", en="Application and data"), ("data", "model", "application")),
    (Text(zh="技术与基础设施", en="Technology"), ("infrastructure",)),
    (Text(zh="实施与迁移", en="Implementation and migration"), ("phase", "task", "acceptance")),
)


def archimate(model: Model, title: Text) -> bytes:
    """Returns the exchange file, UTF-8, the same bytes for the same model."""
    register_namespace("", NAMESPACE)
    register_namespace("xsi", _XSI)
    root = Tag(
        _tag("model"),
        {"identifier": f"id-{model.digest[:32]}", f"{{{_XSI}}}schemaLocation": f"{NAMESPACE} {SCHEMA}"},
    )
    _both(root, "name", title)
    keys = sorted({key for one in model.elements for key, value in one.facts.items() if value is not None})
    elements = SubElement(root, _tag("elements"))
    for one in model.elements:
        _element(elements, one)
    relationships = SubElement(root, _tag("relationships"))
    for relation in model.relations:
        _relationship(relationships, relation)
    drawn = views(model)
    _folders(root, model, drawn)
    definitions = SubElement(root, _tag("propertyDefinitions"))
    for key in ("code", "source", *keys):
        definition = SubElement(
            definitions, _tag("propertyDefinition"), {"identifier": _property(key), "type": "string"}
        )
        SubElement(definition, _tag("name")).text = key
    diagrams = SubElement(SubElement(root, _tag("views")), _tag("diagrams"))
    for view in drawn:
        _diagram(diagrams, view)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written + b"\n"


def identifier(name: str) -> str:
    """Returns an XML id for a model's id: letters of any script, digits, dots and dashes; the rest in hexadecimal."""
    return "id-" + _NOT_NAME.sub(lambda match: f"-{ord(match.group(0)):x}-", name)


def _element(parent: Tag, one: Element) -> None:
    tag = SubElement(parent, _tag("element"), {"identifier": identifier(one.id), f"{{{_XSI}}}type": CONCEPTS[one.kind]})
    _both(tag, "name", one.name)
    if one.text:
        _both(tag, "documentation", one.text)
    properties = SubElement(tag, _tag("properties"))
    known = {"code": one.code, "source": one.source, **one.facts}
    for key, value in known.items():
        if value is not None and value != "":
            held = SubElement(properties, _tag("property"), {"propertyDefinitionRef": _property(key)})
            SubElement(held, _tag("value")).text = _clean(_plain(value))


def _relationship(parent: Tag, one: Relation) -> None:
    kind, reversed_ = RELATIONSHIPS[one.kind]
    source, target = (one.target, one.source) if reversed_ else (one.source, one.target)
    attributes = {
        "identifier": identifier(one.id),
        "source": identifier(source),
        "target": identifier(target),
        f"{{{_XSI}}}type": kind,
    }
    if kind == "Access":
        attributes["accessType"] = "Read" if one.kind == "reads" else "Write"
    if kind == "Association":
        attributes["isDirected"] = "true"
    _both(SubElement(parent, _tag("relationship"), attributes), "name", content().relations[one.kind])


def _folders(root: Tag, model: Model, drawn: list[View]) -> None:
    organizations = SubElement(root, _tag("organizations"))
    for name, kinds in FOLDERS:
        folder = SubElement(organizations, _tag("item"))
        _both(folder, "label", name)
        for kind in KINDS:
            inside = model.of(kind) if kind in kinds else []
            if inside:
                part = SubElement(folder, _tag("item"))
                _both(part, "label", content().kinds[kind])
                for one in inside:
                    SubElement(part, _tag("item"), {"identifierRef": identifier(one.id)})
    for name, members in (
        (Text(zh="关系", en="Relations"), [identifier(one.id) for one in model.relations]),
        (Text(zh="视图", en="Views"), [_view_id(view) for view in drawn]),
    ):
        folder = SubElement(organizations, _tag("item"))
        _both(folder, "label", name)
        for member in members:
            SubElement(folder, _tag("item"), {"identifierRef": member})


def _diagram(parent: Tag, view: View) -> None:
    diagram = SubElement(
        parent,
        _tag("view"),
        {"identifier": _view_id(view), f"{{{_XSI}}}type": "Diagram", "viewpoint": view.viewpoint},
    )
    _both(diagram, "name", view.name)
    for node in view.nodes:
        SubElement(
            diagram,
            _tag("node"),
            {
                "identifier": _node_id(view, node.element),
                "elementRef": identifier(node.element),
                f"{{{_XSI}}}type": "Element",
                **{side: str(getattr(node, side)) for side in ("x", "y", "w", "h")},
            },
        )
    for one in view.relations:
        reversed_ = RELATIONSHIPS[one.kind][1]
        source, target = (one.target, one.source) if reversed_ else (one.source, one.target)
        SubElement(
            diagram,
            _tag("connection"),
            {
                "identifier": f"{_view_id(view)}-{identifier(one.id)}",
                "relationshipRef": identifier(one.id),
                f"{{{_XSI}}}type": "Relationship",
                "source": _node_id(view, source),
                "target": _node_id(view, target),
            },
        )


def _view_id(view: View) -> str:
    return f"id-view-{view.id}"


def _node_id(view: View, element: str) -> str:
    return f"{_view_id(view)}-{identifier(element)}"


def _property(key: str) -> str:
    return f"id-property-{key}"


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _both(parent: Tag, name: str, words: Text) -> None:
    for language in LANGUAGES:
        tag = SubElement(parent, _tag(name), {_LANG: language})
        tag.text = _clean(words[language])


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _clean(words: str) -> str:
    """Drops what XML cannot hold: control characters and lone surrogates."""
    return _NOT_XML.sub("", words)
