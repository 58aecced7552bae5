"""An evaluation in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tujing.words import Text

METHODS = {
    "difference_in_differences": ("双重差分", "difference in differences"),
    "comparative_interrupted_time_series": ("带对照的间断时间序列", "interrupted time series with a control"),
    "synthetic_control": ("合成控制", "synthetic control"),
    "interrupted_time_series": ("间断时间序列（无对照，含趋势与季节）", "interrupted time series, no control"),
    "structural_time_series": ("结构时间序列（无对照，水平漂移）", "structural time series, no control"),
    "before_after": ("前后对比（无对照）", "before/after without a control"),
}
SHARES = ("revenue_growth", "profit_margin")
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
    zh, en = METHODS[name]
    return Text(zh=zh, en=en)


def sentence(verdict: str, method: str, result: Mapping[str, Any]) -> Text:
    """Says what the data show of one measure, or why they cannot tell and what would let them."""
    name = result["name"]
    if "effect" not in result:
        zh, en = _refused(result)
        return Text(zh=f"{name['zh']}：暂不能判断，{zh}。", en=f"{name['en']}: it cannot be told yet; {en}.")
    effect = result["effect"]
    way = METHODS[method]
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


def beside(result: Mapping[str, Any]) -> list[Text]:
    """What stands beside a measured effect: the plan's forecast, and what the placebos found."""
    found = []
    forecast = result.get("forecast")
    if forecast and forecast["relative"] is not None:
        low, high = (f"{forecast[end]:+.1%}" for end in ("low", "high"))
        found.append(
            Text(
                zh=f"规划预计 {forecast['relative']:+.1%}（{low} 至 {high}）。",
                en=f"The plan expected {forecast['relative']:+.1%} ({low} to {high}).",
            )
        )
    placebos = result.get("placebos")
    if placebos and (placebos["in_time"] or placebos["in_space"]):
        zh, en = [], []
        for kind, chinese, english in (
            ("in_time", "假想日期", "made-up dates"),
            ("in_space", "未上线部分", "other parts"),
        ):
            shown = [one for one in placebos[kind] if one["relative"] is not None]
            if shown:
                clear = sum(not (one["low"] or 0.0) <= 0.0 <= (one["high"] or 0.0) for one in shown)
                most = max(abs(one["relative"]) for one in shown)
                zh.append(f"{len(shown)} 个{chinese}中 {clear} 个显出变化，最大 {most:.1%}")
                en.append(f"of {len(shown)} {english} {clear} show a change, the largest {most:.1%}")
        found.append(Text(zh="安慰剂检验：" + "；".join(zh) + "。", en="Placebos: " + "; ".join(en) + "."))
    return found


def indicator(one: Mapping[str, Any]) -> Text:
    """One of the guide's indicators, or why it is withheld."""
    name = one["name"]
    if one["value"] is None:
        why = one["withheld"]
        return Text(zh=f"{name['zh']}：暂缺。{why['zh']}", en=f"{name['en']}: withheld. {why['en']}")
    shown = f"{one['value']:.1%}" if one["id"] in SHARES else f"{one['value']:,.4g}"
    basis = one.get("basis")
    before = one.get("before")
    past = None if before is None else (f"{before:.1%}" if one["id"] in SHARES else f"{before:,.4g}")
    return Text(
        zh=f"{name['zh']}：{shown}" + (f"（{basis['zh']}）" if basis else "") + (f"，上一年 {past}" if past else ""),
        en=f"{name['en']}: {shown}"
        + (f" ({basis['en']})" if basis else "")
        + (f", a year before {past}" if past else ""),
    )


def _refused(result: Mapping[str, Any]) -> tuple[str, str]:
    zh, en = _PERIODS[result.get("grain", "week")]
    missing = result.get("missing", 0)
    if result["reason"] == "scale_break":
        one = result["scale_break"]
        return (
            f"自 {one['at']} 起数值变为约 {one['ratio']:.3g} 倍，像是换了单位（{one['units'][0]}）；请改正后重新导入",
            f"from {one['at']} on the figures are about {one['ratio']:.3g} times what they were, as if the unit had "
            f"changed ({one['units'][1]}); correct it and import again",
        )
    if result["reason"] == "gaps":
        return (
            f"中间缺 {missing} {zh}的数据，前后不可比；请补导",
            f"{missing} {en} between are missing, so before and after cannot be compared; import them",
        )
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
        beside = result.get("series", {}).get("control") is not None
        way = (
            ("可改看波动更小的指标", "judge by a steadier KPI")
            if beside
            else ("需要未上线的部分作对照", "a part without the scenario is needed beside it")
        )
        return (
            f"现有数据能看出 {now} 以上的变化，再等两年也难看出 {target}，{way[0]}",
            f"a change of {now} would show now; {target} would not in two years more: {way[1]}",
        )
    return (
        f"现有数据能看出 {now} 以上的变化，要看出 {target} 约需再等 {power['more']} {zh}",
        f"a change of {now} would show now; {target} needs about {power['more']} more {en}",
    )
