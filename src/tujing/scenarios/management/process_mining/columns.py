"""Which column of a log says what: the names that logs use, and the reader's own choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tujing.problems import refuse

NAMES: dict[str, tuple[str, ...]] = {
    "case": ("case:concept:name", "caseid", "case_id", "case id", "case", "案例", "案例号", "案例编号"),
    "activity": ("concept:name", "activity", "task", "activity_name", "event", "活动", "活动名称", "任务"),
    "start": ("start_timestamp", "start_time", "start", "start timestamp", "开始时间"),
    "end": (
        "end_timestamp", "time:timestamp", "timestamp", "complete_timestamp", "complete timestamp", "end_time", "end",
        "time", "时间戳", "时间", "结束时间",
    ),
    "resource": ("org:resource", "resource", "user", "operator", "人员", "资源", "用户"),
    "lifecycle": ("lifecycle:transition", "lifecycle", "transition"),
}  # fmt: skip
LABELS = {"case": "案例 case", "activity": "活动 activity", "end": "时间 timestamp"}
SOMEBODY_ELSES = frozenset({"work_order_id", "工单号", "工单编号", "event_id", "记录号"})
"""Headings of a data element: such a file is read as that."""


def looks_like_a_log(headings: Sequence[str]) -> bool:
    """Returns whether a table with these headings could be an event log, by name or by the reader's choice."""
    known = {heading.strip().lower() for heading in headings}
    return len(headings) >= 3 and not known & SOMEBODY_ELSES


def choose(headings: Sequence[str], wanted: Mapping[str, str], file: str) -> dict[str, str]:
    """Returns role → heading. A log of one time a row has only `end`.

    Raises
    ------
    BadInput
        When a heading that was asked for is absent, or a case, activity or time cannot be found.
    """
    by_name = {heading.strip().lower(): heading for heading in reversed(headings)}
    chosen: dict[str, str] = {}
    for role, names in NAMES.items():
        if role in wanted:
            if wanted[role].strip().lower() not in by_name:
                raise refuse(
                    "no_such_column",
                    f"没有名为 {wanted[role]} 的列；现有：{'、'.join(headings)}。",
                    f"There is no column {wanted[role]}; there are: {', '.join(headings)}.",
                    file=file,
                    key=role,
                )
            chosen[role] = by_name[wanted[role].strip().lower()]
            continue
        found = next((by_name[name] for name in names if name in by_name), None)
        if found is not None:
            chosen[role] = found
    if "end" not in chosen and "start" in chosen:
        chosen["end"] = chosen.pop("start")
    absent = [label for role, label in LABELS.items() if role not in chosen]
    if absent:
        raise refuse(
            "column_absent",
            f"认不出{'、'.join(absent)}列；现有列：{'、'.join(headings)[:200]}。请用 --param case=列名 等参数指明。",
            f"No column for {', '.join(absent)}; the columns are: {', '.join(headings)[:200]}. Name it, for "
            f"example with "
            "--param case=COLUMN.",
            file=file,
        )
    return chosen
