"""How the installation does: database, workers, queue, disk, and the limits it is meant for."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.core.cache import cache as kept
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.utils import timezone
from pydantic import BaseModel, ConfigDict

from tujing import __version__
from tujing.enterprise.models import Membership, Organisation
from tujing.problems import check_model, read_yaml, refuse
from tujing.runtime import beats
from tujing.runtime.models import Job, JobStatus
from tujing.words import Text

MEGABYTE = 1024 * 1024
KEPT_SECONDS = 300
"""Walking the folders takes time on a full disk; five minutes old is good enough."""
LOW = 4
"""A warning when less is free than so many times the room below which uploads are refused."""
LONG_WAIT = timedelta(minutes=10)
Level = Literal["ok", "low", "missing", "down"]


class Limit(BaseModel):
    """A stated limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    databases: tuple[Literal["sqlite", "postgresql"], ...]
    value: int
    enforced: bool
    name: Text
    source: str
    status: Literal["found", "recalled", "constructed", "measured"]


@dataclass(frozen=True)
class Health:
    """What a probe asks; `state` is ok, degraded (people can work, something is wrong) or down."""

    state: Literal["ok", "degraded", "down"]
    database: Level
    worker: Level
    disk: Level


@dataclass(frozen=True)
class Warning:
    """What the administrator should know and what to do about it."""

    code: str
    words: Text


def health() -> Health:
    """Looks at database, workers and disk: two short reads."""
    disk: Level = "low" if free_megabytes() < LOW * limit("free_disk_megabytes") else "ok"
    try:
        worker: Level = "ok" if beats.alive() else "missing"
    except DatabaseError:
        return Health("down", "down", "missing", disk)
    return Health("ok" if worker == disk == "ok" else "degraded", "ok", worker, disk)


@cache
def limits() -> tuple[Limit, ...]:
    path = Path(__file__).parent / "limits_of_use.yaml"

    class Stated(BaseModel):
        model_config = ConfigDict(extra="forbid")
        limits: tuple[Limit, ...]

    return check_model(Stated, read_yaml(path), path).limits


def limit(name: str) -> int:
    return next(one.value for one in limits() if one.id == name)


def free_megabytes() -> int:
    return shutil.disk_usage(settings.HOME).free // MEGABYTE


def refuse_when_full(size: int) -> None:
    """Raises BadInput when a file of this many bytes would leave too little room on the disk."""
    free, least = free_megabytes(), limit("free_disk_megabytes")
    if free - size // MEGABYTE < least:
        raise refuse(
            "disk_full",
            f"服务器磁盘空间不足（剩余 {free:,} MB），暂不能上传；请联系管理员清理磁盘。",
            f"The server's disk is nearly full ({free:,} MB left), so nothing can be uploaded; ask the administrator "
            "to make room.",
        )


def warnings(organisation: Organisation) -> list[Warning]:
    """Returns what is wrong now, the gravest first."""
    found = []
    free, least = free_megabytes(), limit("free_disk_megabytes")
    if free < least:
        zh, en = f"磁盘只剩 {free:,} MB，已停止接收上传。", f"Only {free:,} MB of disk are left; uploads are refused."
        found.append(
            Warning("disk_full", Text(zh=zh + "请清理旧备份或扩容。", en=en + " Remove old backups or add room."))
        )
    elif free < LOW * least:
        zh, en = f"磁盘剩余 {free:,} MB，请尽快清理或扩容。", f"{free:,} MB of disk are left; make room soon."
        found.append(Warning("disk_low", Text(zh=zh, en=en)))
    if not beats.alive():
        zh = "没有计算进程在运行，排队的任务不会开始；请检查 tujing serve 或 worker。"
        en = "No worker is running, so queued jobs do not start; look at tujing serve or the worker."
        found.append(Warning("no_worker", Text(zh=zh, en=en)))
    oldest = queue(organisation)["oldest"]
    if oldest and timezone.now() - oldest > LONG_WAIT:
        zh = "有任务排队超过 10 分钟；可用 --workers 增加计算进程。"
        en = "A job has waited for more than ten minutes; add workers with --workers."
        found.append(Warning("long_wait", Text(zh=zh, en=en)))
    if connection.vendor == "sqlite":
        found += _beyond_sqlite()
    return found


def queue(organisation: Organisation) -> dict[str, Any]:
    """Returns an organisation's jobs by status, and since when the oldest waits."""
    mine = Job.objects.filter(organisation=organisation)
    counts = dict(mine.order_by().values_list("status").annotate(n=Count("pk")))
    oldest = mine.filter(status=JobStatus.QUEUED).aggregate(at=Min("created"))["at"]
    return {"counts": {status: counts.get(status, 0) for status in JobStatus.values}, "oldest": oldest}


def storage(organisation: Organisation) -> dict[str, int]:
    """Returns the bytes that an organisation takes, by folder: tables, evidence, runs … At most five minutes old."""
    key = f"storage:{organisation.pk}"
    found = kept.get(key)
    if found is None:
        tops = sorted(path for path in Path(settings.HOME).iterdir() if path.is_dir() and not path.is_symlink())
        sizes = {top.name: _size(top / str(organisation.pk)) for top in tops if not top.name.startswith(".")}
        found = {name: size for name, size in sizes.items() if size}
        kept.set(key, found, KEPT_SECONDS)
    return dict(found)


def installation() -> dict[str, Any]:
    """Returns what only an administrator of the installation may see."""
    return {
        "version": __version__,
        "database": database_version(),
        "database_bytes": database_bytes(),
        "home": str(settings.HOME),
        "disk": shutil.disk_usage(settings.HOME),
        "organisations": Organisation.objects.count(),
        "people": Membership.objects.values("user").distinct().count(),
        "queued": Job.objects.filter(status=JobStatus.QUEUED).count(),
        "running": Job.objects.filter(status=JobStatus.RUNNING).count(),
    }


def database_version() -> str:
    if connection.vendor == "sqlite":
        return f"SQLite {'.'.join(map(str, connection.Database.sqlite_version_info))}"
    return f"PostgreSQL {'.'.join(map(str, connection.get_database_version()))}"


def database_bytes() -> int:
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        return path.stat().st_size if path.exists() else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _beyond_sqlite() -> list[Warning]:
    size = database_bytes() // MEGABYTE
    if size <= limit("database_megabytes"):
        return []
    zh = f"数据库已有 {size:,} MB，超过 SQLite 的建议上限；请迁移到 PostgreSQL。"
    en = f"The database has {size:,} MB, more than is advised for SQLite; move to PostgreSQL."
    return [Warning("beyond_sqlite", Text(zh=zh, en=en))]


def _size(folder: Path) -> int:
    total = 0
    for here, _folders, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(here, name)).st_size
            except FileNotFoundError:
                continue  # it went while we looked
    return total
