"""The materials that a part file may name; `parts/materials.yaml` says where their values come from."""

from __future__ import annotations

from functools import cache

from tujing.problems import check_model, read_yaml, refuse
from tujing.scenarios.research_design.generative_design.part import Material
from tujing.scenarios.research_design.generative_design.part_file import FOLDER, OwnMaterial
from tujing.words import Text


@cache
def _materials() -> dict[str, OwnMaterial]:
    content = read_yaml(FOLDER / "materials.yaml")
    return {name: check_model(OwnMaterial, one, "materials.yaml") for name, one in content.items()}


def material(given: str | OwnMaterial | None, file: str) -> Material:
    if given is None:
        return Material(Text(zh="单位材料", en="Unit material"))
    if isinstance(given, str):
        if given not in _materials():
            known = sorted(_materials())
            raise refuse(
                "unknown_material",
                f"没有材料 {given[:40]}；可用：{'、'.join(known)}，或写出 young、poisson 与 strength。",
                f"There is no material {given[:40]!r}; there are: {', '.join(known)}, "
                "or give young, poisson and strength.",
                file=file,
                key="material",
            )
        given = _materials()[given]
    density = None if given.mass_density is None else given.mass_density * 1e-9
    return Material(given.name, given.young, given.poisson, given.strength, density)
