"""The periods on which an adoption's effect can be told: since the level below stood, until its control adopts too."""

from __future__ import annotations

import numpy as np

from tujing.adoption.models import Adoption
from tujing.adoption.services import comparable_span
from tujing.evaluation.series import Series, cut


def comparable(series: Series, adoption: Adoption) -> Series:
    """Leaves out the periods before an earlier level of the adoption went live, and those after its roll-out."""
    begin, end = comparable_span(adoption)
    kept = np.ones(len(series.weeks), dtype=bool)
    if begin is not None:
        kept &= series.weeks >= np.datetime64(begin, "D")
    if end is not None:
        kept &= series.weeks < np.datetime64(end, "D")
    return series if kept.all() else cut(series, kept)
