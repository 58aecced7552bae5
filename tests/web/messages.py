"""Every wording that the interface asks gettext for, found in templates and in Python."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.utils.translation.template import templatize

import tujing.web

WEB = Path(tujing.web.__file__).parent
CATALOGUE = WEB / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "noop"}
IN_TEMPLATE = re.compile(r"""(?:\b_|gettext)\((u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\)""", re.DOTALL)


def wanted() -> dict[str, str]:
    """Message → the file that asks for it."""
    found: dict[str, str] = {}
    for path in sorted([*WEB.rglob("*.html"), *WEB.rglob("templates/**/*.txt")]):
        for literal in IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
            found.setdefault(ast.literal_eval(literal), str(path.relative_to(WEB)))
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.setdefault(first.value, str(path.relative_to(WEB)))
    return found
