"""The blueprint's pictures of architecture, as SVG made from the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tujing.atlas.graph import WINGS
from tujing.atlas.labels import labels
from tujing.blueprint.content import content
from tujing.blueprint.model import Element, Kind, Model
from tujing.reports.shapes import BLUE, CYAN, GREY, INK, LINE, PALE, WIDTH, box, frame, line, svg, text, wide, wrapped
from tujing.words import Text

TINTS: dict[str, tuple[str, str]] = {
    "goal": ("#d48806", "#fff7e6"),
    "business": ("#0958d9", "#e6f4ff"),
    "data": ("#389e0d", "#f6ffed"),
    "application": ("#08979c", "#e6fffb"),
    "technology": ("#531dab", "#f9f0ff"),
    "side": ("#595959", "#fafafa"),
}
"""Edge and ground of each layer."""
ROWS_OF_MATRIX = 46
ROWS_OF_LADDER = 28
"""Rows of the matrix and of the ladders that one page holds."""
PAGE = 1000.0
"""The greatest height of a picture that still fits on a page with its caption."""


def framework(model: Model, language: str) -> str:
    """The task framework (任务框架): vision, goals, wings with their scenarios, the ground they stand on."""
    goals = [one for one in model.of("goal") if one.id != "goal.vision"]
    parts: list[str] = []
    vision = model.by_id["goal.vision"]
    told = [replace(vision, name=vision.text or vision.name)]
    y = _band(parts, 0, Text(zh="愿景", en="Vision"), told, language, "goal", 1)
    y = _band(parts, y, Text(zh="目标", en="Goals"), goals, language, "goal", 4)
    wings = [wing for wing in WINGS if any(one.facts["wing"] == wing for one in model.of("scenario"))]
    left, gap = 88.0, 6.0
    width = (WIDTH - left - gap * (len(wings) - 1)) / max(len(wings), 1)
    columns = [[one for one in model.of("scenario") if one.facts["wing"] == wing] for wing in wings]
    chip, step, head = 50, 56, 36
    tall = head + 8 + max((len(column) for column in columns), default=0) * step + 4
    parts += _label(y, tall, Text(zh="任务", en="Tasks")[language], "business")
    for place, (wing, column) in enumerate(zip(wings, columns, strict=True)):
        x = left + place * (width + gap)
        edge, ground = TINTS["business"]
        parts.append(frame(x, y, width, tall, LINE, "#ffffff"))
        parts.append(box(x, y, width, head, edge))
        name = wrapped(labels().wings[wing][language], (width - 8) / 11.5, 2)
        parts += _lines(x + width / 2, y + head / 2 + 4 - (len(name) - 1) * 6.5, name, "#ffffff", 12, 13, "middle")
        for row, one in enumerate(column):
            top = y + head + 6 + row * step
            level = f"{one.facts['level_today']} → {one.facts['level']}"
            parts.append(frame(x + 5, top, width - 10, chip, edge, ground))
            parts += _lines(x + 11, top + 15, wrapped(one.name[language], (width - 20) / 11, 2), INK, 11, 13)
            parts.append(text(x + width - 11, top + 44, level, edge, 11, "end"))
    y += tall + 8
    ground_words = (
        Text(zh="数据要素与标准体系", en="Data elements and standards"),
        Text(zh="数字基础设施与安全", en="Infrastructure and security"),
        Text(zh="组织、资金与人才保障", en="Organisation, money and people"),
    )
    parts += _label(y, 30, Text(zh="保障", en="Ground")[language], "side")
    each = (WIDTH - left - 2 * gap) / 3
    for place, words in enumerate(ground_words):
        parts.append(frame(left + place * (each + gap), y, each, 30, TINTS["side"][0], TINTS["side"][1]))
        parts.append(text(left + place * (each + gap) + each / 2, y + 20, words[language], INK, 12, "middle"))
    return svg(y + 36, parts)


def layers(model: Model, language: str) -> str:
    """The overall architecture: business, data, application and technology, with security and standards at the side."""
    parts: list[str] = []
    y = 0.0
    stack: tuple[tuple[Text, Kind, str], ...] = (
        (Text(zh="业务架构", en="Business"), "scenario", "business"),
        (Text(zh="数据架构", en="Data"), "data", "data"),
        (Text(zh="应用架构", en="Applications"), "application", "application"),
        (Text(zh="技术架构", en="Technology"), "infrastructure", "technology"),
    )
    side = 56.0
    for name, kind, tint in stack:
        columns = 3 if kind == "infrastructure" else 4
        y = _band(parts, y, name, model.of(kind), language, tint, columns, most=16, right=2 * side + 12)
    for place, words in enumerate((Text(zh="安全体系", en="Security"), Text(zh="标准体系", en="Standards"))):
        x = WIDTH - (2 - place) * side - (6 if place == 0 else 0)
        parts.append(frame(x, 0, side, y - 8, TINTS["side"][0], TINTS["side"][1]))
        parts.append(_upright(x + side / 2, (y - 8) / 2, words[language], language))
    return svg(y, parts)


def businesses(model: Model, language: str) -> list[str]:
    """Scenarios by wing on their ladder, page by page: today's level pale, what the plan builds in blue."""
    rows = [one for wing in WINGS for one in model.of("scenario") if one.facts["wing"] == wing]
    return [_business(rows[first : first + ROWS_OF_LADDER], language) for first in range(0, len(rows), ROWS_OF_LADDER)]


