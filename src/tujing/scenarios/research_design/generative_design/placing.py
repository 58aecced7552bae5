"""Finds nodes and elements by their place, and what is wrong with a structure before it is solved."""

from __future__ import annotations

from typing import Any

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.research_design.generative_design.part import Mask, Part
from tujing.scenarios.research_design.generative_design.stiffness import Array, Index, node_positions


def nodes_in(shape: tuple[int, ...], span: Array, file: str, key: str) -> Index:
    """Returns the nodes of a box whose corners, in elements, are first moved to the nearest nodes.

    Raises
    ------
    BadInput
        When the box lies outside the part.
    """
    low, high = np.rint(span.min(axis=0)), np.rint(span.max(axis=0))
    if (high < 0).any() or (low > np.array(shape)).any():
        raise refuse(
            "outside",
            "这个位置在零件之外，请检查坐标（与 size 同单位，单位 mm；没有 size 时为 0–1 的比例）。",
            "This place lies outside the part; check the coordinates (mm as in size; without size, shares 0–1).",
            file=file,
            key=key,
        )
    at = node_positions(shape)
    return np.flatnonzero(((at >= low) & (at <= high)).all(axis=1))


def region(
    shape: tuple[int, ...], scale: Array, box: Array | None = None, cylinder: tuple[int, Array, float] | None = None
) -> Mask:
    """Returns the elements whose centres lie in a box, or in a cylinder (axis, centre across it, radius)."""
    axes = [(np.arange(count) + 0.5) * step for count, step in zip(shape, scale, strict=True)]
    centres = np.meshgrid(*axes, indexing="ij")
    inside: Mask
    if box is not None:
        inside = np.ones(shape, dtype=bool)
        for axis, centre in enumerate(centres):
            inside &= (centre >= box[:, axis].min()) & (centre <= box[:, axis].max())
        return inside
    assert cylinder is not None
    along, middle, radius = cylinder
    across = [centre for axis, centre in enumerate(centres) if axis != along or len(shape) == 2]
    inside = np.hypot(across[0] - middle[0], across[1] - middle[1]) <= radius
    return inside


def check_held(shape: tuple[int, ...], free: Array, file: str) -> None:
    """Checks that no rigid motion is left.

    Raises
    ------
    BadInput
        When there is no support, or the part could still slide or turn; names the motion.
    """
    if free.min() > 0:
        raise refuse(
            "no_support",
            "没有支座：请在 supports 里写明哪里被固定。",
            "There is no support; say in supports where the part is held.",
            file=file,
            key="supports",
        )
    modes, names = _rigid_motions(node_positions(shape))
    held = modes[(free == 0).ravel()]
    # The 6 × 6 (3 × 3) normal matrix, since a support may have thousands of nodes.
    sizes, directions = np.linalg.eigh(held.T @ held)
    if sizes[0] <= 1e-12 * max(1.0, sizes[-1]):
        loose = names[int(np.abs(directions[:, 0]).argmax())]
        raise refuse(
            "not_held",
            f"支座不够：零件仍可{loose[0]}，方程无解；请再固定一个方向。",
            f"The supports do not hold the part: it can still {loose[1]}; hold one more direction.",
            file=file,
            key="supports",
        )


def _rigid_motions(at: Array) -> tuple[Array, list[tuple[str, str]]]:
    """Returns (dofs, motions) the rigid motions about the middle, and their names."""
    count, dimension = at.shape
    about = (at - at.mean(axis=0)) / max(1.0, float(np.ptp(at, axis=0).max()))
    motions = [np.tile(np.eye(dimension)[axis], (count, 1)) for axis in range(dimension)]
    letters = "xyz"[:dimension]
    names = [(f"沿 {letter} 平移", f"slide along {letter}") for letter in letters]
    for first, second, axis in [(0, 1, "z")] if dimension == 2 else [(0, 1, "z"), (1, 2, "x"), (2, 0, "y")]:
        turn = np.zeros((count, dimension))
        turn[:, first], turn[:, second] = -about[:, second], about[:, first]
        motions.append(turn)
        names.append((f"绕 {axis} 转动", f"turn about {axis}"))
    return np.stack([motion.ravel() for motion in motions], axis=1), names


def check_joined(part: Part, file: str) -> None:
    """Checks that every load can reach supports that hold it, not cut off by void regions.

    Raises
    ------
    BadInput
        When a force acts on nothing, or on a piece without enough supports.
    """
    from scipy.ndimage import label

    pieces, _ = label(~part.void)
    free = part.free.reshape(-1, part.dimension)
    at = node_positions(part.shape)
    for number, case in enumerate(part.cases):
        force = case.force.reshape(-1, part.dimension)
        loaded = np.flatnonzero(np.abs(force * free).max(axis=1) > 0)
        for piece in np.unique(_pieces_at(pieces, at[loaded])):
            nodes = nodes_of(pieces == piece) if piece else np.zeros(len(at), dtype=bool)
            held = _rigid_motions(at)[0][((free == 0) & nodes[:, None]).ravel()]
            if not piece or not len(held) or np.linalg.matrix_rank(held, tol=1e-9) < held.shape[1]:
                raise refuse(
                    "cut_off",
                    f"载荷“{case.name.zh}”作用在与支座断开的一块上，结构无法承载；请检查 regions 与载荷位置。",
                    f"The load “{case.name.en}” acts on a piece cut off from its supports, so nothing can "
                    "carry it; check regions and where the force acts.",
                    file=file,
                    key=f"load_cases.{number}",
                )


def _pieces_at(pieces: Any, at: Array) -> Any:
    """Returns, for each node, the highest piece number among the elements around it; 0: none."""
    found = np.zeros(len(at), dtype=int)
    padded = np.pad(pieces, 1)
    for corner in np.ndindex((2,) * at.shape[1]):
        found = np.maximum(found, padded[tuple((at.astype(int) + corner).T)])
    return found


def nodes_of(inside: Mask) -> Mask:
    """Returns a flat mask of the nodes of the elements inside."""
    nodes = np.zeros([count + 1 for count in inside.shape], dtype=bool)
    for corner in np.ndindex((2,) * inside.ndim):
        nodes[tuple(slice(step, step + count) for step, count in zip(corner, inside.shape, strict=True))] |= inside
    return nodes.ravel()
