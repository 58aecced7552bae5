"""Accepting Petri nets as PNML (ISO/IEC 15909-2), written for other tools and read from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.parsers import expat

from tujing.problems import BadInput, refuse
from tujing.runtime.textfiles import read_text
from tujing.scenarios.management.process_mining.net import Net, token

NAMESPACE = "http://www.pnml.org/version-2009/grammar/pnml"
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
NET_TYPE = "http://www.pnml.org/version-2009/grammar/ptnet"


def write_pnml(net: Net, names: Sequence[str]) -> bytes:
    """Returns the net as PNML; silent transitions carry the tool-specific mark that mining tools look for."""
    root = Element("pnml", xmlns=NAMESPACE)
    body = SubElement(root, "net", id="net", type=NET_TYPE)
    page = SubElement(body, "page", id="page")
    for place, (held, wanted) in enumerate(zip(net.tokens(net.initial), net.tokens(net.final), strict=True)):
        element = SubElement(page, "place", id=f"p{place}")
        _text(element, "name", "source" if held else "sink" if wanted else f"p{place}")
        if held:
            _text(element, "initialMarking", str(held))
    for number, label in enumerate(net.labels):
        element = SubElement(page, "transition", id=f"t{number}")
        _text(element, "name", f"tau {number}" if label < 0 else names[label])
        if label < 0:
            SubElement(element, "toolspecific", tool="ProM", version="6.4", activity="$invisible$")
        arcs = [(f"p{place}", f"t{number}") for place in net.before[number]]
        arcs += [(f"t{number}", f"p{place}") for place in net.after[number]]
        for source, target in arcs:
            SubElement(page, "arc", id=f"{source}-{target}", source=source, target=target)
    final = SubElement(SubElement(body, "finalmarkings"), "marking")
    for place, wanted in enumerate(net.tokens(net.final)):
        if wanted:
            _text(SubElement(final, "place", idref=f"p{place}"), "", str(wanted))
    indent(root)
    return HEAD + bytes(tostring(root, encoding="utf-8"))


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(SubElement(parent, tag) if tag else parent, "text").text = text


class _Reader:
    def __init__(self) -> None:
        self.path: list[str] = []
        self.places: dict[str, int] = {}
        self.transitions: list[str] = []
        self.names: dict[str, str] = {}
        self.silent: set[str] = set()
        self.arcs: list[tuple[str, str]] = []
        self.initial: dict[str, int] = {}
        self.final: dict[str, int] = {}
        self.owner = ""
        self.text = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "place" and "idref" in attributes:
            self.owner = attributes["idref"]
        elif tag == "place":
            self.owner = attributes.get("id", "")
            self.places[self.owner] = len(self.places)
        elif tag == "transition":
            self.owner = attributes.get("id", "")
            self.transitions.append(self.owner)
        elif tag == "toolspecific" and "invisible" in attributes.get("activity", ""):
            self.silent.add(self.owner)
        elif tag == "arc":
            self.owner = ""
            self.arcs.append((attributes.get("source", ""), attributes.get("target", "")))
        self.path.append(tag)
        self.text = ""

    def end(self, tag: str) -> None:
        self.path.pop()
        above = self.path[-1] if self.path else ""
        if tag == "text" and self.owner:
            if "finalmarkings" in self.path:
                self.final[self.owner] = int(self.text.strip() or 0)
            elif above == "initialMarking":
                self.initial[self.owner] = int(self.text.strip() or 0)
            elif above == "name":
                self.names[self.owner] = self.text.strip()

    def data(self, text: str) -> None:
        self.text += text


def read_pnml(path: Path, activities: Sequence[str]) -> tuple[Net, list[str]]:
    """Returns the net, its labels numbered as in `activities`, and the names with those the log lacks added behind.

    Raises
    ------
    BadInput
        When it is no PNML of a place/transition net with arcs of weight one, or declares a document type.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.data

    def doctype(*_: object) -> None:
        raise _bad(path, "declares a document type", "声明了文档类型（DTD）", parser.CurrentLineNumber)

    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(read_text(path), True)
    except (expat.ExpatError, ValueError) as error:
        raise _bad(path, f"is not well formed ({error})", "内容不完整", parser.CurrentLineNumber) from error
    if not reader.places or not reader.transitions:
        raise _bad(path, "has no places or no transitions", "没有库所或变迁", None)
    numbers = {name: number for number, name in enumerate(activities)}
    names = list(activities)
    net = Net(places=len(reader.places))
    known = {*reader.places, *reader.transitions}
    lost = next((end for arc in reader.arcs for end in arc if end not in known), None)
    if lost is not None:
        raise _bad(path, f"has an arc to {lost}, which it does not define", f"有弧连到未定义的 {lost}", None)
    for transition in reader.transitions:
        name = reader.names.get(transition, "")
        label = -1
        if transition not in reader.silent and name:
            label = numbers.setdefault(name, len(names))
            if label == len(names):
                names.append(name)
        net.transition(
            label,
            [reader.places[source] for source, target in reader.arcs if target == transition],
            [reader.places[target] for source, target in reader.arcs if source == transition],
        )
    sinks = set(reader.places) - {source for source, _ in reader.arcs}
    final = {place: count for place, count in reader.final.items() if count} or dict.fromkeys(sinks, 1)
    if not reader.initial or not final:
        raise _bad(path, "has no initial or no final marking", "没有初始或终止标识", None)
    net.initial = sum(count * token(reader.places[place]) for place, count in reader.initial.items())
    net.final = sum(count * token(reader.places[place]) for place, count in final.items() if place in reader.places)
    return net, names


def _bad(path: Path, en: str, zh: str, row: int | None) -> BadInput:
    return refuse(
        "bad_model",
        f"这个 PNML 模型{zh}，请重新导出。",
        f"This PNML model {en}; export it again.",
        file=path.name,
        row=row,
    )
