"""Quality inspection: is the process in control, which piece will be bad and why, and where a surface is damaged."""

from __future__ import annotations

from typing import ClassVar

from tujing.runtime.contract import Budget, Data, Format, Outcome, Parameters, Progress, Solution
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
        progress.report(0.02)
        if isinstance(data.instance, Pictures):
            return picture_outcome(data.instance, parameters, budget, progress)
        if isinstance(data.instance, Sheets):
            return _from_sheets(data.instance, parameters, budget, progress)
        return inspection_outcome(data.tables, parameters, progress)


def _from_sheets(sheets: Sheets, parameters: QualityParameters, budget: Budget, progress: Progress) -> Outcome:
    sheet = next(iter(sheets.tables.values()))
    if parameters.task == "gauge" or (parameters.task == "auto" and is_gauge(sheet)):
        return gauge_outcome(sheet, parameters, progress)
    return sheet_outcome(sheet, parameters, progress)
