"""What was found, why, and what to do next, in plain words."""

from __future__ import annotations

from tujing.scenarios.service.predictive_maintenance.fleet import Fleet
from tujing.scenarios.service.predictive_maintenance.forecast import Forecast
from tujing.scenarios.service.predictive_maintenance.plan import Plan, Terms
from tujing.scenarios.service.predictive_maintenance.policy import Result
from tujing.words import Text

URGENT = 3


def explanation(fleet: Fleet, forecast: Forecast, plan: Plan, terms: Terms, results: dict[str, Result]) -> Text:
    """Returns the outcome in both languages."""
    zh, en = _source(fleet, forecast)
    due = [one for one in forecast.rul.argsort() if plan.choice[one] < terms.periods]
    count = len(due)
    zh += f"计划期 {terms.periods * terms.period:g} 运行小时内安排检修 {count} 台，共 {len(forecast.units)} 台。"
    en += f" {count} of {len(forecast.units)} units need a job within {terms.periods * terms.period:g} h of use."
    for one in sorted(due, key=lambda unit: (plan.choice[unit], forecast.rul[unit]))[:URGENT]:
        after = plan.choice[one] * terms.period
        risk = plan.failure[one, -1]
        when_zh, when_en = (f"再运行 {after:g} 小时后", f"after {after:g} hours") if after else ("立即", "at once")
        zh += (
            f"{forecast.units[one]} {when_zh}检修：约剩 {forecast.rul[one]:.0f} 小时"
            f"（{forecast.lower[one]:.0f}–{forecast.upper[one]:.0f}），拖到期末故障概率 {risk:.0%}。"
        )
        en += (
            f" {forecast.units[one]} {when_en}: about {forecast.rul[one]:.0f} h left "
            f"({forecast.lower[one]:.0f}–{forecast.upper[one]:.0f}); left to the horizon it fails with {risk:.0%}."
        )
    ours, fixed, broken = (results[name].cost for name in ("plan", "fixed_interval", "run_to_failure"))
    zh += f"在未见过的寿命上重演：每运行小时 {ours:.1f} 元，固定周期 {fixed:.1f} 元，坏了再修 {broken:.1f} 元。"
    en += (
        f" Replayed on lives not seen: {ours:.1f} CNY an hour, fixed interval {fixed:.1f}, run to failure {broken:.1f}."
    )
    if ours > min(fixed, broken) * 0.999:
        zh += "在这些数据上预测检修不比最好的简单做法省：先补测点或故障原因，再谈按预测检修。"
        en += " On these data planning by prediction saves nothing over the best plain policy: add sensors first."
    else:
        zh += "下一步：先派人核对最前面几台的检修所见，并把结果登记回故障记录。"
        en += " Next: have the first units inspected, and record what was found."
    return Text(zh=zh, en=en)


def _source(fleet: Fleet, forecast: Forecast) -> tuple[str, str]:
    if forecast.learned is not None:
        signals = forecast.learned.signals
        zh = (
            f"由 {len(fleet.failed)} 段完整寿命、{len(signals.kept)} 个有退化迹象的测点学习；"
            f"对未见过的寿命平均差 {forecast.error:.1f} 小时（按平均寿命推算为 {forecast.plain_error:.1f}）。"
        )
        en = (
            f"Learned from {len(fleet.failed)} complete lives and {len(signals.kept)} sensors that show wear; off by "
            f"{forecast.error:.1f} h on lives not seen (mean life: {forecast.plain_error:.1f})."
        )
        return zh, en
    assert forecast.weibulls is not None
    pooled = forecast.weibulls[""]
    wears = any(one.wears for one in forecast.weibulls.values())
    zh = f"测点不足，按 {pooled.failures} 次寿命估计威布尔寿命：形状 {pooled.shape:.2f}，平均 {pooled.mean:.0f} h；" + (
        "故障率随使用增长。" if wears else "故障率看不出随使用增长，提前更换没有依据。"
    )
    en = (
        f"Without enough sensors a Weibull life was fitted to {pooled.failures} lives: shape {pooled.shape:.2f}, mean "
        f"{pooled.mean:.0f} h; "
        + (
            "failures grow with use."
            if wears
            else "failures are not seen to grow with use, so early replacement has no ground."
        )
    )
    return zh, en
