"""Logs as one JSON document a line, for a collector: TUJING_LOG=json."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from tujing.audit.acting import actor


class JsonLines(logging.Formatter):
    """Time, level, logger, message; the request or job that was under way; the trace of an error."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": actor().request,
            "process": record.process,
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps({key: value for key, value in line.items() if value}, ensure_ascii=False)
