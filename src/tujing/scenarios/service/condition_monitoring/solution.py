"""Condition monitoring: when a machine or process leaves its normal state, and which variable tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field, JsonValue

from tujing.problems import refuse
from tujing.runtime.contract import (
    Artifact,
    Budget,
    Data,
    Format,
    Outcome,
    Parameters,
    Progress,
    Solution,
)
from tujing.scenarios.service.condition_monitoring.explain import explanation
from tujing.scenarios.service.condition_monitoring.figures import kpis
from tujing.scenarios.service.condition_monitoring.from_elements import read_watches
from tujing.scenarios.service.condition_monitoring.judgement import Handling, Judgement, judge
from tujing.scenarios.service.condition_monitoring.series import Watch
from tujing.scenarios.service.condition_monitoring.tables import condition_alarms, result_charts, result_tables
from tujing.scenarios.service.condition_monitoring.text_formats import (
    Recording,
    SkabCsv,
    TennesseeText,
    judged_alone,
)
from tujing.words import Text

PROCESS = "process"
"""Name of what a public file recorded."""


def _words(label: tuple[str, str], help: tuple[str, str], unit: str = "") -> dict[str, JsonValue]:
    words: dict[str, JsonValue] = {
        "label": {"zh": label[0], "en": label[1]},
        "help": {"zh": help[0], "en": help[1]},
    }
    return {**words, "unit": unit} if unit else words


class MonitoringParameters(Parameters):
    """Where normal ends, and how alarms are raised and cleared."""

    alarm_share: float = Field(
        0.008,
        ge=0.0005,
        le=0.2,
        json_schema_extra=_words(
            ("正常时允许的超限比例", "Normal rows allowed beyond the limit"),
            (
                "控制限按此由留出的正常数据定；越小误报越少、漏报越多。",
                "Sets the limit, on held-out normal rows; smaller means fewer false and more missed alarms.",
            ),
            "1",
        ),
    )
    training_rows: int = Field(
        400,
        ge=50,
        le=1_000_000,
        json_schema_extra=_words(
            ("用来学习的行数", "Rows to learn from"),
            ("只给一个文件时，前这么多行当作正常。", "With one file only, this many first rows count as normal."),
        ),
    )
    learn_until: datetime | None = Field(
        None,
        json_schema_extra=_words(
            ("学习截止时间", "Learn until"),
            ("此前为学习段，此后为判断段；默认按比例分。", "Before it is learned from, after it is judged."),
        ),
    )
    learn_share: float = Field(
        0.5,
        ge=0.05,
        le=0.95,
        json_schema_extra=_words(
            ("学习段比例", "Share to learn from"),
            (
                "没有给截止时间时，最早的这部分数据用来学习。",
                "Without a time to learn until, this earliest part teaches.",
            ),
            "1",
        ),
    )
    on_delay: int = Field(
        2,
        ge=1,
        le=1000,
        json_schema_extra=_words(
            ("报警延时", "On-delay"),
            (
                "连续超限这么多行才发出告警（scores 表不受影响）。",
                "Rows in a row beyond the limit before an alarm is raised (the table scores is not delayed).",
            ),
        ),
    )
    off_delay: int = Field(
        10,
        ge=1,
        le=1000,
        json_schema_extra=_words(
            ("解除延时", "Off-delay"),
            (
                "连续回到限内这么多行才解除告警。",
                "Rows in a row within the limit before an alarm is cleared.",
            ),
        ),
    )
    fault_from_row: int | None = Field(
        None,
        ge=1,
        json_schema_extra=_words(
            ("故障起始行", "Faulty from row"),
            (
                "已知测试文件从哪一行起有故障时填写，只用来评分；Tennessee Eastman 测试文件为 161。",
                "Where it is known from which row the test file is faulty; only scores. 161 for Tennessee Eastman.",
            ),
        ),
    )


class ConditionMonitoring(Solution):
    """Learns the normal state of each machine, scores every instant and rationalises the alarms."""

    Parameters: ClassVar[type[Parameters]] = MonitoringParameters
    formats: ClassVar[tuple[Format, ...]] = (TennesseeText(), SkabCsv())

    def _run(self, data: Data, parameters: MonitoringParameters, budget: Budget, progress: Progress) -> Outcome:
        handling = Handling(parameters.alarm_share, parameters.on_delay, parameters.off_delay)
        from_file = isinstance(data.instance, Recording)
        warnings: list[Text] = []
        if isinstance(data.instance, Recording):
            watches = [_recorded(data.instance, parameters)]
        else:
            watches, warnings = read_watches(data.tables, parameters.learn_until, parameters.learn_share)
        judged = []
        for number, watch in enumerate(watches):
            judged.append(judge(watch, handling, _telling(progress, watch.name, number, len(watches))))
        return Outcome(
            status="done",
            kpis=kpis(judged, None if from_file else _restore_hours(data.tables["machine_event"])),
            tables=result_tables(judged, by_centre=not from_file),
            explanation=explanation(judged),
            writes={} if from_file else {"condition_alarm": condition_alarms(judged)},
            charts=result_charts(judged),
            files=_files(judged),
            warnings=[*warnings, *(warning for one in judged for warning in one.watch.warnings)],
        )


def _recorded(recording: Recording, parameters: MonitoringParameters) -> Watch:
    normal, known_from = judged_alone(recording, parameters.training_rows)
    test = recording.test
    if parameters.fault_from_row is not None:
        if parameters.fault_from_row > len(test):
            raise refuse(
                "fault_after_end",
                f"fault_from_row 大于文件的行数 {len(test)}。",
                f"fault_from_row is beyond the file's {len(test)} rows.",
                file="parameters",
                key="fault_from_row",
            )
        test = replace(test, labels=np.arange(1, len(test) + 1) >= parameters.fault_from_row)
    return Watch(PROCESS, normal, test, known_from, warnings=recording.warnings)


def _telling(progress: Progress, name: str, number: int, count: int) -> Callable[[float], None]:
    words = Text(zh=f"学习并判断 {name}", en=f"learning and judging {name}")

    def tell(share: float) -> None:
        progress.report(0.99 * (number + share) / count, words)

    return tell


def _restore_hours(events: pa.Table) -> float | None:
    frame = events.to_pandas()
    failures = frame[frame["state"] == "failure"]
    if failures.empty:
        return None
    return float((failures["end_time"] - failures["start_time"]).dt.total_seconds().mean() / 3600)


def _files(judged: list[Judgement]) -> dict[str, Artifact]:
    single = len(judged) == 1
    return {
        "monitor.json" if single else f"monitor-{number}.json": Artifact(
            one.monitor.to_json().encode(),
            "application/json",
            Text(
                zh=f"{one.watch.name} 的监测模型，可用于实时流",
                en=f"The fitted monitor of {one.watch.name}, for live streams",
            ),
        )
        for number, one in enumerate(judged, 1)
    }
