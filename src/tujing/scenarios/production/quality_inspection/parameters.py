"""What a person may set; everything has a default that suits most data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from tujing.runtime.contract import Parameters
from tujing.scenarios.production.quality_inspection.spc.charts import Kind
from tujing.scenarios.production.quality_inspection.spc.series import Series

Task = Literal["auto", "spc", "gauge", "defects", "images"]


def _words(zh: str, en: str, help_zh: str, help_en: str, unit: str = "") -> dict[str, Any]:
    words: dict[str, Any] = {"label": {"zh": zh, "en": en}, "help": {"zh": help_zh, "en": help_en}}
    return words | ({"unit": unit} if unit else {})


class QualityParameters(Parameters):
    """What to do with the input, and how."""

    task: Task = Field(
        default="auto",
        json_schema_extra=_words(
            "任务",
            "Task",
            "默认由数据判断：控制图、量具研究、缺陷预测或图像检测。",
            "By default told from the data: control charts, gauge study, defect prediction or pictures.",
        ),
    )
    chart: Kind | None = Field(
        default=None,
        json_schema_extra=_words("控制图", "Chart", "默认按数据自动选择。", "By default chosen to suit the data."),
    )
    column: str | None = Field(
        default=None,
        json_schema_extra=_words("测量列", "Measured column", "默认自动识别。", "By default found by its contents."),
    )
    revise: bool | None = Field(
        default=None,
        json_schema_extra=_words(
            "剔除后重定限",
            "Revised limits",
            "定限样本中越限的剔除后再判异；默认检验记录是、单个表格否。",
            "Judge by the limits without trial samples beyond them; by default for inspections, not for a plain table.",
        ),
    )
    trial_samples: int | None = Field(
        default=None,
        ge=2,
        json_schema_extra=_words(
            "定限样本数",
            "Trial samples",
            "每条控制图用最早的多少个子组定限；默认前四分之一（25 至 100 个）。",
            "How many of the first subgroups set the limits; by default a quarter, 25 to 100.",
        ),
    )
    alert_rules: list[int] = Field(
        default=[1],
        json_schema_extra=_words(
            "预警准则",
            "Alerting rules",
            "触发预警的 Nelson 准则（1–8）；移动平均总在旁边看小偏移。",
            "Nelson rules (1–8) that alert; a moving average always watches for small shifts beside them.",
        ),
    )
    shift: float | None = Field(
        default=None,
        gt=0,
        le=10,
        json_schema_extra=_words(
            "要发现的偏移",
            "Shift to find",
            "小于 1.5 时改用 EWMA 或 CUSUM。",
            "Under 1.5 an EWMA or CUSUM chart is used.",
            "σ",
        ),
    )
    lower_limit: float | None = Field(
        default=None, json_schema_extra=_words("规格下限", "Lower limit", "用于能力指数。", "For capability.")
    )
    upper_limit: float | None = Field(
        default=None, json_schema_extra=_words("规格上限", "Upper limit", "用于能力指数。", "For capability.")
    )
    target_value: float | None = Field(
        default=None,
        json_schema_extra=_words("目标值", "Target value", "EWMA、CUSUM 的中心。", "The centre of EWMA and CUSUM."),
    )
    confidence: float = Field(
        default=0.95,
        gt=0.5,
        lt=1,
        json_schema_extra=_words("置信水平", "Confidence", "能力指数区间的。", "Of the intervals of capability.", "1"),
    )
    ewma_weight: float = Field(
        default=0.2,
        gt=0,
        le=1,
        json_schema_extra=_words("EWMA 权重", "EWMA weight", "越小越平滑。", "Less is smoother."),
    )
    cusum_slack: float = Field(
        default=0.5,
        gt=0,
        le=3,
        json_schema_extra=_words(
            "CUSUM 容差 k", "CUSUM slack k", "要发现的偏移的一半。", "Half the shift to find.", "σ"
        ),
    )
    target: str | None = Field(
        default=None,
        json_schema_extra=_words(
            "标签列",
            "Label column",
            "缺陷预测的结果列；明显时自动识别，多列独热编码用逗号分开。",
            "The outcome to predict; found when it is plain; several one-hot columns parted by commas.",
        ),
    )
    cost_miss: float | None = Field(
        default=None,
        gt=0,
        json_schema_extra=_words(
            "漏检一件的损失",
            "Cost of a miss",
            "与误报损失一起定阈值；都不给时让两类错误率之和最小。",
            "Sets the threshold together with the cost of a false alarm; with neither, balanced error is least.",
        ),
    )
    cost_false_alarm: float | None = Field(
        default=None,
        gt=0,
        json_schema_extra=_words(
            "误报一件的损失", "Cost of a false alarm", "单位与漏检相同。", "In the unit of a miss."
        ),
    )
    training: Literal["auto", "good_only", "labelled"] = Field(
        default="auto",
        json_schema_extra=_words(
            "图像训练方式",
            "Training on pictures",
            "只用良品，或也用标注的缺陷；默认有缺陷图就用。",
            "On good pictures only, or on labelled defects too; by default on those where there are any.",
        ),
    )
    resolution: int = Field(
        default=565,
        ge=32,
        le=2048,
        json_schema_extra=_words(
            "图像工作边长",
            "Working width of pictures",
            "长边缩到这么多像素再分析；越大越慢、越细。",
            "The longer side is brought to this; more is slower and finer.",
            "px",
        ),
    )

    def specified(self, series: Series) -> Series:
        """Returns the series with the specification that the parameters give."""
        return replace(
            series,
            lower=series.lower if self.lower_limit is None else self.lower_limit,
            upper=series.upper if self.upper_limit is None else self.upper_limit,
            target=series.target if self.target_value is None else self.target_value,
        )

    def chart_settings(self) -> dict[str, float]:
        return {"weight": self.ewma_weight, "slack": self.cusum_slack}
