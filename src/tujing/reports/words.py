"""Figures and codes in the report's language: money, percentages, dates, quarters, names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from tujing.atlas.labels import labels
from tujing.atlas.loader import atlas
from tujing.words import Text, pick

WORDS: dict[str, Text] = {
    "none": Text(zh="—", en="—"),
    "optimal": Text(zh="已证最优", en="proven optimal"),
    "feasible": Text(zh="可行（未证最优）", en="feasible, not proven optimal"),
    "done": Text(zh="已完成", en="done"),
    "infeasible": Text(zh="无可行解", en="no solution"),
    "failed": Text(zh="失败", en="failed"),
    "data_ready": Text(zh="数据就绪", en="Data ready"),
    "run_green": Text(zh="在本企业数据上跑通", en="Runs on our data"),
    "output_present": Text(zh="结果已进入数据空间", en="Results in the data space"),
    "beats_today": Text(zh="优于现行做法", en="Better than today's method"),
    "element_quality": Text(zh="数据持续达标", en="Data keep their quality"),
    "kpi_target": Text(zh="指标达到目标", en="KPI at target"),
    "all_of": Text(zh="各项检查同时通过", en="All of several checks"),
    "candidate": Text(zh="候选", en="candidate"),
    "planned": Text(zh="已规划", en="planned"),
    "implementing": Text(zh="实施中", en="under way"),
    "in_use": Text(zh="已投用", en="in use"),
    "evaluated": Text(zh="已评估", en="evaluated"),
    "stopped": Text(zh="已停止", en="stopped"),
    "self": Text(zh="企业自评", en="self-assessment"),
    "third_party": Text(zh="第三方评测", en="third-party assessment"),
    "better": Text(zh="有改善", en="better"),
    "worse": Text(zh="变差", en="worse"),
    "cannot_tell": Text(zh="尚不能判断", en="cannot be told yet"),
    "difference_in_differences": Text(zh="双重差分", en="difference in differences"),
    "comparative_interrupted_time_series": Text(zh="带对照的间断时间序列", en="interrupted time series with a control"),
    "synthetic_control": Text(zh="合成控制", en="synthetic control"),
    "interrupted_time_series": Text(zh="间断时间序列（无对照）", en="interrupted time series, no control"),
    "structural_time_series": Text(zh="结构时间序列（无对照）", en="structural time series, no control"),
    "before_after": Text(zh="前后对比（无对照）", en="before/after, no control"),
    "found": Text(zh="有出处", en="found in a source"),
    "recalled": Text(zh="凭通行认识，待核实", en="recalled, to be checked"),
    "constructed": Text(zh="构造估计", en="constructed estimate"),
    "measured": Text(zh="实测", en="measured"),
    "large": Text(zh="大型", en="large"),
    "medium": Text(zh="中型", en="medium"),
    "small": Text(zh="小型", en="small"),
    "micro": Text(zh="微型", en="micro"),
    "revenue": Text(zh="营业收入", en="revenue"),
    "material_cost": Text(zh="材料成本", en="material cost"),
    "labour_cost": Text(zh="人工成本", en="labour cost"),
    "energy_cost": Text(zh="能源成本", en="energy cost"),
    "maintenance_cost": Text(zh="维修成本", en="maintenance cost"),
    "scrap_cost": Text(zh="报废成本", en="scrap cost"),
    "logistics_cost": Text(zh="物流成本", en="logistics cost"),
    "overhead_cost": Text(zh="其他制造与期间费用", en="other overhead"),
    "late_penalty": Text(zh="逾期罚款", en="late-delivery penalties"),
    "inventory_value": Text(zh="库存占用", en="inventory"),
    "receivables": Text(zh="应收账款", en="receivables"),
}
UNITS: dict[str, Text] = {
    "min": Text(zh="分钟", en="min"),
    "h": Text(zh="小时", en="h"),
    "s": Text(zh="秒", en="s"),
    "d": Text(zh="天", en="days"),
    "CNY": Text(zh="元", en="CNY"),
}
NUMBER = "number"
"""In place of unit 1 for a figure that is no share."""
MISSING = "—"


def label(code: Any, language: str) -> str:
    """Returns the wording of a code; one that nobody worded stays."""
    known = WORDS.get(str(code)) or labels().values.get(str(code))
    return known[language] if known else str(code)


def name(words: Any, language: str) -> str:
    """Returns a text of two languages, or a plain one, in the report's language."""
    return pick(words, language) if isinstance(words, (Text, Mapping)) else str(words)


