"""Reads a part from a YAML or JSON file. The keys are described in README.md."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.problems import check_model, read_yaml, refuse
from tujing.scenarios.research_design.generative_design.part import Filter
from tujing.words import Text

FOLDER = Path(__file__).parent / "parts"
AXES = ("x", "y", "z")

Axis = Literal["x", "y", "z"]
Size = Annotated[float, Field(gt=0, le=1e5)]
Coordinate = Annotated[float, Field(ge=-1e5, le=1e5)]
Span = Annotated[list[list[Coordinate]], Field(min_length=2, max_length=2)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Support(Strict):
    at: Span
    hold: Annotated[list[Axis], Field(min_length=1)]


class Force(Strict):
    at: Span
    force: list[Annotated[float, Field(ge=-1e9, le=1e9)]]


class Case(Strict):
    name: Text
    forces: Annotated[list[Force], Field(min_length=1)]
    weight: Annotated[float, Field(gt=0, le=1e6)] = 1.0


class Cylinder(Strict):
    centre: list[Coordinate]
    radius: Size
    axis: Axis = "z"


class Region(Strict):
    kind: Literal["solid", "void"]
    box: Span | None = None
    cylinder: Cylinder | None = None


class OwnMaterial(Strict):
    name: Text = Text(zh="自定材料", en="Own material")
    young: Annotated[float, Field(gt=0)]
    poisson: Annotated[float, Field(ge=0, lt=0.49)] = 0.3
    strength: Annotated[float, Field(gt=0)] | None = None
    mass_density: Annotated[float, Field(gt=0)] | None = None
    source: str = ""
    status: str = ""


class PartFile(Strict):
    """The keys of a part file."""

    part: str
    mesh: Annotated[list[Annotated[int, Field(ge=2, le=100_000)]], Field(min_length=2, max_length=3)]
    supports: list[Support]
    load_cases: list[Case]
    name: Text | None = None
    size: Annotated[list[Size], Field(min_length=2, max_length=3)] | None = None
    thickness: Size = 1.0
    material: OwnMaterial | str | None = None
    volume: float = 0.4
    penalty: Annotated[float, Field(ge=1, le=6)] = 3.0
    filter: Filter = "density"
    radius: Annotated[float, Field(ge=1, le=50)] = 1.5
    minimum_size: Size | None = None
    projection: bool = False
    symmetry: list[Axis] = []
    regions: list[Region] = []


@cache
def built_in() -> tuple[str, ...]:
    """Returns the names of the parts that come with the scenario."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "materials"))


def read_part_file(path: Path) -> PartFile:
    """Reads a part file.

    Raises
    ------
    BadInput
        When it is no YAML or JSON, or a key is unknown, missing or out of range.
    """
    content = read_yaml(path)  # JSON is YAML
    if not isinstance(content, Mapping):
        raise refuse(
            "not_a_part",
            "零件文件应是“键: 值”的 YAML 或 JSON，见 README。",
            "A part file is YAML or JSON of keys and values; see the README.",
            file=path,
        )
    return check_model(PartFile, content, path.name)


def load_built_in(name: str) -> PartFile:
    """Returns a built-in part.

    Raises
    ------
    BadInput
        When there is none of that name; names those there are.
    """
    if name not in built_in():
        raise refuse(
            "unknown_part",
            f"没有名为 {name[:40]} 的内置零件；可用：{'、'.join(built_in())}。",
            f"There is no built-in part {name[:40]!r}; there are: {', '.join(built_in())}.",
            file="parameters",
            key="case",
        )
    return read_part_file(FOLDER / f"{name}.yaml")
