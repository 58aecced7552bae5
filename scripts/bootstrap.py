#!/usr/bin/env python3
"""Sets up a checkout: Python packages, the project itself, page scripts and styles, translations.

Needs Python 3.11 and pip, nothing else: it uses Node.js where it finds it and takes it from a Python package where not.
Each step has a stamp, a hash of what it was made from. A second call therefore does nothing, a changed lock file redoes
its own step only, and an interrupted call is repaired by the next.

This file runs on any Python 3, to be able to say that a newer one is needed: standard library and old syntax only.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = ROOT / ".stamps"
TOOLS = ROOT / ".tools"
FRONTEND = ROOT / "frontend"
WEB = ROOT / "src" / "tujing" / "web"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20


class CannotSetUp(Exception):
    """One sentence in Chinese, one in English: what is missing and what to do."""

    def __init__(self, zh, en):
        super().__init__(f"{zh}\n{en}")


def run(*command, **options):
    """Runs a command in the checkout; its output is shown only when it fails."""
    command = [str(part) for part in command]
    done = subprocess.run(  # noqa: S603 (every command is written in this file)
        command,
        cwd=str(options.get("cwd", ROOT)),
        env=dict(os.environ, **options.get("env", {})),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode and not options.get("may_fail"):
        sys.stderr.write(output)
        shown = " ".join(command)
        raise CannotSetUp(
            f"命令未成功:{shown}(原因见上)。请检查网络或软件源设置后重试,已完成的步骤不会重做。",
            f"This command failed, for the reason above: {shown}. Check the network or the package index and call "
            "again; finished steps are not repeated.",
        )
    return done.returncode, output


# --- Stamps ---------------------------------------------------------------------------------------------------------


def digest(*inputs):
    """A hash of files (Path) and plain words (str), in the order given."""
    total = hashlib.sha256()
    for item in inputs:
        content = item.read_bytes() if isinstance(item, Path) else item.encode()
        name = str(item.relative_to(ROOT)) if isinstance(item, Path) else ""
        total.update(f"{name}:{len(content)}:".encode())
        total.update(content)
    return total.hexdigest()


def step(name, says, inputs, outputs, action):
    """Does `action` unless it was done before with the same inputs and its outputs are still there."""
    stamp = STAMPS / name
    wanted = digest(*inputs)
    if stamp.exists() and stamp.read_text() == wanted and all(output.exists() for output in outputs):
        return
    sys.stdout.write(f"[tujing] {says} …\n")
    sys.stdout.flush()
    with contextlib.suppress(FileNotFoundError):
        stamp.unlink()
    action()
    stamp.write_text(wanted)


def files(folder, *patterns):
    return sorted(path for pattern in patterns for path in folder.rglob(pattern) if path.is_file())


# --- Python ---------------------------------------------------------------------------------------------------------


def continue_with_a_new_enough_python():
    """Replaces this process by a newer Python when the one that runs it is too old."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        found = shutil.which(name)
        # A version manager's shim may be on the PATH and yet refuse to run.
        if found and run(found, "-c", "import venv", may_fail=True)[0] == 0:
            os.execv(found, [found, *sys.argv])  # noqa: S606 (this very script)
    this = ".".join(map(str, sys.version_info[:2]))
    raise CannotSetUp(
        f"需要 Python 3.11 或更高版本,当前是 {this}。请先安装(如 apt-get install python3.11 python3.11-venv)再重试。",
        f"Python 3.11 or newer is needed, this is {this}. Install one (for example: apt-get install python3.11 "
        "python3.11-venv) and call again.",
    )


def make_environment(folder):
    """A virtual environment with pip; one that works already is kept."""
    python = folder / "bin" / "python"
    if python.exists() and run(python, "-m", "pip", "--version", may_fail=True)[0] == 0:
        return
    code, output = run(sys.executable, "-m", "venv", "--clear", folder, may_fail=True)
    if code:
        sys.stderr.write(output)
        raise CannotSetUp(
            "无法创建虚拟环境,多半缺少 venv 或 pip。请安装(如 apt-get install python3-venv python3-pip)后重试。",
            "The virtual environment could not be made; venv or pip is probably missing. Install them (for example: "
            "apt-get install python3-venv python3-pip) and call again.",
        )