def scenario(identity: str, language: str) -> str:
    known = atlas().manifests.get(identity)
    return known.name[language] if known else identity


def kpi(scenario_id: str, identity: str, language: str) -> str:
    known = atlas().manifests.get(scenario_id)
    return next((one.name[language] for one in (known.kpis if known else ()) if one.id == identity), identity)


def sentence(told: Any, language: str) -> str:
    """A sentence with true minus signs, at which no line is broken."""
    return re.sub(r"(?<![\w-])-(?=\d)", "−", name(told, language))


def money(yuan: float | None, language: str) -> str:
    """123.4 万元, 1.23 亿元; CNY 1,234,000."""
    if yuan is None:
        return MISSING
    if language == "en":
        return f"CNY {yuan:,.0f}".replace("CNY -", "−CNY ")
    words = f"{yuan / 1e8:,.2f} 亿元" if abs(yuan) >= 1e8 else f"{yuan / 1e4:,.1f} 万元"
    return words.replace("-", "−")


def amount(yuan: float | None, language: str) -> str:
    """Money in a table whose head names the unit: 万元, or yuan."""
    if yuan is None:
        return MISSING
    value = round(yuan) if language == "en" else round(yuan / 1e4, 1)
    return (f"{value + 0.0:,.0f}" if language == "en" else f"{value + 0.0:,.1f}").replace("-", "−")  # no minus nought


def money_unit(language: str) -> str:
    return "CNY" if language == "en" else "万元"


def money_scale(language: str) -> float:
    """Yuan in one unit of a picture's axis: 万元, or thousand yuan."""
    return 1e3 if language == "en" else 1e4


def percent(share: float | None, digits: int = 0, signed: bool = False) -> str:
    if share is None:
        return MISSING
    return f"{share:{'+' if signed else ''}.{digits}%}".replace("-", "−")


def shown_unit(scenario: str, identity: str, unit: str) -> str:
    """Returns the unit in which a report gives a KPI: `NUMBER` where a figure of unit 1 is no share."""
    known = atlas().manifests.get(scenario)
    plain = {kpi.id for kpi in known.kpis if not kpi.share} if known else set()
    return NUMBER if unit == "1" and identity in plain else unit


def figure(value: Any, unit: str, language: str) -> str:
    """A KPI's value with its unit; a pure share as a percentage."""
    if value is None:
        return MISSING
    if unit == "1":
        return percent(float(value), 1)
    number = f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:,.2f}"
    known = UNITS.get(unit)
    name = "" if unit == NUMBER else known[language] if known else unit
    return f"{number} {name}".strip().replace("-", "−")


def day(value: Any) -> str:
    """A date or date-time, as an object or as ISO text, to the day."""
    return str(value)[:10] if value else MISSING


def quarter(start: date, language: str) -> str:
    number = (start.month - 1) // 3 + 1
    return f"Q{number} {start.year}" if language == "en" else f"{start.year} 年 {number} 季度"


def short_quarter(start: date) -> str:
    return f"{start.year % 100:02d} Q{(start.month - 1) // 3 + 1}"


def scope(where: Mapping[str, Any] | None, language: str) -> str:
    families = ", ".join(str(one) for one in (where or {}).get("families", ()))
    if not families:
        return "whole factory" if language == "en" else "全厂"
    return f"pilot: family {families}" if language == "en" else f"试点：产品族 {families}"


def one_language(source: str, language: str) -> str:
    """A source written as `中文 · English`: the part in the report's language."""
    chinese, dot, english = source.partition(" · ")
    return (english if language == "en" else chinese) if dot else source
