"""The documentation says what there is: every command with its options, every manifest key, every data element."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks import figures
from scripts.reference_pages import elements_page

from tujing.atlas.loader import atlas
from tujing.atlas.manifest import Manifest
from tujing.cli.main import parser
from tujing.elements.definition import elements

DOCS = Path(__file__).parents[2] / "docs"
CLI_PAGE = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
FIGURES = (DOCS / "reference" / "figures.md").read_text(encoding="utf-8")
EVERYWHERE = {"-h", "--help", "--json"}


def commands(top: argparse.ArgumentParser, name: str = "tujing") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command that can be called, with its full name."""
    nested = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    if not nested:
        yield name, top
    for action in nested:
        for word, child in action.choices.items():
            yield from commands(child, f"{name} {word}")


COMMANDS = dict(commands(parser()))


def section(command: str) -> str:
    """The part of the page under the command's heading; empty when it has none."""
    found = re.search(rf"^##+ {re.escape(command)}\n(.*?)(?=^##|\Z)", CLI_PAGE, re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_section_that_names_its_options_and_arguments(command):
    text = section(command)
    assert text, f"docs/reference/cli.md has no heading '## {command}'"
    for action in COMMANDS[command]._actions:
        names = action.option_strings or [str(action.metavar or action.dest).upper()]
        if not EVERYWHERE.isdisjoint(names):
            continue
        assert any(f"`{name}" in text or name in text.split("\n\n")[0] for name in names), f"{command} {names[0]}"


def test_the_page_has_no_command_that_is_not_there():
    assert set(re.findall(r"^##+ (tujing [a-z ]+)$", CLI_PAGE, re.MULTILINE)) <= set(COMMANDS)


@pytest.mark.parametrize(
    "page", ["README.md", "README.zh-CN.md", *sorted(str(path.relative_to(DOCS.parent)) for path in DOCS.rglob("*.md"))]
)
def test_every_command_shown_in_a_page_can_be_parsed(page):
    """A command line in a code block is one that the parser accepts."""
    text = (DOCS.parent / page).read_text(encoding="utf-8")
    text = re.sub(r"\\\n\s*", " ", text)
    shown = re.findall(r"^(?: {4,}|)(?:\$ )?(?:\.venv/bin/)?tujing ((?!=)[a-z].*)$", text, re.MULTILINE)
    for line in shown:
        words = [word.strip("\"'") for word in re.findall(r"\"[^\"]*\"|'[^']*'|\S+", line.split("#")[0].split("|")[0])]
        try:
            parser().parse_args(words)
        except SystemExit:
            pytest.fail(f"{page}: tujing {line}")


def test_every_manifest_key_is_described():
    page = (DOCS / "reference" / "manifest.md").read_text(encoding="utf-8")
    assert not [name for name in Manifest.model_fields if f"`{name}`" not in page]


def test_the_page_of_data_elements_names_every_element_and_column():
    page = elements_page()
    for name, element in elements().items():
        assert f"## {name}\n" in page
        assert not [column for column in element.columns if f"| `{column}` |" not in page]


def test_the_readmes_link_to_each_other():
    for page, other in (("README.md", "README.zh-CN.md"), ("README.zh-CN.md", "README.md")):
        assert f"({other})" in (DOCS.parent / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_pictures_and_files_that_a_readme_shows_are_there(page):
    text = (DOCS.parent / page).read_text(encoding="utf-8")
    local = [target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    assert not [target for target in local if target and not (DOCS.parent / target).exists()]


def test_every_row_of_figures_can_be_repeated():
    rows = [line for line in FIGURES.splitlines() if re.match(r"\| \w+/", line)]
    found = figures.figures(FIGURES)
    assert len(found) == len(rows)
    assert all(one.value is not None for one in found)
    for one in found:
        card = atlas().card(one.scenario)
        assert one.kpi in {kpi.id for kpi in card.manifest.kpis}, one
        parser().parse_args(["scenario", "run", one.scenario, *one.words.split()])
    assert {one.scenario for one in found} == {name for name, card in atlas().cards.items() if card.runnable}
