"""The model card: what the model is, what it was checked on, and where it must not be used."""

from __future__ import annotations

from tujing.scenarios.service.predictive_maintenance.fleet import Fleet
from tujing.scenarios.service.predictive_maintenance.forecast import Forecast
from tujing.scenarios.service.predictive_maintenance.learner import LAST_STEPS, MEMBERS


def model_card(fleet: Fleet, forecast: Forecast, seed: int, onnx_difference: float | None) -> bytes:
    """Returns the card as Markdown, Chinese first."""
    assert forecast.learned is not None and forecast.intervals is not None
    learned = forecast.learned
    kept = "、".join(fleet.sensors[one] for one in learned.signals.kept)
    kept_en = ", ".join(fleet.sensors[one] for one in learned.signals.kept)
    members = ", ".join(f"{name} {weight:.2f}" for name, weight in zip(MEMBERS, learned.weights, strict=False))
    onnx_zh = "未导出" if onnx_difference is None else f"与模型最大相差 {onnx_difference * learned.cap:.4f} 步"
    onnx_en = (
        "not exported"
        if onnx_difference is None
        else f"differs from the model by {onnx_difference * learned.cap:.4f} steps"
    )
    names = "\n".join(f"{number}. `{name}`" for number, name in enumerate(learned.signals.names(fleet.sensors)))
    return f"""# 模型卡 · Model card

## 中文
- 用途：估计在用机组的剩余寿命（{fleet.step_hours:g} 运行小时为一步，封顶 {learned.cap:g} 步）。不用于安全联锁。
- 训练：{len(fleet.failed)} 段完整寿命，{learned.signals.regimes} 种工况；自动选出的测点：{kept}。
- 方法：按整段寿命分 {len(learned.models)} 折的集成，权重 {members}；取最近 {LAST_STEPS} 步预测的平均。
- 验证（留出寿命，按在用机组的长度截断）：RMSE {forecast.rmse:.2f} h（各折标准差 {forecast.rmse_spread:.2f}），
  平均绝对误差 {forecast.error:.2f} h；{forecast.intervals.coverage:.0%} 区间实际覆盖 {forecast.coverage:.1%}。
- 局限：没见过的故障模式、工况或新测点都不可信；请看漂移表。平均寿命做法的 RMSE 为 {forecast.plain_rmse:.2f} h。
- ONNX：{onnx_zh}；输出为剩余寿命÷封顶值，须截到 0–1 再乘封顶步数。随机种子 {seed}。

## English
- Use: estimates the remaining life of units in use (a step is {fleet.step_hours:g} hours of operation, capped at
  {learned.cap:g} steps). Not for safety interlocks.
- Training: {len(fleet.failed)} complete lives, {learned.signals.regimes} operating regimes; sensors chosen: {kept_en}.
- Method: ensemble over {len(learned.models)} folds of whole lives, weights {members};
  mean of the last {LAST_STEPS} predictions.
- Check (held-out lives cut off as the units in use are): RMSE {forecast.rmse:.2f} h (standard deviation over folds
  {forecast.rmse_spread:.2f}), mean absolute error {forecast.error:.2f} h; {forecast.intervals.coverage:.0%} intervals
  cover {forecast.coverage:.1%}.
- Limits: not to be trusted for fault modes, regimes or sensors not seen; see the drift table. Mean life gives an RMSE
  of {forecast.plain_rmse:.2f} h.
- ONNX: {onnx_en}; the output is remaining life ÷ cap: clip to 0–1 and multiply by the cap. Seed {seed}.

## 输入 · Inputs
{names}
""".encode()
