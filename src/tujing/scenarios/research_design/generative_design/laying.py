"""Lays a part file on its grid, and refuses what cannot be designed."""

from __future__ import annotations

from typing import Any

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.research_design.generative_design.materials import material
from tujing.scenarios.research_design.generative_design.part import LoadCase, Mask, Part
from tujing.scenarios.research_design.generative_design.part_file import AXES, Case, PartFile
from tujing.scenarios.research_design.generative_design.placing import (
    check_held,
    check_joined,
    nodes_in,
    nodes_of,
    region,
)
from tujing.words import Text

MEMORY_LIMIT_MB = 4096
MULTIGRID_BYTES, BAND_BYTES = 6_000, 40
"""Measured peak of a run: per element, and per entry of the band with its factor and indices."""


def build(content: PartFile, file: str) -> Part:
    """Lays a part on its grid.

    Raises
    ------
    BadInput
        When nothing holds it, nothing loads it, it could move freely, the volume cannot be met, or it is too large.
    """
    shape, dimension = tuple(content.mesh), len(content.mesh)
    size, cell = _size(content, file)
    _check_memory(shape, file)
    _check_dimension(content, dimension, file)
    if not 0 < content.volume < 1:
        raise refuse(
            "volume_range",
            f"体积分数 {content.volume:g} 应在 0 与 1 之间，例如 0.4。",
            f"The volume fraction {content.volume:g} should lie between 0 and 1, for example 0.4.",
            file=file,
            key="volume",
        )
    scale = np.array(size) / np.array(shape)
    free = np.ones((int(np.prod([count + 1 for count in shape])), dimension))
    for number, support in enumerate(content.supports):
        nodes = nodes_in(shape, np.array(support.at) / scale, file, f"supports.{number}.at")
        for axis in support.hold:
            free[nodes, AXES.index(axis)] = 0
    check_held(shape, free, file)
    solid, void = _regions(content, shape, scale, file)
    there = nodes_of(~void)
    cases = tuple(_case(one, number, shape, scale, free, there, file) for number, one in enumerate(content.load_cases))
    if not cases:
        raise refuse(
            "no_load",
            "没有载荷：请在 load_cases 里至少给出一个力。",
            "There is no load; give at least one force in load_cases.",
            file=file,
            key="load_cases",
        )
    _check_volume(content.volume, solid, void, file)
    _check_minimum_size(content.minimum_size, shape, cell, file)
    part = Part(
        name=content.name or Text(zh=content.part or "零件", en=content.part or "Part"),
        shape=shape,
        cell=cell,
        thickness=content.thickness if dimension == 2 else 1.0,
        material=material(content.material, file),
        volume=content.volume,
        free=free.ravel(),
        cases=cases,
        solid=solid,
        void=void,
        symmetry=tuple(AXES.index(axis) for axis in content.symmetry),
        penalty=content.penalty,
        filter=content.filter,
        # Measured: half of it, as the theory of a sharp projection has it, leaves up to 40 % of the material thinner.
        radius=content.radius if content.minimum_size is None else content.minimum_size / cell,
        minimum_size=content.minimum_size,
        projection=content.projection or content.minimum_size is not None,
    )
    check_joined(part, file)
    return part


def _size(content: PartFile, file: str) -> tuple[list[float], float]:
    """Returns the box in the units of the coordinates (mm; without `size`, shares of the box) and an element's edge."""
    if content.size is None:
        return [1.0] * len(content.mesh), 1.0
    if len(content.size) != len(content.mesh):
        raise refuse(
            "size_and_mesh",
            "size 与 mesh 的维数不同，请都写两个数（平面）或三个数（空间）。",
            "size and mesh differ in length; give two numbers each for a plane part, three for one in space.",
            file=file,
            key="size",
        )
    edges = [length / count for length, count in zip(content.size, content.mesh, strict=True)]
    if max(edges) > 1.001 * min(edges):
        better = [max(2, round(length / min(edges))) for length in content.size]
        raise refuse(
            "not_square",
            f"单元边长不等（{', '.join(f'{edge:g}' for edge in edges)} mm）；请把 mesh 改为 {better}，或改 size。",
            f"The elements' edges differ ({', '.join(f'{edge:g}' for edge in edges)} mm); "
            f"make mesh {better}, or change size.",
            file=file,
            key="mesh",
        )
    return list(content.size), edges[0]


def memory_mb(shape: tuple[int, ...]) -> float:
    """Returns about how much memory a run on this grid takes."""
    elements = float(np.prod([float(count) for count in shape]))
    if len(shape) == 2:
        band = 2 * elements * (2 * min(shape) + 6)
        return min(band * BAND_BYTES, elements * MULTIGRID_BYTES / 3) / 2**20
    return elements * MULTIGRID_BYTES / 2**20


