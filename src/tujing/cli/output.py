"""What every command shares: one JSON document or human lines on stdout, messages on stderr, the workspace."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.problems import BadInput, refuse
from tujing.words import Text

if TYPE_CHECKING:
    from tujing.enterprise.models import Organisation

_chosen_language = ""


def choose_language(language: str | None) -> None:
    """Sets the language of human lines; without a choice the environment's LANG decides, Chinese by default."""
    global _chosen_language
    from_environment = "en" if os.environ.get("LANG", "zh").lower().startswith("en") else "zh"
    _chosen_language = language or from_environment


def language() -> str:
    return _chosen_language or "zh"


def json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout / 标准输出为一份 JSON")


def yuan(text: str) -> float:
    """Reads an option's amount in yuan; thousands may be set off by commas."""
    try:
        return float(text.replace(",", "").replace("，", ""))
    except ValueError:
        hint = f"{text} 不是金额，请填写以元为单位的数字 / {text} is no amount; give a number of yuan"
        raise argparse.ArgumentTypeError(hint) from None


def emit(args: argparse.Namespace, document: Any, lines: Iterable[str]) -> None:
    """Prints the document with --json, else the lines."""
    if getattr(args, "json", False):
        json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=_plain, allow_nan=False)
        sys.stdout.write("\n")
    else:
        for line in lines:
            print(line)


def say(zh: str, en: str) -> None:
    """Prints a message to stderr in the chosen language."""
    print(Text(zh=zh, en=en)[language()], file=sys.stderr)


def complain(error: BadInput, limit: int = 20) -> None:
    """Prints each problem's sentence to stderr."""
    for problem in error.problems[:limit]:
        print(problem.sentence(language()), file=sys.stderr)
    rest = len(error.problems) - limit
    if rest > 0:
        say(f"……另有 {rest} 处问题。", f"… and {rest} more.")


def open_workspace(folder: str | Path, *, must_exist: bool = True) -> Organisation:
    """Opens a workspace folder made by `tujing init` and returns its organisation.

    Raises
    ------
    BadInput
        When the folder is no workspace.
    """
    home = Path(folder)
    if must_exist and not (home / "tujing.db").exists() and not os.environ.get("TUJING_DATABASE_URL"):
        raise refuse(
            "no_workspace",
            "这里还不是工作区，请先运行 tujing init。",
            "This is not a workspace yet; run tujing init first.",
            file=home,
        )
    start_django(home)
    from tujing.enterprise.models import Organisation

    organisation = Organisation.objects.order_by("created").first()
    if organisation is None:
        raise refuse(
            "no_organisation",
            "工作区里还没有企业，请先运行 tujing init。",
            "The workspace holds no enterprise yet; run tujing init first.",
            file=home,
        )
    return organisation


def start_django(home: Path) -> None:
    """Points Django at a workspace and brings its database up to date."""
    os.environ["TUJING_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tujing.web.settings")
    import django

    gc.disable()  # a quarter of the start is looking for garbage among what has just been loaded
    django.setup()
    gc.freeze()
    gc.enable()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):  # the command looks at far more than this
        call_command("migrate", verbosity=0, interactive=False)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "item"):  # a numpy scalar
        return value.item()
    raise TypeError(f"cannot write {type(value).__name__} as JSON")
