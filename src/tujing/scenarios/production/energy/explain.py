"""The outcome in plain words: what was found, why, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tujing.scenarios.production.energy.anomaly import Anomaly
from tujing.scenarios.production.energy.dispatch import Dispatch
from tujing.scenarios.production.energy.forecast import Forecast
from tujing.scenarios.production.energy.performance import Baseline
from tujing.scenarios.production.energy.planning import Plan
from tujing.words import Text

KINDS = {
    "high_day": Text(zh="全天用能偏高", en="high use all day"),
    "low_day": Text(zh="全天用能偏低", en="low use all day"),
    "night_use": Text(zh="夜间用能偏高", en="high use at night"),
    "rest_day_use": Text(zh="休息日用能偏高", en="high use on a day of rest"),
    "base_load_drift": Text(zh="基底负荷上移", en="base load crept up"),
}
G14_DAILY = 0.30
"""CV(RMSE) up to which Guideline 14 takes a calibrated hourly model; daily models are commonly held to 0.30 or less."""


@dataclass(frozen=True)
class Findings:
    forecasts: Sequence[Forecast]
    wape: tuple[float, float, float]
    """Ours, last week's, yesterday's."""
    baseline: Baseline
    anomalies: Sequence[Anomaly]
    idle: float | None
    plan: Plan
    dispatch: Dispatch
    plain: Dispatch
    tariff: Text
    co2: float


def explanation(found: Findings) -> Text:
    parts = [
        _forecast(found),
        _dispatch(found),
        _baseline(found.baseline),
        *_anomalies(found.anomalies),
        *_idle(found.idle),
        Text(
            zh=f"全部表计时段的二氧化碳排放 {found.co2:,.1f} 吨（活动数据 × 因子，见 emissions 表的因子出处）。",
            en=f"All metered days emitted {found.co2:,.1f} t CO2 (activity × factor; table emissions names each "
            f"source).",
        ),
    ]
    return Text(zh="".join(part.zh for part in parts), en=" ".join(part.en for part in parts))


def _forecast(found: Findings) -> Text:
    ours, week, yesterday = found.wape
    days = max(one.days for one in found.forecasts)
    inside = sum(one.coverage() for one in found.forecasts) / len(found.forecasts)
    return Text(
        zh=f"日前负荷预测在最近 {days} 天逐日检验，误差（WAPE）{ours:.1%}；照搬上周同日为 {week:.1%}，"
        f"照搬昨天为 {yesterday:.1%}。"
        f"实际有 {inside:.0%} 落在区间内。",
        en=f"Tested day by day on the last {days} days, the day-ahead forecast errs by {ours:.1%} (WAPE), against "
        f"{week:.1%} for last week's same day and {yesterday:.1%} for yesterday; {inside:.0%} of readings fell within "
        "its interval.",
    )


def _dispatch(found: Findings) -> Text:
    plan, best, plain = found.plan, found.dispatch, found.plain
    first, last = plan.start.date(), plan.moment(len(best.grid) - 1).date()
    days = f"{first}" if first == last else f"{first} – {last}"
    proof_zh = "已证明最优" if best.optimal else f"与最优相差不超过 {best.gap:.2%}"
    proof_en = "proved optimal" if best.optimal else f"within {best.gap:.2%} of the optimum"
    if not plan.problem.movable and not plan.problem.battery.capacity:
        return Text(
            zh=f"{days} 按{found.tariff.zh}预计电费 {best.cost:,.0f} 元；没有给出储能和可移负荷，因此没有可优化的余地——"
            "用参数 loads、battery_kwh、battery_kw 给出后再算一遍。",
            en=f"For {days} the bill is forecast at CNY {best.cost:,.0f} under {found.tariff.en}. No storage "
            f"and no movable "
            "load was given, so there is nothing to optimise: give loads, battery_kwh and battery_kw and run again.",
        )
    saved = plain.cost - best.cost
    moved = sum(best.starts[name] != plain.starts[name] for name in best.starts)
    return Text(
        zh=f"{days} 按{found.tariff.zh}的最低电费 {best.cost:,.0f} 元（{proof_zh}），比不调整的 "
        f"{plain.cost:,.0f} 元少 {saved:,.0f} 元："
        f"移动 {moved} 项负荷，最大需量由 {plain.peak:,.0f} 千瓦到 {best.peak:,.0f} 千瓦。",
        en=f"For {days} the least bill under {found.tariff.en} is CNY {best.cost:,.0f} ({proof_en}), CNY "
        f"{saved:,.0f} below "
        f"the undisturbed {plain.cost:,.0f}: {moved} loads move, and the highest demand goes from {plain.peak:,.0f} to "
        f"{best.peak:,.0f} kW.",
    )


def _baseline(one: Baseline) -> Text:
    fit, savings = one.fit, one.savings
    weak = fit.cv_rmse > G14_DAILY
    zh = f"日能耗基准模型 CV(RMSE) {fit.cv_rmse:.1%}、R² {fit.r2:.2f}"
    en = f"The daily energy baseline has CV(RMSE) {fit.cv_rmse:.1%} and R² {fit.r2:.2f}"
    zh += "，偏松，补上产量数据再用于核算；" if weak else "；"
    en += ", too loose for verification: add output data. " if weak else ". "
    if savings is None:
        return Text(zh=zh + "没有报告期。", en=en + "There is no reporting period.")
    word_zh = "少用" if savings.saved >= 0 else "多用"
    word_en = "less" if savings.saved >= 0 else "more"
    sure_zh = "" if savings.certain else "，还不能断定"
    sure_en = "" if savings.certain else ", which is not certain"
    return Text(
        zh=f"{zh}报告期 {savings.days} 天比基准{word_zh} {abs(savings.saved):,.0f} ± {savings.uncertainty:,.0f} 千瓦时"
        f"（置信度 {savings.confidence:.0%}{sure_zh}）。",
        en=f"{en}In the reporting period of {savings.days} days, {abs(savings.saved):,.0f} ± "
        f"{savings.uncertainty:,.0f} kWh "
        f"{word_en} than the baseline was used (confidence {savings.confidence:.0%}{sure_en}).",
    )


def _anomalies(found: Sequence[Anomaly]) -> list[Text]:
    costly = [one for one in found if one.cost > 0]
    if not costly:
        return [Text(zh="没有发现多费钱的异常。", en="No anomaly that cost money was found.")]
    top, whole = costly[0], sum(one.cost for one in costly)
    days = f"{top.first}" if top.first == top.last else f"{top.first} – {top.last}"
    kind = KINDS[top.kind]
    return [
        Text(
            zh=f"发现 {len(costly)} 处异常，合计约 {whole:,.0f} 元；最贵的是 {top.meter} {days} {kind.zh}，多用 "
            f"{top.excess:,.0f}"
            f"（约 {top.cost:,.0f} 元），先到现场查它。",
            en=f"{len(costly)} anomalies cost about CNY {whole:,.0f} in all; the dearest is {top.meter}, "
            f"{days}, {kind.en}: "
            f"{top.excess:,.0f} over the usual (about CNY {top.cost:,.0f}). Look at it first.",
        )
    ]


def _idle(share: float | None) -> list[Text]:
    if share is None:
        return []
    return [
        Text(
            zh=f"设备空转用掉 {share:.1%} 的电，午休与待料时自动待机可省下大部分。",
            en=f"Idling machines take {share:.1%} of the energy; most is saved by standby over breaks and waits.",
        )
    ]
