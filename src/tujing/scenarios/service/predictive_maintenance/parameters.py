"""What the enterprise must say itself: what a failure and a planned job cost, and who and what there is to do them."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from tujing.runtime.contract import Parameters


def _words(zh: str, en: str, unit: str = "1", help_zh: str = "", help_en: str = "") -> dict[str, Any]:
    words: dict[str, Any] = {"label": {"zh": zh, "en": en}, "unit": unit}
    return {**words, "help": {"zh": help_zh, "en": help_en}} if help_zh else words


class MaintenanceParameters(Parameters):
    """Costs, limits and the promise of the intervals."""

    planned_cost: float = Field(
        10_000, ge=0, le=1e9, json_schema_extra=_words("一次计划检修费用", "Cost of a planned job", "CNY")
    )
    failure_cost: float = Field(
        50_000,
        gt=0,
        le=1e9,
        json_schema_extra=_words(
            "一次突发故障损失",
            "Cost of a failure",
            "CNY",
            "含停产、抢修与次生损坏。",
            "With lost production, repair and further damage.",
        ),
    )
    crew: int | None = Field(
        None,
        ge=1,
        le=10_000,
        json_schema_extra=_words(
            "每期可检修台数",
            "Jobs a period",
            "1",
            "空：平均需求的两倍。",
            "Empty: twice the mean need.",
        ),
    )
    spares: int | None = Field(
        None,
        ge=0,
        le=100_000,
        json_schema_extra=_words("现有备件", "Spare parts at hand", "1", "空：不限。", "Empty: no limit."),
    )
    spares_each: float = Field(0, ge=0, le=10_000, json_schema_extra=_words("每期到货备件", "Parts arriving a period"))
    period: float | None = Field(
        None,
        gt=0,
        le=100_000,
        json_schema_extra=_words(
            "计划期长（运行小时）",
            "Planning period (hours of operation)",
            "h",
            "空：寿命中位数的四十分之一。",
            "Empty: a fortieth of the median life.",
        ),
    )
    periods: int = Field(20, ge=2, le=100, json_schema_extra=_words("计划期数", "Number of periods"))
    coverage: float = Field(0.9, ge=0.5, le=0.99, json_schema_extra=_words("区间覆盖率", "Coverage of the intervals"))
    planned_hours: float = Field(
        4, gt=0, le=1000, json_schema_extra=_words("一次计划检修时长", "Duration of a planned job", "h")
    )
    failure_hours: float = Field(
        12, gt=0, le=1000, json_schema_extra=_words("一次故障停机时长", "Duration of a failure", "h")
    )
    step_hours: float | None = Field(
        None,
        gt=0,
        le=10_000,
        json_schema_extra=_words(
            "测点汇总步长（运行小时）",
            "Step over which readings are averaged (hours of operation)",
            "h",
            "空：寿命中位数的百分之一，但不细于采样间隔。仅用于企业数据。",
            "Empty: a hundredth of the median life, no finer than the readings. For an organisation's own data only.",
        ),
    )

    @model_validator(mode="after")
    def _failure_costs_more(self) -> MaintenanceParameters:
        if self.failure_cost <= self.planned_cost:
            raise ValueError("failure_cost must exceed planned_cost, or nothing is worth maintaining before it fails")
        return self