def tool(name):
    """Installs requirements/<name>.txt into an environment of its own and returns that environment's bin folder."""
    folder, lock = TOOLS / name, ROOT / "requirements" / (name + ".txt")

    def install():
        make_environment(folder)
        run(folder / "bin" / "python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock)

    step("tool-" + name, name, [lock, str(ROOT)], [folder / "bin" / name], install)
    return folder / "bin"


def pip_settings_for_uv():
    """uv does not read pip's settings, and a mirror or an own index set there is often the only one in reach."""
    settings = {"UV_PYTHON_DOWNLOADS": "never", "UV_INDEX_STRATEGY": "unsafe-best-match", "UV_NO_PROGRESS": "1"}
    if any(name.startswith("UV_") and "INDEX" in name for name in os.environ):
        return settings
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    for line in run(PYTHON, "-m", "pip", "config", "list", may_fail=True)[1].splitlines():
        found = re.match(r"[\w:]+\.([\w-]+)='(.*)'$", line)
        if found and found.group(1) in names:
            separator = "," if found.group(1) == "find-links" else " "
            settings[names[found.group(1)]] = separator.join(found.group(2).split())
    return settings


def install_packages():
    """Every package in its locked version and with its locked hash: by uv where it can be had, by pip otherwise."""
    lock = ROOT / "requirements" / "dev.txt"
    try:
        uv = shutil.which("uv") or str(tool("uv") / "uv")
    except CannotSetUp:
        uv = None
    if uv:
        command = (uv, "pip", "install", "-q", "--python", PYTHON, "--require-hashes", "-r", lock)
        code, output = run(*command, env=pip_settings_for_uv(), may_fail=True)
        if code == 0:
            return
        sys.stderr.write(output + "uv did not succeed; trying pip …\n")
    run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", lock)


def install_project():
    run(PYTHON, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--editable", ROOT)


# --- Pages ----------------------------------------------------------------------------------------------------------


def node_folder():
    """The folder of node and npm: the system's when new enough, otherwise one installed from a Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        found = re.match(r"v(\d+)\.", run(node, "--version", may_fail=True)[1])
        if found and int(found.group(1)) >= OLDEST_NODE and run(npm, "--version", may_fail=True)[0] == 0:
            return Path(node).parent
    try:
        return tool("node")
    except CannotSetUp as problem:
        raise CannotSetUp(
            "页面需要 Node.js 20 或更高版本(含 npm):本机没有,也未能从 Python 软件源装上。请先安装 Node.js 再重试。",
            "The pages need Node.js 20 or newer with npm: it is not on this machine and could not be had from the "
            "Python package index either. Install Node.js and call again.",
        ) from problem


def with_node(*command):
    run(*command, cwd=FRONTEND, env={"PATH": str(node_folder()) + os.pathsep + os.environ.get("PATH", "")})


# --- All steps ------------------------------------------------------------------------------------------------------


def set_up():
    version = ".".join(map(str, sys.version_info[:2]))
    lock = ROOT / "requirements" / "dev.txt"
    npm_lock = [FRONTEND / "package-lock.json", FRONTEND / "package.json", FRONTEND / ".npmrc"]
    catalogues = files(WEB / "locale", "*.po")
    # The checkout's place is an input: commands in .venv/bin carry its path.
    step("environment", f"Python {version}", [str(ROOT), version], [PYTHON], lambda: make_environment(VENV))
    step("packages", "Python packages", [lock, str(ROOT), version], [VENV / "bin" / "pytest"], install_packages)
    step(
        "project",
        "tujing",
        [ROOT / "pyproject.toml", lock, str(ROOT)],
        [VENV / "bin" / "tujing"],
        install_project,
    )
    step("npm", "page libraries", npm_lock, [FRONTEND / "node_modules" / "esbuild"], lambda: with_node("npm", "ci"))
    step(
        "pages",
        "page scripts and styles",
        # The templates and the code say which classes of the kit are used.
        [*files(FRONTEND / "src", "*"), *files(WEB, "*.html", "*.py"), FRONTEND / "build.mjs", *npm_lock],
        [WEB / "static" / "build", WEB / "static" / "fonts"],
        lambda: with_node("node", "build.mjs"),
    )
    step(
        "translations",
        "translations",
        [*catalogues, ROOT / "scripts" / "compile_translations.py"],
        [path.with_suffix(".mo") for path in catalogues],
        lambda: run(PYTHON, ROOT / "scripts" / "compile_translations.py"),
    )


@contextlib.contextmanager
def one_at_a_time():
    """Two calls at once would write the same environment; the second waits and then finds the work done."""
    import fcntl

    STAMPS.mkdir(exist_ok=True)
    with (STAMPS / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main():
    try:
        continue_with_a_new_enough_python()
        with one_at_a_time():
            set_up()
    except CannotSetUp as problem:
        sys.stderr.write(f"\n{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
