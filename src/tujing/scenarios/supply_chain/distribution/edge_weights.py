"""The explicit distances of a .vrp text, in any of TSPLIB's forms of a matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.supply_chain.distribution.routing import Floats
from tujing.scenarios.supply_chain.distribution.text_instance import number


def matrix_of(
    path: Path,
    size: int,
    head: Mapping[str, tuple[int, str]],
    sections: Mapping[str, Sequence[tuple[int, list[str]]]],
) -> Floats | None:
    """Returns the matrix (size × size) that the text lists; None when distances follow from coordinates.

    Raises
    ------
    BadInput
        When the form is not known, coordinates are absent or the matrix has not as many numbers as its form needs.
    """
    kind = head.get("EDGE_WEIGHT_TYPE", (0, "EUC_2D"))[1].upper()
    if kind != "EXPLICIT":
        if kind not in ("EUC_2D", "EXACT_2D") or "NODE_COORD" not in sections:
            raise refuse(
                "edge_weight_type",
                f"不支持 EDGE_WEIGHT_TYPE {kind}，或缺少坐标；支持 EUC_2D、EXACT_2D 与 EXPLICIT。",
                f"EDGE_WEIGHT_TYPE {kind} is not known or coordinates are absent; EUC_2D, EXACT_2D, EXPLICIT are.",
                file=path,
            )
        return None
    form = head.get("EDGE_WEIGHT_FORMAT", (0, "FULL_MATRIX"))[1].upper()
    rows = sections.get("EDGE_WEIGHT", [])
    values = np.array([number(text, path, row) for row, fields in rows for text in fields])
    triangle = _triangle(form, size)
    wanted = size * size if form == "FULL_MATRIX" else len(triangle[0]) if triangle is not None else -1
    if wanted < 0:
        zh, en = f"不支持 EDGE_WEIGHT_FORMAT {form}。", f"EDGE_WEIGHT_FORMAT {form} is not known."
        raise refuse("edge_weight_format", zh, en, file=path)
    if len(values) != wanted or (values < 0).any():
        zh = f"EDGE_WEIGHT_FORMAT {form} 应有 {wanted} 个非负数，实际 {len(values)} 个。"
        en = f"EDGE_WEIGHT_FORMAT {form} needs {wanted} numbers of zero or more; there are {len(values)}."
        raise refuse("edge_weights", zh, en, file=path, column="EDGE_WEIGHT_SECTION")
    if triangle is None:
        return np.asarray(values.reshape(size, size))
    matrix = np.zeros((size, size))
    matrix[triangle] = values
    return np.asarray(matrix + matrix.T - np.diag(np.diag(matrix)))


def _triangle(form: str, size: int) -> tuple[np.ndarray, ...] | None:
    """Returns where the numbers of a triangular form go; None for a form that is no triangle.

    Column-wise triangles list the same numbers as the opposite row-wise triangle.
    """
    if form in ("LOWER_ROW", "UPPER_COL"):
        return np.tril_indices(size, -1)
    if form in ("LOWER_DIAG_ROW", "UPPER_DIAG_COL"):
        return np.tril_indices(size)
    if form in ("UPPER_ROW", "LOWER_COL"):
        return np.triu_indices(size, 1)
    if form in ("UPPER_DIAG_ROW", "LOWER_DIAG_COL"):
        return np.triu_indices(size)
    return None
