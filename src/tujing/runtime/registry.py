"""Finds the solution that runs a scenario: the one `Solution` subclass in its folder's `solution.py`."""

from __future__ import annotations

import importlib
import inspect
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from tujing.atlas.loader import atlas, manifest
from tujing.problems import refuse
from tujing.runtime.contract import Solution


@cache
def solution(scenario: str) -> Solution | None:
    """Returns the scenario's solution, or None when its card says it is not runnable yet.

    Raises
    ------
    BadInput
        When there is no such scenario.
    """
    return solution_in(atlas().card(scenario).folder, scenario)


def runnable(scenario: str) -> Solution:
    """Returns the scenario's solution.

    Raises
    ------
    BadInput
        When its card says that it is not runnable yet.
    """
    found = solution(scenario)
    if found is None:
        name = manifest(scenario).name
        raise refuse(
            "not_runnable",
            f"场景“{name.zh}”暂不能运行；用 tujing scenario list 查看可运行的场景。",
            f"{name.en} is not runnable yet; tujing scenario list shows those that are.",
            key=scenario,
        )
    return found


def solution_in(place: Path, scenario: str) -> Solution | None:
    """Loads the solution of a scenario folder, inside the package or not.

    Raises
    ------
    BadInput
        When `solution.py` does not import, or does not hold exactly one Solution subclass.
    """
    path = place / "solution.py"
    if not path.exists():
        return None
    module = _load(path, scenario)
    found = [
        kind
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, Solution) and kind.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise refuse(
            "one_solution",
            f"solution.py 应恰有一个 Solution 子类，现有 {len(found)} 个。",
            f"solution.py must hold exactly one subclass of Solution; it holds {len(found)}.",
            file=path,
        )
    return found[0](scenario)


def _load(path: Path, scenario: str) -> ModuleType:
    inside = Path(__file__).parent.parent / "scenarios" / scenario / "solution.py"
    try:
        if path.resolve() == inside.resolve():
            return importlib.import_module(f"tujing.scenarios.{scenario.replace('/', '.')}.solution")
        # A folder elsewhere becomes a package of its own, so that its modules can import one another.
        package = f"tujing_scenario_{scenario.replace('/', '_')}"
        for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
            del sys.modules[name]
        parent = ModuleType(package)
        parent.__path__ = [str(path.parent)]
        sys.modules[package] = parent
        return importlib.import_module(f"{package}.solution")
    except ImportError as error:
        raise refuse(
            "solution_import",
            f"solution.py 无法导入：{error}。缺少的库请按提示安装。",
            f"solution.py does not import: {error}. Install what is missing.",
            file=path,
            detail=repr(error),
        ) from error
