"""Quality inspection: is the process in control, which piece will be bad and why, and where a surface is damaged."""

from __future__ import annotations

from typing import ClassVar

from tujing.problems import refuse
from tujing.runtime.contract import Budget, Data, Format, Outcome, Parameters, Progress, Solution
from tujing.scenarios.production.quality_inspection.defects.columns import is_labelled
from tujing.scenarios.production.quality_inspection.defects.outcome import defect_outcome
from tujing.scenarios.production.quality_inspection.images.folder import PictureFolder, Pictures
from tujing.scenarios.production.quality_inspection.images.outcome import picture_outcome
from tujing.scenarios.production.quality_inspection.parameters import QualityParameters
from tujing.scenarios.production.quality_inspection.sheets import PlainTable, Sheets
from tujing.scenarios.production.quality_inspection.spc.from_sheet import is_gauge
from tujing.scenarios.production.quality_inspection.spc.outcome import (
    gauge_outcome,
    inspection_outcome,
    sheet_outcome,
)


class QualityInspection(Solution):
    """Control charts, gauge studies, defect prediction and picture inspection, by what the input is."""

    Parameters: ClassVar[type[Parameters]] = QualityParameters
    formats: ClassVar[tuple[Format, ...]] = (PictureFolder(), PlainTable())

    def _run(self, data: Data, parameters: QualityParameters, budget: Budget, progress: Progress) -> Outcome:
        # Small data: threads of one fit wait for each other more than they work, above all on a busy machine.
        from threadpoolctl import threadpool_limits

        progress.report(0.02)
        with threadpool_limits(1):
            return _outcome(data, parameters, budget, progress)


def _outcome(data: Data, parameters: QualityParameters, budget: Budget, progress: Progress) -> Outcome:
    if isinstance(data.instance, Pictures):
        return picture_outcome(data.instance, parameters, budget, progress)
    if isinstance(data.instance, Sheets):
        return _from_sheets(data.instance, parameters, budget, progress)
    return inspection_outcome(data.tables, parameters, progress)


def _from_sheets(sheets: Sheets, parameters: QualityParameters, budget: Budget, progress: Progress) -> Outcome:
    sheet = next(iter(sheets.tables.values()))
    task = parameters.task
    if task == "auto":
        apart = len(sheets.tables) > 1 or parameters.target is not None
        task = "gauge" if is_gauge(sheet) else "defects" if apart or is_labelled(sheet) else "spc"
    if task == "images":
        raise refuse(
            "not_pictures",
            "图像检测的输入应是图片文件夹，不是表格。",
            "The task images needs a folder of pictures, not a table.",
            file="parameters",
            key="task",
        )
    if task == "defects":
        return defect_outcome(sheets, parameters, budget, progress)
    if len(sheets.tables) > 1:
        raise refuse(
            "one_table",
            "控制图与量具研究一次只读一个表。",
            "A control chart or gauge study reads one table at a time.",
            key=", ".join(sheets.tables),
        )
    return gauge_outcome(sheet, parameters, progress) if task == "gauge" else sheet_outcome(sheet, parameters, progress)
