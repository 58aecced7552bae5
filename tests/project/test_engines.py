"""The room grammar: engines are pure, public modules say what they do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from scripts.engines import SOURCE, engines, imports

PACKAGE = SOURCE / "tujing"
FACES = ("web", "api")
ROOMS = sorted(path.name for path in PACKAGE.iterdir() if (path / "apps.py").exists() and path.name not in FACES)

# Modules that keep state, reach it (services and what stands beside them) or publish it; every other one is an engine.
STATEFUL = re.compile(r"^(apps|models|(\w+_)?services|jobs|schedules|beats|worker|store|load|documents?)\.py$")
# The trail is all of it about state: what is watched, written, chained.
TRAIL = re.compile(r"^(watching|recording|signals|bulk|sealing)\.py$")


def modules(room: str) -> list[Path]:
    return [path for path in sorted((PACKAGE / room).rglob("*.py")) if "migrations" not in path.parts]


def stateful_imports(path: Path) -> set[str]:
    return {name for name in imports(path) if re.match(r"django(\.|$)|tujing\.\w+\.(models|services)(\.|$)", name)}


@pytest.mark.parametrize("room", ROOMS)
def test_only_the_state_keeping_modules_of_a_room_import_django_models_or_services(room: str):
    engines_of_room = [path for path in modules(room) if not STATEFUL.match(path.name)]
    if room == "audit":
        engines_of_room = [path for path in engines_of_room if not TRAIL.match(path.name)]
    assert engines_of_room
    assert not {str(path.relative_to(PACKAGE)): found for path in engines_of_room if (found := stateful_imports(path))}


@pytest.mark.parametrize("room", ["atlas", "elements", "scenarios"])
def test_rooms_without_state_import_none_of_them_either(room: str):
    assert not {str(path.relative_to(PACKAGE)): found for path in modules(room) if (found := stateful_imports(path))}


def test_reaching_django_through_another_module_is_found():
    """The list of engines is computed over imports of imports; services reach the models, so they are none."""
    names = engines()
    assert "tujing.words" in names
    assert "tujing.enterprise.models" not in names
    assert "tujing.enterprise.services" not in names


def test_every_engine_says_what_it_is_for():
    without = [
        name
        for name, path in engines().items()
        if (tree := ast.parse(path.read_text(encoding="utf-8"))).body and not ast.get_docstring(tree)
    ]
    assert not without
