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
    _check_units(given, file)
    density = None if given.mass_density is None else given.mass_density * 1e-9
    return Material(given.name, given.young, given.poisson, given.strength, density)


def _check_units(given: OwnMaterial, file: str) -> None:
    """Refuses values that can only be in other units: Pa or GPa for MPa, g/cm³ for kg/m³.

    No solid is stiffer than diamond (1.2e6 MPa) or denser than osmium (22 600 kg/m³); no metal, plastic or timber
    yields at a strain of 0.3, and none is lighter than balsa (foams are: 20 kg/m³).
    """
    wrong = [
        ("young", given.young, given.young > 2e6, "MPa", "206000"),
        ("young", given.young, given.strength is not None and given.strength > 0.3 * given.young, "MPa", "206000"),
        ("mass_density", given.mass_density, given.mass_density is not None and not 15 <= given.mass_density <= 23_000,
         "kg/m³", "7850"),
    ]  # fmt: skip
    for key, value, is_wrong, unit, steel in wrong:
        if is_wrong:
            raise refuse(
                "material_unit",
                f"{key} 的单位是 {unit}（钢为 {steel}），给出的 {value:g} 像是别的单位，请换算。",
                f"{key} is in {unit} ({steel} for steel); {value:g} looks like another unit, so convert it.",
                file=file,
                key=f"material.{key}",
            )