def _check_memory(shape: tuple[int, ...], file: str) -> None:
    needed = memory_mb(shape)
    if needed > MEMORY_LIMIT_MB:
        words = " × ".join(str(count) for count in shape)
        raise refuse(
            "mesh_too_large",
            f"网格 {words} 约需 {needed:,.0f} MB 内存，上限 {MEMORY_LIMIT_MB:,} MB；请减小网格。",
            f"A mesh of {words} needs about {needed:,.0f} MB of memory, and the limit is {MEMORY_LIMIT_MB:,} MB; "
            "make it coarser.",
            file=file,
            key="mesh",
        )


def _check_dimension(content: PartFile, dimension: int, file: str) -> None:
    named = [axis for support in content.supports for axis in support.hold] + list(content.symmetry)
    if any(AXES.index(axis) >= dimension for axis in named):
        raise refuse(
            "axis_in_plane",
            "平面零件没有 z 方向，请从 hold 或 symmetry 中去掉 z。",
            "A plane part has no z; remove it from hold or symmetry.",
            file=file,
            key="supports",
        )
    points = [("supports", point) for support in content.supports for point in support.at]
    points += [("load_cases", p) for case in content.load_cases for one in case.forces for p in (*one.at, one.force)]
    points += [("regions", point) for area in content.regions for point in area.box or []]
    for key, point in points:
        if len(point) != dimension:
            raise refuse(
                "point_length",
                f"{point} 应有 {dimension} 个数，与 mesh 一致。",
                f"{point} should hold {dimension} numbers, as mesh does.",
                file=file,
                key=key,
            )


def _regions(content: PartFile, shape: tuple[int, ...], scale: Any, file: str) -> tuple[Mask, Mask]:
    solid, void = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for number, area in enumerate(content.regions):
        key = f"regions.{number}"
        if (area.box is None) == (area.cylinder is None):
            raise refuse(
                "one_shape",
                "每个区域给出 box 或 cylinder 之一。",
                "Each region is either a box or a cylinder.",
                file=file,
                key=key,
            )
        if area.box is not None:
            inside = region(shape, scale, box=np.array(area.box))
        else:
            cylinder = area.cylinder
            assert cylinder is not None
            if len(cylinder.centre) != 2:
                raise refuse(
                    "point_length",
                    "cylinder.centre 应有两个数：垂直于轴的两个坐标。",
                    "cylinder.centre holds two numbers, the coordinates across its axis.",
                    file=file,
                    key=key,
                )
            axis = AXES.index(cylinder.axis)
            inside = region(shape, scale, cylinder=(axis, np.array(cylinder.centre), cylinder.radius))
        target, other = (solid, void) if area.kind == "solid" else (void, solid)
        target |= inside
        other &= ~inside
    return solid, void


def _case(case: Case, number: int, shape: tuple[int, ...], scale: Any, free: Any, there: Mask, file: str) -> LoadCase:
    """Spreads each force evenly over the nodes of its box that touch material."""
    force = np.zeros_like(free)
    for place, one in enumerate(case.forces):
        nodes = nodes_in(shape, np.array(one.at) / scale, file, f"load_cases.{number}.forces.{place}.at")
        nodes = nodes[there[nodes]]
        force[nodes] += np.array(one.force) / max(1, len(nodes))
    if not np.abs(force * free).max() > 0:
        raise refuse(
            "no_load",
            f"载荷工况“{case.name.zh}”不起作用：力为零，或只作用在空区、被固定的节点上。",
            f"The load case “{case.name.en}” does nothing: its force is zero, or acts in a void or on held nodes only.",
            file=file,
            key=f"load_cases.{number}",
        )
    return LoadCase(case.name, force.ravel(), case.weight)


def _check_minimum_size(minimum: float | None, shape: tuple[int, ...], cell: float, file: str) -> None:
    smallest, largest = 2 * cell, cell * min(shape) / 2
    if minimum is not None and not smallest <= minimum <= largest:
        raise refuse(
            "minimum_size",
            f"最小构件尺寸 {minimum:g} 应在 {smallest:.3g}（两个单元）与 {largest:.3g}（最短边的一半）之间；"
            "请改尺寸或加密网格。",
            f"The minimum size {minimum:g} should lie between {smallest:.3g} (two elements) and {largest:.3g} (half of "
            "the shortest side); change it, or refine the mesh.",
            file=file,
            key="minimum_size",
        )


def _check_volume(volume: float, solid: Mask, void: Mask, file: str) -> None:
    least, most = float(solid.mean()), 1 - float(void.mean())
    if not least < volume < most or (solid | void).all():
        raise refuse(
            "volume_range",
            f"体积分数 {volume:g} 无法满足：固定实体占 {least:.3g}，空区以外共 {most:.3g}；请取两者之间。",
            f"The volume fraction {volume:g} cannot be met: solid regions take {least:.3g}, and {most:.3g} lie outside "
            "void regions; choose between them.",
            file=file,
            key="volume",
        )
