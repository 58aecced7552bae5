"""`tujing serve [DIR]`: the whole site with one command — database, example, web server, workers."""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import string
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from tujing.cli import output
from tujing.cli.supervise import Child, stop, supervise
from tujing.problems import refuse
from tujing.runtime.gate import Gate

ACCOUNTS_FILE = "demo_accounts.txt"
OPENED_BEFORE = "secret_key"
"""A file that the first start of a workspace leaves in it."""
WEB_PROCESSES = 2
WORKERS_AFTER_SECONDS = 3.0
WEB_THREADS = 4
PASSWORD_LENGTH = 14
LOCAL = ("127.0.0.1", "localhost", "::1")


def add(commands: Any) -> None:
    parser = commands.add_parser("serve", help="open the site on this machine / 打开网页服务")
    parser.add_argument(
        "dir", metavar="DIR", type=Path, nargs="?", default=Path("var"), help="workspace (default: ./var)"
    )
    parser.add_argument("--port", type=int, default=8000, help="端口 / port (default: 8000)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="监听地址，默认只限本机 / address; by default this machine only"
    )
    parser.add_argument("--workers", type=int, default=1, help="计算进程数 / processes that run scenarios (default: 1)")
    parser.add_argument(
        "--empty",
        action="store_true",
        help="不载入示例，在网页上初始化 / no example; set up in the browser",
    )
    output.json_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serves until it is told to stop (Ctrl-C or SIGTERM).

    Raises
    ------
    BadInput
        When the port is in use or cannot be used.
    """
    check_address(args.host, args.port)
    check_workers(args.workers)
    import_module("gunicorn")  # absent, it must be said before anything is made
    home = args.dir.resolve()
    environment = _environment(home, args.host)
    web, gate = _web(args, environment), Gate()
    if (home / OPENED_BEFORE).exists():  # there is little to prepare then, and the pages load meanwhile
        web.start(time.monotonic(), gate)
    try:
        output.start_django(home)
        accounts = open_workspace(home, args.empty)
        _tell(args, home, accounts)
    except BaseException:
        stop([web])  # before the gate is given up: nothing may be served from a workspace that is not ready
        raise
    gate.open()
    return supervise([web, *_workers(args.workers, environment)])


def check_address(host: str, port: int) -> None:
    """Raises BadInput when nothing can listen there."""
    if not 1 <= port <= 65535:
        raise refuse(
            "bad_port", f"端口 {port} 应在 1 到 65535 之间。", f"Port {port} must lie in 1–65535.", key="--port"
        )
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise refuse(
            "port_in_use",
            f"{host} 的端口 {port} 无法使用（可能已被占用）；请停止占用它的程序，或用 --port 换一个端口。",
            f"Port {port} on {host} cannot be used, most likely because it is in use; "
            "stop what uses it, or choose another with --port.",
            key="--port",
            detail=str(error),
        ) from error


def check_workers(count: int) -> None:
    """Raises BadInput when the number of workers makes no sense."""
    if not 1 <= count <= 64:
        raise refuse(
            "bad_workers", f"计算进程数 {count} 应在 1 到 64 之间。", f"{count} workers: give 1 to 64.", key="--workers"
        )


def open_workspace(home: Path, empty: bool = False) -> dict[str, str]:
    """Makes the example when there is no enterprise, accounts when nobody can sign in; returns new passwords.

    A workspace that was opened empty waits for its first owner, who comes by the address that is printed.
    """
    from tujing.cli.init import create_example
    from tujing.enterprise import setup_services
    from tujing.enterprise.models import Membership, Organisation

    organisation = Organisation.objects.order_by("created").first()
    if organisation is None and (empty or setup_services.is_open(home)):
        setup_services.begin(home)
        return {}
    if organisation is None:
        output.say(
            "工作区是空的，先载入示例工厂（约半分钟）。",
            "The workspace is empty; making the example factory first (about half a minute).",
        )
        organisation = create_example(home)
    if Membership.objects.filter(organisation=organisation).exists():
        return {}
    return make_accounts(organisation, home / ACCOUNTS_FILE)


def make_accounts(organisation: Any, file: Path) -> dict[str, str]:
    """Makes one account a role with a random password, and keeps them in a file that only its owner can read."""
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from tujing.enterprise.models import Role
    from tujing.enterprise.services import add_member

    people = get_user_model()
    letters = string.ascii_letters + string.digits
    passwords = {role: "".join(secrets.choice(letters) for _ in range(PASSWORD_LENGTH)) for role in Role.values}
    with transaction.atomic():
        for role, password in passwords.items():
            user, _ = people.objects.get_or_create(username=role)
            user.set_password(password)
            user.save()
            add_member(organisation, user, role)
        file.unlink(missing_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as kept:
            kept.writelines(f"{role}\t{password}\n" for role, password in passwords.items())
    return passwords


def _tell(args: argparse.Namespace, home: Path, accounts: dict[str, str]) -> None:
    """Prints where the site is and how to sign in."""
    from tujing.enterprise import setup_services

    file = home / ACCOUNTS_FILE
    address = f"http://{args.host if args.host != '0.0.0.0' else '127.0.0.1'}:{args.port}"  # noqa: S104
    document = {"address": address, "workspace": str(home), "accounts": accounts, "accounts_file": str(file)}
    lines = [f"图景 Tujing  →  {address}"]
    if setup_services.is_open(home):
        document["setup"] = f"{address}/setup/{setup_services.begin(home)}/"
        lines.append(
            f"请在此建立企业和首位管理员 / make the company and its first administrator at\n  {document['setup']}"
        )
    elif accounts:
        lines.append("登录账号 / sign in with (account, password):")
        lines += [f"  {role:<16}{password}" for role, password in accounts.items()]
        lines.append(f"账号保存在 / kept in {file}")
    elif file.exists():
        lines.append(f"登录账号见 / accounts are in {file}")
    lines.append("按 Ctrl-C 停止 / press Ctrl-C to stop")
    output.emit(args, document, lines)
    sys.stdout.flush()
    if args.host not in LOCAL:
        output.say(
            "注意：其他机器也能访问本服务。请放在 HTTPS 反向代理之后，并设置 TUJING_HTTPS=1 与 TUJING_ALLOWED_HOSTS。",
            "Mind: other machines can reach this. Put it behind an HTTPS proxy, and set TUJING_HTTPS=1 and "
            "TUJING_ALLOWED_HOSTS.",
        )


def _environment(home: Path, host: str) -> dict[str, str]:
    own = {"TUJING_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tujing.web.settings"}
    if "TUJING_ALLOWED_HOSTS" not in os.environ:
        own["TUJING_ALLOWED_HOSTS"] = ",".join(dict.fromkeys([*LOCAL[:2], host, socket.gethostname()]))
    return {**os.environ, **own}


def _web(args: argparse.Namespace, environment: dict[str, str]) -> Child:
    bind = f"[{args.host}]:{args.port}" if ":" in args.host else f"{args.host}:{args.port}"
    command = [sys.executable, "-m", "gunicorn", "tujing.web.wsgi:application", "--bind", bind]
    command += ["--worker-class", "gthread", "--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)]
    command += [
        "--timeout",
        "120",
        "--graceful-timeout",
        "5",
        "--log-level",
        "warning",
        "--no-control-socket",
        "--preload",
    ]
    return Child("web", command, environment)


def _workers(count: int, environment: dict[str, str]) -> list[Child]:
    command = [sys.executable, "-m", "tujing.runtime.worker"]
    # The pages first: somebody waits for them, and on two cores a worker that loads beside them holds them up.
    later = time.monotonic() + WORKERS_AFTER_SECONDS
    return [Child(f"worker {number}", command, environment, start_at=later) for number in range(1, count + 1)]
