"""From the forecast and the parameters to the coming days' dispatch problem, on spans of 15 minutes to an hour."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.production.energy.dispatch import Battery, DispatchProblem, Movable
from tujing.scenarios.production.energy.loads import Array, Site, total_load
from tujing.scenarios.production.energy.machine_states import StatePower, running_profile
from tujing.scenarios.production.energy.parameters import EnergyParameters, ShiftableLoad
from tujing.scenarios.production.energy.tariff import Period, Tariff
from tujing.words import Text

MOST_SPANS = 96
DAYS_A_MONTH = 30.0
MOST_OPERATIONS = 40
FAIR_DAY = (0, 0, 0, 0, 0, 0, 0.02, 0.1, 0.24, 0.4, 0.53, 0.61, 0.64, 0.61, 0.53, 0.4, 0.24, 0.1, 0.02, 0, 0, 0, 0, 0)
"""kW per kWp by the hour on a fair day in spring: constructed."""


@dataclass(frozen=True)
class Plan:
    """The problem with its clock."""

    problem: DispatchProblem
    start: datetime
    minutes: int
    periods: tuple[Period, ...]
    notes: tuple[Text, ...] = ()

    def moment(self, span: int) -> datetime:
        return self.start + timedelta(minutes=span * self.minutes)


def build(
    site: Site, expected: Array, start: datetime, tariff: Tariff, parameters: EnergyParameters, split: list[StatePower]
) -> Plan:
    """Builds the problem for the forecast `expected` (days × spans, kWh) from midnight `start` on."""
    notes: list[Text] = []
    energy = _hourly(site, expected, notes) if expected.shape[1] < 24 else _at_most(expected, MOST_SPANS)
    days, per_day = energy.shape
    hours = 24 / per_day
    base = energy.ravel() / hours
    moments = [start + timedelta(hours=hours * span) for span in range(days * per_day)]
    movable, base = _movables(parameters.loads, base, start, per_day, notes)
    if parameters.shift_hours > 0:
        more, base = _operations(site, split, base, start, per_day, parameters.shift_hours, notes)
        movable += more
    profile = parameters.pv_profile or FAIR_DAY
    sun = parameters.pv_kwp * np.array([profile[moment.hour] for moment in moments])
    if parameters.battery_kwh > 0:
        battery = Battery(
            parameters.battery_kwh, parameters.battery_kw, parameters.battery_efficiency, parameters.battery_wear
        )
    else:
        battery = Battery()
    problem = DispatchProblem(
        base=base,
        price=np.array([tariff.price(moment) for moment in moments]),
        hours=hours,
        movable=tuple(movable),
        battery=battery,
        pv=sun,
        feed_in=tariff.feed_in,
        demand=tariff.demand * days / DAYS_A_MONTH,
        excess=tariff.demand * (1 - days / DAYS_A_MONTH),
        reached=_reached(site, energy, hours) if parameters.demand_reached is None else parameters.demand_reached,
        limit=parameters.grid_limit_kw or np.inf,
    )
    return Plan(problem, start, round(60 * hours), tuple(tariff.period(moment) for moment in moments), tuple(notes))


def capacity_charge(tariff: Tariff, parameters: EnergyParameters, days: int) -> float:
    """Returns the basic charge by transformer capacity over the planned days, which no plan changes."""
    if tariff.capacity and not parameters.transformer_kva:
        raise refuse(
            "no_capacity",
            "这一电价按变压器容量收基本电费，请给出参数 transformer_kva。",
            "This tariff charges by transformer capacity; give the parameter transformer_kva.",
            file="parameters",
            key="transformer_kva",
        )
    return tariff.capacity * parameters.transformer_kva * days / DAYS_A_MONTH


def _reached(site: Site, energy: Array, hours: float) -> float:
    """Returns the highest power of the last month's days, which this month is taken to reach as well.

    Where meters are read too seldom to know it, the highest of the forecast.
    """
    whole = total_load(site.electricity)
    if whole.per_day < 24:
        return float(energy.max()) / hours
    recent = _at_most(whole.filled[-round(DAYS_A_MONTH) :], MOST_SPANS)
    return float(recent.max() * recent.shape[1] / 24)


def _at_most(expected: Array, most: int) -> Array:
    days, per_day = expected.shape
    return expected if per_day <= most else expected.reshape(days, most, -1).sum(axis=2)


def _hourly(site: Site, expected: Array, notes: list[Text]) -> Array:
    """Spreads coarse readings over the hours like the machines that run then, on top of an even third."""
    profile = running_profile(site)
    if profile is None or profile.sum() == 0:
        profile = np.ones(24)
    share = 0.3 / 24 + 0.7 * profile / profile.sum()
    daily = expected.sum(axis=1)
    notes.append(
        Text(
            zh="表计间隔大于一小时，日内曲线按设备开动的时段推算；要削峰填谷，请换成 15 分钟的表。",
            en="Meters are read less often than hourly; the day's course is inferred from when machines run. To shift "
            "load in earnest, read them every 15 minutes.",
        )
    )
    return np.asarray(daily[:, None] * share[None, :])


def _movables(
    loads: tuple[ShiftableLoad, ...], base: Array, start: datetime, per_day: int, notes: list[Text]
) -> tuple[list[Movable], Array]:
    """Takes each load out of the forecast where it usually runs, and lets it move within its day."""
    found, base = list[Movable](), base.copy()
    hours = 24 / per_day
    for load in loads:
        spans = math.ceil(load.hours / hours - 1e-9)
        for day in range(len(base) // per_day):
            if (start + timedelta(days=day)).weekday() not in load.weekdays:
                continue
            zero = day * per_day
            usual = min(zero + int(load.usual / hours), zero + per_day - spans)
            if (base[usual : usual + spans] < load.power_kw - 1e-9).any():
                notes.append(
                    Text(
                        zh=f"{(start + timedelta(days=day)).date()} 的预测低于 {load.name} 的功率，当天不移动它。",
                        en=f"On {(start + timedelta(days=day)).date()} the forecast is below the power of {load.name}; "
                        "it is not moved that day.",
                    )
                )
                continue
            base[usual : usual + spans] -= load.power_kw
            found.append(
                Movable(
                    name=f"{load.name} {(start + timedelta(days=day)).date()}",
                    power=load.power_kw,
                    spans=spans,
                    earliest=zero + math.ceil(load.earliest / hours - 1e-9),
                    latest=zero + int(load.latest / hours + 1e-9),
                    usual=usual,
                    interruptible=load.interruptible,
                )
            )
    return found, base


def _operations(
    site: Site, split: list[StatePower], base: Array, start: datetime, per_day: int, reach: float, notes: list[Text]
) -> tuple[list[Movable], Array]:
    """Lets scheduled operations move by `reach` hours, each after the one before it on its machine."""
    power = {one.meter: one.power for one in split if one.state == "producing"}
    machine_meter = {load.work_centre: load.name for load in site.electricity if load.work_centre}
    hours = 24 / per_day
    base, found, moving = base.copy(), list[Movable](), 0
    last: dict[tuple[str, str], Movable] = {}
    for operation in sorted(site.planned, key=lambda one: one.start):
        keys = (("machine", operation.machine), ("job", operation.job))
        before = [last[key] for key in keys if key in last]
        usual = round((operation.start - start).total_seconds() / 3600 / hours)
        usual = max([usual, *(one.usual + one.spans for one in before)])
        spans = max(1, round((operation.end - operation.start).total_seconds() / 3600 / hours))
        if usual < 0 or usual >= len(base):
            continue
        spans = min(spans, len(base) - usual)
        draw = power.get(machine_meter.get(operation.machine, ""), power.get("total", 0.0))
        moves = draw > 0 and moving < MOST_OPERATIONS and bool((base[usual : usual + spans] >= draw - 1e-9).all())
        if moves:
            base[usual : usual + spans] -= draw
            moving += 1
        # One that stays put is kept in the order, so that none is moved on top of it.
        room = int(reach / hours) if moves else 0
        one = Movable(
            name=f"{operation.job}/{operation.sequence} {operation.machine}",
            power=draw if moves else 0.0,
            spans=spans,
            earliest=max(0, usual - room),
            latest=min(len(base), usual + spans + room),
            usual=usual,
            after=tuple(sorted({one.name for one in before})),
        )
        found.append(one)
        last.update(dict.fromkeys(keys, one))
    if moving < len(site.planned):
        notes.append(
            Text(
                zh=f"作业排程 {len(site.planned)} 道工序中，{moving} 道在计划时段内且功率已知，可移动；其余不动。",
                en=f"Of {len(site.planned)} scheduled operations, {moving} lie within the plan with a known power and "
                "may move; the others stay.",
            )
        )
    return found, base