def _business(rows: Sequence[Element], language: str) -> str:
    left, step, head, cell = 362.0, 30, 30, 83.0
    parts = []
    for level in range(1, 5):
        name = f"{level} 级" if language == "zh" else f"Level {level}"
        parts.append(text(left + (level - 0.5) * (cell + 6), 20, name, GREY, 12, "middle"))
    y: float = head
    edge, ground = TINTS["business"]
    for wing in WINGS:
        scenarios = [one for one in rows if one.facts["wing"] == wing]
        if not scenarios:
            continue
        tall = len(scenarios) * step
        parts.append(frame(0, y, 146, tall - 4, edge, ground))
        label = wrapped(labels().wings[wing][language], 14, 1)[0]
        parts.append(text(73, y + tall / 2 + 2, label, INK, 11, "middle"))
        for row, one in enumerate(scenarios):
            top = y + row * step
            name = wrapped(f"{one.code} {one.name[language]}", 16.5, 1)[0]
            parts.append(text(156, top + 17, name, INK, 12))
            today, target = int(one.facts["level_today"] or 0), int(one.facts["level"] or 0)
            for level in range(1, 5):
                x = left + (level - 1) * (cell + 6)
                if level <= today:
                    parts.append(box(x, top + 4, cell, 16, "#91caff"))
                elif level <= target:
                    parts.append(box(x, top + 4, cell, 16, BLUE))
                else:
                    parts.append(box(x, top + 4, cell, 16, PALE))
        y += tall + 6
    legend = (
        ("#91caff", Text(zh="今天已达到", en="reached today")),
        (BLUE, Text(zh="本规划建设", en="built by this plan")),
        (PALE, Text(zh="以后", en="later")),
    )
    x = left
    for colour, words in legend:
        parts.append(box(x, y + 6, 14, 12, colour))
        parts.append(text(x + 20, y + 16, words[language], GREY, 11))
        x += 34 + wide(words[language], 11)
    return svg(y + 26, parts)


def matrices(model: Model, language: str) -> list[str]:
    """Which scenario writes (W) and reads (R) which data element: the U/C matrix of data architecture, page by page."""
    rows = model.of("data")
    return [
        _matrix(model, rows[start : start + ROWS_OF_MATRIX], language) for start in range(0, len(rows), ROWS_OF_MATRIX)
    ]


def _matrix(model: Model, rows: Sequence[Element], language: str) -> str:
    scenarios = model.of("scenario")
    left, head, step = 210.0, 26.0, 17.0
    width = min(58.0, (WIDTH - left) / max(len(scenarios), 1))
    parts = []
    for column, one in enumerate(scenarios):
        parts.append(text(left + (column + 0.5) * width, 17, one.code, GREY, 10, "middle"))
    for row, one in enumerate(rows):
        y = head + row * step
        if row % 2 == 0:
            parts.append(box(0, y, left + width * len(scenarios), step, "#fafafa"))
        parts.append(text(4, y + 12.5, wrapped(f"{one.code} {one.name[language]}", 18, 1)[0], INK, 11))
        writers = {each.id for each in model.sources(one.id, "writes")}
        readers = {each.id for each in model.sources(one.id, "reads")}
        for column, scenario in enumerate(scenarios):
            x = left + column * width
            marks = ("W" if scenario.id in writers else "") + ("R" if scenario.id in readers else "")
            if marks:
                fill = TINTS["data"][0] if "W" in marks else "#b7eb8f"
                parts.append(box(x + 3, y + 2, width - 6, step - 4, fill))
                colour = "#ffffff" if "W" in marks else INK
                parts.append(text(x + width / 2, y + 12.5, " ".join(marks), colour, 10, "middle"))
    tall = head + len(rows) * step
    for column in range(len(scenarios) + 1):
        x = left + column * width
        parts.append(line(x, head - 4, x, tall, PALE, 1))
    return svg(tall + 6, parts)


