"""The parameters of distribution: conditions of any problem, then what is assumed where the data say nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from tujing.runtime.contract import Parameters


def _said(zh: str, en: str, unit: str = "", help_zh: str = "", help_en: str = "") -> dict[str, Any]:
    said: dict[str, Any] = {"label": {"zh": zh, "en": en}}
    if help_zh:
        said["help"] = {"zh": help_zh, "en": help_en}
    return {**said, "unit": unit} if unit else said


class DistributionParameters(Parameters):
    """Conditions of any problem first, then what is assumed where an organisation's data say nothing."""

    objective: Literal["distance", "vehicles_then_distance"] = Field(
        "distance",
        json_schema_extra=_said(
            "目标",
            "Objective",
            "",
            "成本最低，或先少用车再省成本",
            "Least cost, or fewest vehicles first and then cost",
        ),
    )
    rounding: Literal["nearest", "truncate_1", "exact"] | None = Field(
        None,
        json_schema_extra=_said(
            "距离取整",
            "Rounding of distances",
            "",
            "默认按算例格式的惯例",
            "By default as the format's collection does",
        ),
    )
    max_routes: int | None = Field(None, ge=1, le=100_000, json_schema_extra=_said("最多路线数", "Most routes"))
    max_stops: int | None = Field(
        None, ge=1, le=100_000, json_schema_extra=_said("每条路线最多客户数", "Most customers a route")
    )
    max_distance: float | None = Field(
        None, gt=0, le=1e9, json_schema_extra=_said("每条路线最长里程", "Longest route", "km")
    )
    max_duration: float | None = Field(
        None, gt=0, le=1e9, json_schema_extra=_said("每条路线最长时间", "Longest time of a route", "h")
    )
    vehicle_fixed_cost: float | None = Field(
        None, ge=0, le=1e9, json_schema_extra=_said("每车固定费用", "Fixed cost of a vehicle", "CNY")
    )
    trips: int | None = Field(None, ge=1, le=20, json_schema_extra=_said("每车最多趟数", "Trips a vehicle"))
    open_routes: bool = Field(False, json_schema_extra=_said("送完不回仓", "Routes end at the last customer"))
    balance: float | None = Field(
        None,
        ge=0,
        le=5,
        json_schema_extra=_said(
            "均衡",
            "Balance",
            "",
            "最长路线至多超过平均用时的比例",
            "By how much the longest route may exceed the mean time",
        ),
    )
    optional: str = Field(
        "",
        max_length=100_000,
        json_schema_extra=_said("可不送的客户", "Optional customers", "", "客户:奖励, …", "customer:prize, …"),
    )
    forbidden: str = Field(
        "",
        max_length=100_000,
        json_schema_extra=_said("禁配", "Forbidden pairs", "", "车型:客户, …", "kind of vehicle:customer, …"),
    )
    capacity: float | None = Field(
        None,
        gt=0,
        le=1e12,
        json_schema_extra=_said(
            "设施容量", "Capacity of a facility", "", "算例里写作 capacity 时使用", "For texts that leave it open"
        ),
    )
    single_source: bool = Field(False, json_schema_extra=_said("每客户只由一处供货", "One facility a customer"))
    max_open: int | None = Field(None, ge=1, le=100_000, json_schema_extra=_said("最多开几处", "Most facilities open"))
    open: str = Field("", max_length=10_000, json_schema_extra=_said("必须开的设施", "Facilities that must be open"))
    closed: str = Field(
        "", max_length=10_000, json_schema_extra=_said("不得开的设施", "Facilities that must be closed")
    )
    rounds: int = Field(
        2, ge=1, le=3, json_schema_extra=_said("选址与路线往返轮数", "Rounds between location and routing")
    )
    day: date | None = Field(
        None,
        json_schema_extra=_said(
            "重排哪一天", "Day to plan", "", "默认为全部未签收的", "By default all not yet delivered"
        ),
    )
    start: datetime | None = Field(None, json_schema_extra=_said("最早发车时刻", "Earliest departure"))
    depot_latitude: float | None = Field(
        None, ge=-90, le=90, json_schema_extra=_said("仓库纬度", "Depot latitude", "deg")
    )
    depot_longitude: float | None = Field(
        None, ge=-180, le=180, json_schema_extra=_said("仓库经度", "Depot longitude", "deg")
    )
    vehicle_capacity: float = Field(
        5000.0, gt=0, le=1e6, json_schema_extra=_said("车辆载重", "Mass a lorry carries", "kg")
    )
    fixed_cost: float = Field(
        300.0, ge=0, le=1e6, json_schema_extra=_said("每次出车费用", "Cost of a lorry a day", "CNY")
    )
    cost_per_km: float = Field(3.0, ge=0, le=1000, json_schema_extra=_said("每公里费用", "Cost a kilometre", "CNY/km"))
    cost_per_hour: float = Field(35.0, ge=0, le=10_000, json_schema_extra=_said("每小时费用", "Cost an hour", "CNY/h"))
    shift_hours: float | None = Field(None, gt=0, le=1000, json_schema_extra=_said("班次时长", "Shift", "h"))
    speed: float = Field(45.0, gt=0, le=200, json_schema_extra=_said("平均车速", "Mean speed", "km/h"))
    detour: float = Field(
        1.3,
        ge=1,
        le=3,
        json_schema_extra=_said("绕行系数", "Detour factor", "", "道路里程 ÷ 直线距离", "Road ÷ straight distance"),
    )
    unloading_minutes: float = Field(
        15.0, ge=0, le=1440, json_schema_extra=_said("每站卸货", "Unloading a stop", "min")
    )
    grace_hours: float = Field(
        4.0, ge=0, le=240, json_schema_extra=_said("已来不及的订单放宽", "Grace for promises already lost", "h")
    )
