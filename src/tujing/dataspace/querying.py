"""Runs a checked statement in a process of its own and kills it when its time is up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tujing.dataspace.statement import Statement
from tujing.problems import BadInput, refuse

CHILD = Path(__file__).with_name("query_child.py")


@dataclass(frozen=True)
class QueryLimits:
    """What one statement may ask of the machine."""

    rows: int = 10_000
    seconds: float = 10.0
    memory_bytes: int = 512 * 1024 * 1024
    at_once: int = 2
    """Statements that one server process lets run at the same time; the next one waits its turn."""
    patience: float = 5.0
    """Seconds that it waits."""


LIMITS = QueryLimits()
_turns = threading.BoundedSemaphore(LIMITS.at_once)


@dataclass(frozen=True)
class Answer:
    """What a statement gave; its rows are in the file that was asked for."""

    rows: int
    truncated: bool
    """Whether there were more rows than the limit."""
    seconds: float


def run(statement: Statement, tables: Mapping[str, Sequence[Path]], out: Path, limits: QueryLimits = LIMITS) -> Answer:
    """Runs a statement over the part files of each table it reads; writes its rows to `out` (Arrow file format).

    Raises
    ------
    BadInput
        When it fails, or takes more time or memory than the limits grant. `out` is then gone.
    """
    request = {
        "sql": statement.sql,
        "tables": {name: [str(path) for path in tables[name]] for name in statement.reads},
        "out": str(out),
        "rows": limits.rows,
        "seconds": limits.seconds,
        "memory_bytes": limits.memory_bytes,
    }
    if not _turns.acquire(timeout=limits.patience):
        raise refuse(
            "console_busy", "查询台正忙，请稍后再试。", "The console is busy with other queries; try again in a moment."
        )
    try:
        started = time.perf_counter()
        told = _in_child(request, limits.seconds)
        seconds = time.perf_counter() - started
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    finally:
        _turns.release()
    if "error" in told:
        out.unlink(missing_ok=True)
        raise _failed(str(told["error"]), str(told["message"]), limits)
    return Answer(int(str(told["rows"])), bool(told["truncated"]), seconds)


def _in_child(request: dict[str, object], seconds: float) -> dict[str, object]:
    # Isolated from the environment, where a database address may stand.
    child = subprocess.Popen(  # noqa: S603  (our own script)
        [sys.executable, "-I", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        told, _ = child.communicate(json.dumps(request).encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        return {"error": "Timeout", "message": ""}
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    if child.returncode == -signal.SIGXCPU:
        return {"error": "Timeout", "message": ""}
    if child.returncode != 0 or not told:
        return {"error": "OutOfMemoryException", "message": f"the process ended with {child.returncode}"}
    found: dict[str, object] = json.loads(told)
    return found


def _failed(kind: str, message: str, limits: QueryLimits) -> BadInput:
    if kind == "Timeout":
        zh = f"查询超过 {limits.seconds:g} 秒，已停止。请加上筛选条件，或先汇总再连接。"
        en = f"The query took over {limits.seconds:g} seconds and was stopped. Filter, or aggregate before you join."
    elif kind in ("OutOfMemoryException", "MemoryError"):
        size = limits.memory_bytes // 1024**2
        zh = f"查询需要的内存超过 {size} MB，已停止。请减少列、加上筛选条件或先汇总。"
        en = f"The query needs more than {size} MB of memory and was stopped. Take fewer columns, filter or aggregate."
    elif kind in ("BinderException", "CatalogException"):
        zh = "有名称找不到，请对照右侧的表与列检查拼写。"
        en = "A name was not found; check its spelling against the tables and columns beside."
    elif kind in ("ConversionException", "OutOfRangeException", "InvalidInputException", "TypeMismatchException"):
        zh = "有值或类型不合适，请检查转换与函数的参数。"
        en = "A value or type does not fit; check casts and arguments."
    elif kind == "PermissionException":
        zh, en = "查询不能读取文件或网络。", "A query cannot read files or the network."
    else:
        zh, en = "语句无法运行，请检查写法。", "The statement cannot be run; check how it is written."
    return refuse("query_failed", zh, en, detail=f"{kind}: {message}".strip(": "))
