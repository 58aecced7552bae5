"""`tujing backup` and `tujing restore`: the installation as one file, and back; also from one database to another."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from tujing.cli import output
from tujing.problems import refuse


def add(commands: Any) -> None:
    backup = commands.add_parser("backup", help="the whole installation as one file / 备份整个工作区")
    backup.add_argument("dir", metavar="DIR", type=Path, help="the workspace / 工作区")
    backup.add_argument("file", metavar="FILE", type=Path, help="the file to make, such as factory.tujing / 备份文件")
    backup.set_defaults(run=make)
    restore = commands.add_parser("restore", help="bring a backup back / 从备份恢复")
    restore.add_argument("file", metavar="FILE", type=Path, help="the backup / 备份文件")
    restore.add_argument("dir", metavar="DIR", type=Path, help="the workspace, new or with --replace / 工作区")
    restore.add_argument(
        "--replace",
        action="store_true",
        help="over what is there, after a backup of it / 覆盖现有数据，覆盖前自动备份",
    )
    restore.set_defaults(run=bring_back)
    for parser in (backup, restore):
        parser.add_argument(
            "--passphrase-file",
            metavar="FILE",
            type=Path,
            help="its first line seals the secret key / 文件第一行为密钥口令",
        )
        output.json_option(parser)


def make(args: argparse.Namespace) -> None:
    passphrase = _passphrase(args)
    output.open_workspace(args.dir)
    from tujing.backup import services

    manifest = services.backup(args.file.resolve(), passphrase, _bar())
    size = args.file.stat().st_size
    document = {
        "file": str(args.file),
        "bytes": size,
        "rows": manifest.rows,
        "files": len(manifest.files),
        "version": manifest.version,
        "has_key": manifest.key is not None,
    }
    figures = f"{manifest.rows:,}", f"{len(manifest.files):,}", f"{size / 1024 / 1024:,.1f} MB"
    lines = {
        "zh": "已备份 {} 行数据、{} 个文件，共 {}  →  {}",
        "en": "Backed up {} rows and {} files, {}  →  {}",
    }
    output.emit(args, document, [lines[output.language()].format(*figures, args.file)])
    if manifest.key is None:
        output.say(
            "备份不含密钥：换机器恢复后需重设单点登录与双因素验证；--passphrase-file 可把密钥加密放入备份。",
            "The backup is without the secret key: elsewhere, sign-on and second factors must be set up again; "
            "--passphrase-file puts the key in, sealed.",
        )


def bring_back(args: argparse.Namespace) -> None:
    passphrase = _passphrase(args)
    if not args.file.is_file():
        raise refuse("no_file", "文件不存在，请检查路径。", "There is no such file; look at the path.", file=args.file)
    file = args.file.resolve()
    output.start_django(args.dir.resolve())
    from tujing.backup import services

    done = services.restore(file, passphrase, replace=args.replace, progress=_bar())
    manifest = done.manifest
    document = {
        "workspace": str(args.dir),
        "rows": manifest.rows,
        "files": len(manifest.files),
        "made": manifest.created,
        "version": manifest.version,
        "has_key": done.has_key,
        "safety": str(done.safety) if done.safety else None,
    }
    lines = {
        "zh": f"已恢复 {manifest.rows:,} 行数据、{len(manifest.files):,} 个文件（备份于 {manifest.created}）",
        "en": f"Restored {manifest.rows:,} rows and {len(manifest.files):,} files (backed up {manifest.created})",
    }
    output.emit(args, document, [lines[output.language()]])
    if done.safety:
        output.say(f"恢复前的数据已备份到 {done.safety}", f"What was there before is in {done.safety}")
    if not done.has_key:
        output.say(
            "密钥与备份时不同：单点登录与双因素验证需重新设置。",
            "The secret key differs from the backup's: set up sign-on and second factors again.",
        )
    if done.key_changed:
        output.say("密钥已更换，请重启服务。", "The secret key has changed; start the site again.")


def _passphrase(args: argparse.Namespace) -> str:
    """Read from a file, so that it stands in no list of processes and no history."""
    if args.passphrase_file is None:
        return os.environ.get("TUJING_PASSPHRASE", "")
    try:
        first = args.passphrase_file.read_text(encoding="utf-8").splitlines()[0].strip()
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise refuse(
            "no_passphrase",
            "口令文件无法读取或为空。",
            "The passphrase file cannot be read or is empty.",
            file=args.passphrase_file,
            detail=str(error),
        ) from error
    return first


def _bar() -> Any:
    if not sys.stderr.isatty():
        return lambda share: None

    def show(share: float) -> None:
        sys.stderr.write(f"\r{share:4.0%}")
        sys.stderr.write("\n" if share >= 1 else "")
        sys.stderr.flush()

    return show
