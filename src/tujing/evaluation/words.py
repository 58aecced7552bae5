"""An evaluation in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tujing.words import Text

_METHODS = {
    "difference_in_differences": ("双重差分", "difference in differences"),
    "comparative_interrupted_time_series": ("带对照的间断时间序列", "interrupted time series with a control"),
    "synthetic_control": ("合成控制", "synthetic control"),
    "interrupted_time_series": ("间断时间序列（无对照，含趋势与季节）", "interrupted time series, no control"),
    "structural_time_series": ("结构时间序列（无对照，水平漂移）", "structural time series, no control"),
    "before_after": ("前后对比（无对照）", "before/after without a control"),
}
_PERIODS = {"week": ("周", "weeks"), "month": ("个月", "months"), "day": ("天", "days")}
_REASONS = {
    "interval_covers_zero": ("区间含零", "the interval holds no change"),
    "placebo_in_time": (
        "假想的更早上线日也有同类变化，说明上线前它已在变",
        "a made-up earlier go-live shows the like, so it was moving before",
    ),
    "placebo_in_space": (
        "未上线的部分也有同类变化",
        "parts that did not adopt show the like",
    ),
    "misfit": ("残差不符合方法的假定", "what is left over does not fit the method"),
}


def method(name: str) -> Text:
    """The method's name."""
    zh, en = _METHODS[name]
    return Text(zh=zh, en=en)


def sentence(verdict: str, method: str, result: Mapping[str, Any]) -> Text:
    """Says what the data show of one measure, or why they cannot tell and what would let them."""
    name = result["name"]
    if "effect" not in result:
        zh, en = _too_few(result)
        return Text(zh=f"{name['zh']}：暂不能判断，{zh}。", en=f"{name['en']}: it cannot be told yet; {en}.")
    effect = result["effect"]
    way = _METHODS[method]
    change = "—" if effect["relative"] is None else f"{effect['relative']:+.1%}"
    low, high = ("—" if effect[end] is None else f"{effect[end]:+.1%}" for end in ("low", "high"))
    judged = {
        "better": ("有改善", "better"),
        "worse": ("变差", "worse"),
        "cannot_tell": ("尚看不出变化", "no change can be told"),
    }[verdict]
    why = _REASONS.get(result.get("reason", ""), ("", "")) if verdict == "cannot_tell" else ("", "")
    more = _power(result)
    return Text(
        zh=f"{name['zh']}：{judged[0]}，{change}（95% 区间 {low} 至 {high}，{way[0]}）"
        + "".join(f"；{part}" for part in (why[0], more[0]) if part)
        + "。",
        en=f"{name['en']}: {judged[1]}, {change} (95 % interval {low} to {high}, {way[1]})"
        + "".join(f"; {part}" for part in (why[1], more[1]) if part)
        + ".",
    )


def _too_few(result: Mapping[str, Any]) -> tuple[str, str]:
    zh, en = _PERIODS[result.get("grain", "week")]
    missing = result.get("missing", 0)
    if result["reason"] == "too_few_before":
        return (
            f"上线前的数据太少，还差 {missing} {zh}；请补导更早的数据",
            f"too little data before go-live, {missing} {en} short; import earlier data",
        )
    return (
        f"上线后的数据太少，还差 {missing} {zh}；请到时再评",
        f"too little data after go-live, {missing} {en} short; evaluate again then",
    )


def _power(result: Mapping[str, Any]) -> tuple[str, str]:
    """What would let the data tell."""
    power = result.get("power")
    if not power or power["target"] is None:
        return "", ""
    zh, en = _PERIODS[result.get("grain", "week")]
    target = f"{abs(power['target']):.1%}"
    now = "—" if power["detectable"] is None else f"{power['detectable']:.1%}"
    if power["more"] is None:
        return (
            f"现有数据能看出 {now} 以上的变化，再等两年也难看出 {target}，需要未上线的部分作对照",
            f"a change of {now} would show now; {target} would not in two years more, "
            "so a part without the scenario is needed beside it",
        )
    return (
        f"现有数据能看出 {now} 以上的变化，要看出 {target} 约需再等 {power['more']} {zh}",
        f"a change of {now} would show now; {target} needs about {power['more']} more {en}",
    )
