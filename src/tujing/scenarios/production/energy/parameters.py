"""What a user may set, with words for the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tujing.runtime.contract import Parameters


def _words(zh: str, en: str, help_zh: str, help_en: str, unit: str = "") -> dict[str, Any]:
    words: dict[str, Any] = {"label": {"zh": zh, "en": en}, "help": {"zh": help_zh, "en": help_en}}
    return {**words, "unit": unit} if unit else words


class ShiftableLoad(BaseModel):
    """A load that may run at another time of the same day: `power_kw` for `hours`, within [earliest, latest)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    power_kw: float = Field(gt=0)
    hours: float = Field(gt=0, le=24)
    usual: float = Field(ge=0, lt=24)
    """Hour at which it starts today."""
    earliest: float = Field(default=0.0, ge=0, lt=24)
    latest: float = Field(default=24.0, gt=0, le=24)
    interruptible: bool = False
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Days on which it runs; Monday is 0."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.earliest + self.hours > self.latest + 1e-9:
            raise ValueError("the window from earliest to latest is shorter than the hours to run")
        if self.usual + self.hours > 24 + 1e-9:
            raise ValueError("at its usual hour the load would run past midnight; split it in two")
        return self


class EnergyParameters(Parameters):
    """Defaults suit a plant without storage or sun; give what you have, or think of buying."""

    country: str | None = Field(
        default=None,
        json_schema_extra=_words(
            "节假日地区", "Country of holidays", "CN、KR，或 none 表示只分周末", "CN, KR, or none for weekends only"
        ),
    )
    closed: tuple[date, ...] = Field(
        default=(),
        json_schema_extra=_words(
            "厂休日", "Plant closures", "事先知道的停产日期", "Dates known ahead on which the plant rests"
        ),
    )
    test_days: int = Field(
        default=28,
        ge=1,
        le=366,
        json_schema_extra=_words(
            "回测天数", "Days to score", "用最近这些天逐日检验预测", "The forecast is scored on these last days", "d"
        ),
    )
    interval: float = Field(
        default=0.9,
        ge=0.5,
        le=0.99,
        json_schema_extra=_words(
            "区间置信度", "Interval", "预测区间与节能量不确定度的置信度", "Of the forecast's band and of the savings"
        ),
    )
    baseline_share: float = Field(
        default=0.67,
        gt=0.2,
        le=1.0,
        json_schema_extra=_words(
            "基准期占比",
            "Baseline share",
            "前面这一部分天数建基准，其余为报告期",
            "First share of the days; the rest report",
        ),
    )
    plan_days: int = Field(
        default=1,
        ge=1,
        le=14,
        json_schema_extra=_words("计划天数", "Days to plan", "从数据末日次日起", "From the day after the data", "d"),
    )
    tariff: str | Mapping[str, Any] = Field(
        default="jiangsu_like",
        json_schema_extra=_words(
            "电价", "Tariff", "tariffs.yaml 中的名称，或自己的电价", "A name in tariffs.yaml, or your own tariff"
        ),
    )
    transformer_kva: float = Field(
        default=0.0,
        ge=0,
        json_schema_extra=_words("变压器容量", "Transformer", "按容量计费时用", "For a charge by capacity", "kVA"),
    )
    demand_reached: float | None = Field(
        default=None,
        ge=0,
        json_schema_extra=_words(
            "本月需量",
            "Demand of the month",
            "超出部分按整月计费；不填取近一月最高",
            "Above it a whole month is paid",
            "kW",
        ),
    )
    grid_limit_kw: float | None = Field(
        default=None,
        gt=0,
        json_schema_extra=_words("受电上限", "Grid limit", "进线允许的最大功率", "What the connection carries", "kW"),
    )
    battery_kwh: float = Field(
        default=0.0, ge=0, json_schema_extra=_words("储能容量", "Battery", "没有填 0", "0 for none", "kWh")
    )
    battery_kw: float = Field(
        default=0.0, ge=0, json_schema_extra=_words("储能功率", "Battery power", "充放同限", "Both ways", "kW")
    )
    battery_efficiency: float = Field(
        default=0.95,
        gt=0.5,
        le=1.0,
        json_schema_extra=_words("单程效率", "One-way efficiency", "充、放各计一次", "Counted once each way"),
    )
    battery_wear: float = Field(
        default=0.1,
        ge=0,
        json_schema_extra=_words("循环折旧", "Cycle wear", "每放一度电的折旧", "Per kWh discharged", "CNY/kWh"),
    )
    pv_kwp: float = Field(
        default=0.0, ge=0, json_schema_extra=_words("光伏容量", "Solar", "没有填 0", "0 for none", "kWp")
    )
    pv_profile: tuple[float, ...] = Field(
        default=(),
        json_schema_extra=_words(
            "光伏曲线",
            "Solar profile",
            "24 个小时的千瓦每千瓦峰值；不填用晴天曲线",
            "24 hourly kW/kWp; else a fair day",
        ),
    )
    loads: tuple[ShiftableLoad, ...] = Field(
        default=(),
        json_schema_extra=_words(
            "可移负荷", "Movable loads", "功率、时长、时间窗，见说明", "Power, hours, window: see the README"
        ),
    )
    shift_hours: float = Field(
        default=0.0,
        ge=0,
        le=12,
        json_schema_extra=_words(
            "排程可移",
            "Schedule may move",
            "作业排程中的工序可前后移动的小时",
            "Hours by which scheduled work may move",
            "h",
        ),
    )
    grid_factor: float | None = Field(
        default=None,
        ge=0,
        le=2,
        json_schema_extra=_words(
            "电力排放因子",
            "Grid factor",
            "不填用当年全国因子",
            "By default the national factor of the year",
            "kgCO2/kWh",
        ),
    )
    green_share: float = Field(
        default=0.0, ge=0, le=1, json_schema_extra=_words("绿电占比", "Green share", "有凭证的", "With certificates")
    )

    @model_validator(mode="after")
    def _together(self) -> Self:
        if (self.battery_kwh > 0) != (self.battery_kw > 0):
            raise ValueError("battery_kwh and battery_kw go together")
        if self.pv_profile and (len(self.pv_profile) != 24 or min(self.pv_profile) < 0):
            raise ValueError("pv_profile is 24 figures, none below zero")
        if len({load.name for load in self.loads}) != len(self.loads):
            raise ValueError("two movable loads bear the same name")
        return self
