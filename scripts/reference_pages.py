"""Reference pages that are computed from the code when the documentation is built, so that they cannot go stale.

A mkdocs hook: `reference/elements.md` is written from the data elements' own YAML files, `reference/scenarios.md` and a
page for each scenario that runs from the scenarios' folders.
"""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from tujing.atlas.loader import Card, atlas
from tujing.elements.definition import Column, Element, elements
from tujing.runtime.conformance import declared_tier

INTRODUCTION = """# Data elements

A data element (数据要素) is one canonical table. All data that passes between parts of Tujing is one of these: an
import fills one, a scenario reads some and may write others. The definitions are YAML files in
`src/tujing/elements/tables`; this page is computed from them.

`tujing element show NAME` prints one; `tujing element check FILE` checks a definition of your own.
"""


def constraints(element: Element, name: str, column: Column) -> str:
    """What a value of the column must keep, in words."""
    said = ["key"] if name in element.key else []
    said += ["required"] if column.required and name not in element.key else []
    said += [f"≥ {column.minimum:g}"] if column.minimum is not None else []
    said += [f"≤ {column.maximum:g}"] if column.maximum is not None else []
    said += ["one of " + ", ".join(f"`{value}`" for value in column.enum)] if column.enum else []
    said += [f"in `{column.reference}`"] if column.reference else []
    return "; ".join(said)


def section(element: Element) -> str:
    """One element: what it is, its standard, its columns."""
    rows = [
        f"| `{name}` | {column.label.zh} | {column.label.en} | {column.type} | {column.unit} "
        f"| {constraints(element, name, column)} |"
        for name, column in element.columns.items()
    ]
    return "\n".join(
        [
            f"## {element.name}",
            "",
            f"**{element.label.zh} · {element.label.en}** (version {element.version}, grade {element.grade})",
            "",
            f"{element.description.zh} {element.description.en}",
            "",
            f"Terms: {element.standard}",
            "",
            "| column | 中文 | English | type | unit | constraints |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def elements_page() -> str:
    return "\n".join([INTRODUCTION, *(section(element) for element in elements().values())])


SCENARIOS_INTRODUCTION = """# Scenarios

Every scenario on the map; those with a tier run on your own data, and each has a page with what it answers, how to read
its result, its method, its limits and its figures. `tujing scenario list` prints the same list.

| scenario | | what it answers | tier |
| --- | --- | --- | --- |
"""


def scenarios_page() -> str:
    lines = []
    for name, card in atlas().cards.items():
        title = f"{card.manifest.name.zh} · {card.manifest.name.en}"
        has_page = card.runnable and (card.folder / "README.md").is_file()
        shown = f"[`{name}`](scenarios/{page_name(name)})" if has_page else f"`{name}`"
        tier = declared_tier(card.folder) if card.runnable else "not yet"
        lines.append(f"| {shown} | {title} | {card.manifest.summary.en} | {tier} |")
    return SCENARIOS_INTRODUCTION + "\n".join(lines) + "\n"


def page_name(scenario: str) -> str:
    return scenario.replace("/", "-") + ".md"


def scenario_page(card: Card) -> str:
    """The folder's README, its picture found from where the page stands."""
    text = (card.folder / "README.md").read_text(encoding="utf-8")
    return text.replace("../../../../../docs/images/", "../../images/")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    files.append(File.generated(config, "reference/elements.md", content=elements_page()))
    files.append(File.generated(config, "reference/scenarios.md", content=scenarios_page()))
    for name, card in atlas().cards.items():
        if card.runnable and (card.folder / "README.md").is_file():
            path = f"reference/scenarios/{page_name(name)}"
            files.append(File.generated(config, path, content=scenario_page(card)))
    return files
