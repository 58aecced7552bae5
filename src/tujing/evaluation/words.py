"""An evaluation in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tujing.words import Text

_METHODS = {
    "difference_in_differences": ("双重差分", "difference in differences"),
    "before_after": ("前后对比（无对照）", "before/after without a control"),
}
_REASONS = {
    "too_few_before": ("上线前数据不足 8 周", "there are fewer than 8 weeks before go-live"),
    "too_few_after": ("上线后数据不足 6 周", "there are fewer than 6 weeks after go-live"),
}


def sentence(verdict: str, method: str, result: Mapping[str, Any]) -> Text:
    """Says what the data show of one measure, or why they cannot tell."""
    name = result["name"]
    if "effect" not in result:
        reason = _REASONS[result["reason"]]
        return Text(
            zh=f"{name['zh']}：暂不能判断，{reason[0]}。", en=f"{name['en']}: it cannot be told yet; {reason[1]}."
        )
    effect = result["effect"]
    way = _METHODS[method]
    change = f"{effect['relative']:+.1%}"
    low, high = ("—" if effect[end] is None else f"{effect[end]:+.1%}" for end in ("low", "high"))
    judged = {
        "better": ("有改善", "better"),
        "worse": ("变差", "worse"),
        "cannot_tell": ("尚看不出变化", "no change can be told"),
    }[verdict]
    return Text(
        zh=f"{name['zh']}：{judged[0]}，{change}（95% 区间 {low} 至 {high}，{way[0]}）。",
        en=f"{name['en']}: {judged[1]}, {change} (95 % interval {low} to {high}, {way[1]}).",
    )