def applications(model: Model, language: str) -> str:
    """Applications on the left, the scenarios that they support on the right."""
    return _bipartite(model, model.of("application"), model.of("scenario"), language)


def _bipartite(model: Model, left: Sequence[Element], right: Sequence[Element], language: str) -> str:
    joined = {one.id: [each.id for each in model.targets(one.id, "supports")] for one in left}
    order = {one.id: place for place, one in enumerate(right)}

    def middle(one: Element) -> float:
        places = [order[each] for each in joined[one.id] if each in order]
        return sum(places) / len(places) if places else float(len(right))

    left = sorted(left, key=middle)
    count = max(len(left), len(right), 1)
    step = min(32.0, PAGE / count)
    tall = count * step
    wide_box, chip = 268.0, min(24.0, step - 4)

    def place(number: int, of: int) -> float:
        return (number + 0.5) * tall / of

    parts = []
    at_right = {one.id: place(number, len(right)) for number, one in enumerate(right)}
    for number, one in enumerate(left):
        y = place(number, len(left))
        for each in joined[one.id]:
            parts.append(line(wide_box, y, WIDTH - wide_box, at_right[each], "#87e8de", 1.2))
    for x, column, tint, kinds in (
        (0.0, left, "application", len(left)),
        (WIDTH - wide_box, list(right), "business", len(right)),
    ):
        edge, ground = TINTS[tint]
        for number, one in enumerate(column):
            y = place(number, kinds)
            parts.append(frame(x, y - chip / 2, wide_box, chip, edge, ground))
            words = f"{one.code} {one.name[language]}"
            parts.append(text(x + 8, y + 4, wrapped(words, (wide_box - 16) / 11.5, 1)[0], INK, 11))
    return svg(tall + 4, parts)


