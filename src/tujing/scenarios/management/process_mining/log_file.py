"""The public files this scenario reads: an event log as CSV or XES and, if wanted, a model as PNML.

Which column says what may be chosen by parameters, which a format does not see; so it only finds out which file is
which, and the log is read when the run begins.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tujing.elements.definition import elements
from tujing.problems import refuse
from tujing.runtime.textfiles import first_lines
from tujing.scenarios.management.process_mining.columns import looks_like_a_log
from tujing.scenarios.management.process_mining.csv_log import paired, read_csv
from tujing.scenarios.management.process_mining.event_log import EventLog, build
from tujing.scenarios.management.process_mining.xes import read_xes


@dataclass(frozen=True)
class LogFile:
    """A log that is still to be read, and perhaps a model to hold it against."""

    log: Path
    model: Path | None = None

    def read(self, wanted: Mapping[str, str]) -> EventLog:
        """Reads the log; `wanted` names the columns of a CSV (role → heading).

        Raises
        ------
        BadInput
            With file and row.
        """
        if _kind(self.log) == "xes":
            events, warnings = read_xes(self.log)
            table, more = paired(events)
            return build(table, [*warnings, *more])
        return build(*read_csv(self.log, wanted))


class EventLogFiles:
    """`--input LOG`, or `--input log=LOG --input model=NET.pnml`."""

    name = "event log (CSV, XES)"

    def matches(self, path: Path) -> bool:
        return _kind(path) != ""

    def read(self, paths: Mapping[str, Path]) -> LogFile:
        """Tells the log from the model.

        Raises
        ------
        BadInput
            When there is not exactly one log, or more than one model.
        """
        logs = [path for path in paths.values() if _kind(path) != "pnml"]
        models = [path for path in paths.values() if _kind(path) == "pnml"]
        if len(logs) != 1 or len(models) > 1:
            raise refuse(
                "one_log",
                "请给出一个事件日志（CSV 或 XES），至多再加一个模型（PNML）。",
                "Give one event log (CSV or XES) and at most one model (PNML).",
                key=", ".join(paths),
            )
        return LogFile(logs[0], models[0] if models else None)


def _kind(path: Path) -> str:
    """Returns xes, pnml, csv or nothing, by name and first lines."""
    name = path.name.lower().removesuffix(".gz")
    if not path.is_file():
        return ""
    if name.endswith((".xes", ".pnml")):
        return name.rsplit(".", 1)[1]
    if not name.endswith((".csv", ".txt", ".tsv")) or name.rsplit(".", 1)[0].split("__")[0] in elements():
        return ""
    lines = first_lines(path, 1)
    if not lines:
        return "csv" if not path.stat().st_size else ""
    delimiter = max(",;\t|", key=lines[0].count)
    return "csv" if looks_like_a_log(next(csv.reader(lines, delimiter=delimiter), [])) else ""
