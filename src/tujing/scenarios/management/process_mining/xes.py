"""Reads an event log from XES (IEEE 1849), as a stream and from a stranger: no document type, no entities."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast
from xml.parsers import expat

import pyarrow as pa

from tujing.problems import BadInput, refuse
from tujing.words import Text

BLOCK = 1 << 20
LIMIT_BYTES = 8 * 1024**3
DEPTH_LIMIT = 100
VALUES = frozenset({"string", "date", "id", "int", "float", "boolean"})
NAME, TIME, RESOURCE, LIFECYCLE = "concept:name", "time:timestamp", "org:resource", "lifecycle:transition"
START_TIME = "start_timestamp"


class _Reader:
    """Keeps one list a column; attributes count only directly below their trace or event."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.path: list[str] = []
        self.trace: dict[str, str] = {}
        self.event: dict[str, str] = {}
        self.waiting: list[dict[str, str]] = []
        self.number = 0
        self.columns: dict[str, list[object]] = {
            name: [] for name in ("case", "activity", "resource", "start", "end", "lifecycle")
        }

    def doctype(self, *_: object) -> None:
        raise refuse(
            "hostile_xml",
            "文件声明了文档类型（DTD）；XES 不需要它，为安全起见不读取，请去掉。",
            "The file declares a document type (DTD); XES has no use for one and it may be an attack. Remove it.",
            file=self.file,
            row=self.parser.CurrentLineNumber,
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rsplit(":", 1)[-1]
        if not self.path and name != "log":
            raise refuse(
                "not_xes",
                f"根元素是 {name}，不是 XES 的 log，请导出 XES 文件。",
                f"The root is {name}, not log as in XES; export the log as XES.",
                file=self.file,
                row=self.parser.CurrentLineNumber,
            )
        if len(self.path) > DEPTH_LIMIT:
            raise refuse(
                "too_deep",
                f"嵌套超过 {DEPTH_LIMIT} 层，不是正常的 XES 文件。",
                f"Nested more than {DEPTH_LIMIT} deep: no ordinary XES file.",
                file=self.file,
                row=self.parser.CurrentLineNumber,
            )
        if name in VALUES and self.path:
            if self.path[-1] == "event":
                self.event[attributes.get("key", "")] = attributes.get("value", "")
            elif self.path[-1] == "trace":
                self.trace[attributes.get("key", "")] = attributes.get("value", "")
        elif name == "trace":
            self.trace = {}
        elif name == "event":
            self.event = {}
        self.path.append(name)

    def end(self, name: str) -> None:
        name = self.path.pop()
        if name == "event":
            self.event["row"] = str(self.parser.CurrentLineNumber)
            self.waiting.append(self.event)
        elif name == "trace":
            # The case's own name may stand after its events.
            self.number += 1
            case = self.trace.get(NAME) or f"trace {self.number}"
            for event in self.waiting:
                self.add(case, event)
            self.waiting = []

    def add(self, case: str, event: dict[str, str]) -> None:
        row = int(event["row"])
        if not event.get(NAME):
            raise self.lacking(row, NAME, "活动名称", "activity")
        if not event.get(TIME):
            raise self.lacking(row, TIME, "时间", "time")
        end = self.time(event[TIME], row)
        start = self.time(event[START_TIME], row) if event.get(START_TIME) else end
        if start > end:
            raise refuse(
                "ends_before_it_starts",
                "结束时间早于开始时间，请改正。",
                "This event ends before it starts; correct it.",
                file=self.file,
                row=row,
            )
        values = (case, event[NAME], event.get(RESOURCE) or None, start, end, event.get(LIFECYCLE, "").lower())
        for column, value in zip(self.columns.values(), values, strict=True):
            column.append(value)

    def lacking(self, row: int, key: str, zh: str, en: str) -> BadInput:
        return refuse(
            "event_incomplete",
            f"这个事件没有{zh}，请补上。",
            f"This event has no {en}; fill it in.",
            file=self.file,
            row=row,
            column=key,
        )

    def time(self, text: str, row: int) -> datetime:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            raise refuse(
                "not_a_time",
                f"“{text[:40]}”不是时间，XES 要写成 2012-01-30T06:24:00+08:00。",
                f"“{text[:40]}” is no time; XES writes 2012-01-30T06:24:00+08:00.",
                file=self.file,
                row=row,
                column=TIME,
            ) from None
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def read_xes(path: Path) -> tuple[pa.Table, list[Text]]:
    """Returns events with the columns case, activity, resource, start, end, lifecycle, and warnings; times in UTC.

    Raises
    ------
    BadInput
        When it is no well-formed XML, no XES, declares entities, or an event lacks its activity or time; names the
        line.
    """
    reader = _Reader(path.name)
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
    read = 0
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as opened:
            file = cast(IO[bytes], opened)
            while block := file.read(BLOCK):
                read += len(block)
                if read > LIMIT_BYTES:
                    raise refuse(
                        "too_large",
                        f"展开后超过 {LIMIT_BYTES // 1024**3} GB，请拆分后再试。",
                        f"Unpacks to more than {LIMIT_BYTES // 1024**3} GB; split it.",
                        file=path.name,
                    )
                reader.parser.Parse(block, False)
            reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise refuse(
            "bad_xml",
            "不是完整的 XML，请重新导出。",
            "Not well-formed XML; export it again.",
            file=path.name,
            row=error.lineno,
            detail=str(error),
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise refuse(
            "broken_archive",
            "压缩文件已损坏，请重新打包。",
            "The archive is broken; pack it again.",
            file=path.name,
            detail=str(error),
        ) from error
    moment, text = pa.timestamp("us"), pa.string()
    types = {"case": text, "activity": text, "resource": text, "start": moment, "end": moment, "lifecycle": text}
    return pa.table({name: pa.array(values, types[name]) for name, values in reader.columns.items()}), []