def technology(model: Model, language: str) -> str:
    """Where applications run and what joins them: hosts with their applications, links, the data space beneath."""
    known = content().infrastructure
    present = {one.id: one for one in model.of("infrastructure")}
    hosts = [name for name, one in known.items() if one.deployment and f"infrastructure.{name}" in present]
    links = [name for name, one in known.items() if one.interfaces and f"infrastructure.{name}" in present]
    always = [name for name, one in known.items() if one.always and f"infrastructure.{name}" in present]
    edge, ground = TINTS["technology"]
    parts: list[str] = []
    y, gap = 0.0, 8.0
    width = (WIDTH - gap * (len(hosts) - 1)) / max(len(hosts), 1)
    held = {name: model.targets(f"infrastructure.{name}", "hosts") for name in hosts}
    per_row = 2 if len(hosts) > 1 else 4
    rows = max((-(-len(one) // per_row) for one in held.values()), default=0)
    tall = 30 + rows * 38 + 2
    for place, name in enumerate(hosts):
        x = place * (width + gap)
        parts.append(frame(x, y, width, tall, edge, ground))
        parts.append(text(x + 10, y + 20, known[name].name[language], edge, 12))
        chip = (width - 10 - 6 * (per_row - 1)) / per_row
        for number, one in enumerate(held[name]):
            row, column = divmod(number, per_row)
            left, top = x + 5 + column * (chip + 6), y + 30 + row * 38
            parts.append(frame(left, top, chip, 32, TINTS["application"][0], "#ffffff"))
            words = wrapped(f"{one.code} {one.name[language]}", (chip - 12) / 11, 2)
            parts += _lines(left + 6, top + 20 - (len(words) - 1) * 6, words, INK, 11, 12)
    y += tall + gap
    width = (WIDTH - gap * (len(links) - 1)) / max(len(links), 1)
    for place, name in enumerate(links):
        x = place * (width + gap)
        count = len(model.targets(f"infrastructure.{name}", "hosts"))
        parts.append(frame(x, y, width, 62, edge, "#ffffff"))
        words = wrapped(known[name].name[language], (width - 12) / 11, 3)
        parts += _lines(x + width / 2, y + 18, words, INK, 11, 13, "middle")
        told = f"{count} 个应用" if language == "zh" else f"{count} applications"
        parts.append(text(x + width / 2, y + 56, told, GREY, 10, "middle"))
    y += (62 + gap) if links else 0
    for name in always:
        words = wrapped(known[name].text[language], (WIDTH - 20) / 11, 2)
        parts.append(frame(0, y, WIDTH, 28 + 13 * len(words), edge, ground))
        parts.append(text(10, y + 17, known[name].name[language], edge, 12))
        parts += _lines(10, y + 33, words, GREY, 11, 13)
        y += 28 + 13 * len(words) + gap
    return svg(y, parts)


def thread(language: str) -> str:
    """How the elements hang together: from a driver to the acceptance, as the trace matrix reads it."""
    kinds = content().kinds
    row: tuple[Kind, ...] = ("driver", "goal", "requirement", "scenario", "capability", "task", "acceptance")
    gap = 16.0
    width = (WIDTH - gap * (len(row) - 1)) / len(row)
    parts = []
    for place, kind in enumerate(row):
        x = place * (width + gap)
        parts.append(frame(x, 6, width, 34, TINTS["business"][0], TINTS["business"][1]))
        parts.append(text(x + width / 2, 27, kinds[kind][language], INK, 12, "middle"))
        if place:
            parts.append(line(x - gap, 23, x - 2, 23, GREY, 1.5))
            parts.append(f'<polygon points="{x - 8:.1f},19 {x - 1:.1f},23 {x - 8:.1f},27" fill="{GREY}"/>')
    below: tuple[Kind, ...] = ("standard", "data", "model", "application", "infrastructure")
    each = (WIDTH - gap * (len(below) - 1)) / len(below)
    for place, kind in enumerate(below):
        x = place * (each + gap)
        parts.append(frame(x, 66, each, 30, CYAN, "#ffffff"))
        parts.append(text(x + each / 2, 86, kinds[kind][language], INK, 12, "middle"))
        parts.append(line(x + each / 2, 66, x + each / 2, 42, LINE, 1.5, "4 3"))
    return svg(104, parts)


def _band(
    parts: list[str],
    y: float,
    label: Text,
    elements: Sequence[Element],
    language: str,
    tint: str,
    columns: int,
    most: int = 24,
    right: float = 0.0,
) -> float:
    """One layer: its label at the left, its elements as chips; returns where the next one begins."""
    edge, ground = TINTS[tint]
    left, gap, chip = 88.0, 6.0, 30.0
    shown = list(elements[:most])
    rest = len(elements) - len(shown)
    width = (WIDTH - left - right - gap * (columns + 1)) / columns
    rows = -(-(len(shown) + (1 if rest else 0)) // columns)
    tall = rows * (chip + gap) + gap
    parts += _label(y, tall, label[language], tint)
    parts.append(frame(left, y, WIDTH - left - right, tall, edge, ground))
    for number in range(len(shown) + (1 if rest else 0)):
        row, column = divmod(number, columns)
        x, top = left + gap + column * (width + gap), y + gap + row * (chip + gap)
        parts.append(frame(x, top, width, chip, LINE, "#ffffff"))
        if number < len(shown):
            words = shown[number].name[language]
        else:
            words = f"……另有 {rest} 项" if language == "zh" else f"… and {rest} more"
        lines = wrapped(words, (width - 10) / 11, 2)
        parts += _lines(x + width / 2, top + chip / 2 + 4 - (len(lines) - 1) * 6, lines, INK, 11, 12, "middle")
    return y + tall + 8


def _label(y: float, tall: float, words: str, tint: str) -> list[str]:
    edge, _ = TINTS[tint]
    lines = wrapped(words, 6.4, 2)
    return [
        box(0, y, 82, tall, edge),
        *_lines(41, y + tall / 2 + 4 - (len(lines) - 1) * 7, lines, "#ffffff", 12, 14, "middle"),
    ]


def _lines(
    x: float, y: float, words: Sequence[str], colour: str, size: int, step: float, anchor: str = "start"
) -> list[str]:
    return [text(x, y + number * step, one, colour, size, anchor) for number, one in enumerate(words)]


def _upright(x: float, y: float, words: str, language: str) -> str:
    """Chinese stands letter below letter; English is turned."""
    if language == "zh":
        top = y - (len(words) - 1) * 9
        return "".join(text(x, top + number * 18 + 4, letter, INK, 13, "middle") for number, letter in enumerate(words))
    return f'<g transform="translate({x + 5:.1f},{y:.1f}) rotate(-90)">' + text(0, 0, words, INK, 13, "middle") + "</g>"
