"""The `tujing` command. Each group of commands is one module beside this one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from tujing import __version__
from tujing.cli import output
from tujing.problems import BadInput

GROUPS = (
    "init",
    "element",
    "data",
    "atlas",
    "enterprise",
    "diagnose",
    "instrument",
    "value",
    "plan",
    "blueprint",
    "scenario",
    "deliver",
    "evaluate",
    "iterate",
    "contribute",
    "loop",
    "assure",
    "backup",
    "serve",
    "account",
)

EXTRAS = {
    "highspy": "solve",
    "ortools": "solve",
    "scipy": "solve",
    "pyamg": "solve",
    "sklearn": "learn",
    "skl2onnx": "onnx",
    "onnxruntime": "onnx",
    "pyvrp": "route",
    "PIL": "vision",
    "statsmodels": "evaluate",
    "pysyncon": "evaluate",
    "opendp": "privacy",
    "gunicorn": "web",
    "whitenoise": "web",
    "argon2": "web",
    "docx": "reports",
    "typst": "reports",
    "psycopg": "postgres",
}
"""Module → the extra of this package that brings it."""


class Parser(argparse.ArgumentParser):
    """Says in both languages that a command was written wrongly; subcommands are of this class too."""

    def error(self, message: str) -> NoReturn:
        help_command = f"{self.prog} --help"
        self.exit(2, f"命令写法有误，请看 {help_command}。 / Not understood; see {help_command}. ({message})\n")


def parser() -> argparse.ArgumentParser:
    """Builds the whole command line; the reference page and its test walk it."""
    top = Parser(
        prog="tujing",
        description="图景：诊断 → 规划 → 实施 → 评估 → 迭代，逐个场景，用企业自己的数据。 "
        "Tujing: diagnose, plan, implement, evaluate, iterate; scenario by scenario, on your own data.",
    )
    top.add_argument("--version", action="version", version=f"tujing {__version__}")
    top.add_argument("--lang", choices=["zh", "en"], help="language of messages / 提示语言")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for group in GROUPS:
        import_module(f"tujing.cli.{group}").add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0, or 2 when the input is bad (argparse uses 2 as well) or an extra is absent."""
    args = parser().parse_args(arguments)
    output.choose_language(args.lang)
    try:
        return args.run(args) or 0
    except BadInput as error:
        output.complain(error)
        return error.exit_code
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module not in EXTRAS:
            raise
        command = f'pip install "tujing[{EXTRAS[module]}]"'
        output.say(
            f"这条命令还需要 {module}，请先运行 {command}。", f"This command also needs {module}; run {command} first."
        )
        return 2
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        output.say("已停止，未写入任何结果。", "Stopped; nothing was written.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
