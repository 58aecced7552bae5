"""Lists the pure engines: the package's modules that reach no Django, neither themselves nor through another module.

Nobody keeps this list: a module is pure because of what it imports. Run as a script, it prints the paths for the strict
type check.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src"


def module_name(path: Path) -> str:
    """src/tujing/words.py -> tujing.words; a package's __init__.py -> the package."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def for_types_only(node: ast.AST) -> bool:
    """True for an `if TYPE_CHECKING:` block: what stands in it is never imported when the program runs."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, at its head or inside a function; `from a import b` may mean a or a.b."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif not for_types_only(node):
            waiting += ast.iter_child_nodes(node)


def engines() -> dict[str, Path]:
    """The pure modules by name. What a migration or a test folder holds is no engine."""
    paths = {module_name(path): path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts}
    reaches = {name: set(imports(path)) for name, path in paths.items()}
    impure = {name for name, found in reaches.items() if any(each.split(".")[0].startswith("django") for each in found)}
    while more := {name for name, found in reaches.items() if name not in impure and found & impure}:
        impure |= more
    return {name: path for name, path in paths.items() if name not in impure}


if __name__ == "__main__":
    for engine in engines().values():
        print(engine.relative_to(SOURCE.parent))
