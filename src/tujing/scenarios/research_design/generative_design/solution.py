"""Generative design: where a part needs material, and what past designs say about the next one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import pyarrow as pa
from pydantic import AliasChoices, Field

from tujing.problems import check_model, refuse
from tujing.runtime.contract import Budget, Data, Format, Outcome, Parameters, Progress, Solution
from tujing.scenarios.research_design.generative_design import from_tables
from tujing.scenarios.research_design.generative_design.cases import Cases
from tujing.scenarios.research_design.generative_design.goal import goal_of
from tujing.scenarios.research_design.generative_design.laying import build
from tujing.scenarios.research_design.generative_design.part import Filter
from tujing.scenarios.research_design.generative_design.part_file import PartFile, load_built_in
from tujing.scenarios.research_design.generative_design.proposal import propose
from tujing.scenarios.research_design.generative_design.study_outcome import simulated_study
from tujing.scenarios.research_design.generative_design.surrogate import Goal
from tujing.scenarios.research_design.generative_design.table_outcome import predict_table
from tujing.scenarios.research_design.generative_design.text_formats import (
    NumericCsv,
    PartInput,
    PartYaml,
    TableInput,
)
from tujing.scenarios.research_design.generative_design.topology_outcome import design_part

GRAVITY = 9.81
SHOCK = 5.0
"""Times gravity; assumed for transport and emergency stops where no load is given."""
USUAL_MASS = 16.5
"""kg, of the motor that the arm carries when the products say nothing."""
STUDY_LIMITS = "stress<=120,deflection<=0.1"
"""A third of the yield of Q355 steel, and 0.1 mm of movement, so that the drive stays aligned."""
PLANE_STEPS, SPACE_STEPS = 2000, 200
ALIASES = {"mbb_half": "mbb"}


def _described(zh: str, en: str, help_zh: str = "", help_en: str = "", unit: str = "") -> Any:
    extra: dict[str, Any] = {"label": {"zh": zh, "en": en}}
    if help_zh:
        extra["help"] = {"zh": help_zh, "en": help_en}
    if unit:
        extra["unit"] = unit
    return extra


Count = Annotated[int, Field(ge=2, le=100_000)]


class GenerativeDesignParameters(Parameters):
    """A part and how to fill it, or what to learn and look for; what is not given comes from the input."""

    case: str | None = Field(
        None,
        validation_alias=AliasChoices("case", "problem"),
        json_schema_extra=_described(
            "内置零件",
            "Built-in part",
            "mbb、cantilever、l_bracket、motor_bracket 等",
            "mbb, cantilever, l_bracket, motor_bracket …",
        ),
    )
    nelx: Count | None = Field(None, json_schema_extra=_described("x 向单元数", "Elements along x"))
    nely: Count | None = Field(None, json_schema_extra=_described("y 向单元数", "Elements along y"))
    nelz: Count | None = Field(None, json_schema_extra=_described("z 向单元数", "Elements along z"))
    volume: float | None = Field(
        None,
        validation_alias=AliasChoices("volume", "volume_fraction"),
        json_schema_extra=_described(
            "体积分数", "Volume fraction", "可用材料占设计空间的份额", "Share of the box that may be filled"
        ),
    )
    penalty: float | None = Field(None, ge=1, le=6, json_schema_extra=_described("惩罚指数", "Penalty exponent"))
    filter: Filter | None = Field(None, json_schema_extra=_described("过滤方式", "Filter"))
    radius: float | None = Field(
        None,
        ge=1,
        le=50,
        validation_alias=AliasChoices("radius", "filter_radius"),
        json_schema_extra=_described("过滤半径", "Filter radius", "以单元计", "In elements"),
    )
    projection: bool | None = Field(
        None,
        json_schema_extra=_described(
            "投影为黑白",
            "Project to solid and void",
            "保证最小构件尺寸",
            "Keeps members at least as thick as the filter",
        ),
    )
    minimum_size: float | None = Field(
        None, gt=0, json_schema_extra=_described("最小构件尺寸", "Minimum member size", unit="mm")
    )
    iterations: int | None = Field(None, ge=1, le=10_000, json_schema_extra=_described("步数上限", "Limit of steps"))
    target: str | None = Field(
        None, json_schema_extra=_described("目标列", "Target column", "默认最后一列", "By default the last")
    )
    objective: str | None = Field(
        None, json_schema_extra=_described("优化目标", "Objective", "要改善的结果", "The result to improve")
    )
    maximise: bool = Field(False, json_schema_extra=_described("目标越大越好", "Larger is better"))
    limits: str | None = Field(
        None,
        max_length=500,
        json_schema_extra=_described(
            "限制", "Limits", "如 stress<=160,deflection<=0.2", "For example stress<=160,deflection<=0.2"
        ),
    )
    force: float | None = Field(None, gt=0, le=1e6, json_schema_extra=_described("端部载荷", "End load", unit="N"))
    runs: int = Field(40, ge=24, le=400, json_schema_extra=_described("取样仿真次数", "Runs to sample"))


OVERRIDES = ("volume", "penalty", "filter", "radius", "projection", "minimum_size")


class GenerativeDesign(Solution):
    """Optimises the topology of a part, or learns from designs and proposes the next."""

    Parameters: ClassVar[type[Parameters]] = GenerativeDesignParameters
    formats: ClassVar[tuple[Format, ...]] = (PartYaml(), NumericCsv())
    input_optional: ClassVar[bool] = True

    def _run(self, data: Data, parameters: GenerativeDesignParameters, budget: Budget, progress: Progress) -> Outcome:
        from threadpoolctl import threadpool_limits

        if isinstance(data.instance, TableInput):
            # Loaded first: a limit does not reach a thread pool that is loaded under it.
            import sklearn.ensemble  # noqa: F401

        # The matrices are small and many, and so are the trees: threads cost more than they bring, many times over
        # where another program wants the cores.
        with threadpool_limits(1):
            if isinstance(data.instance, PartInput) or parameters.case is not None:
                return _topology(data.instance, parameters, budget, progress)
            if isinstance(data.instance, TableInput):
                learning = from_tables.from_table(data.instance, parameters.target)
                return predict_table(learning, budget.seed, budget, progress)
            if from_tables.ELEMENT in data.tables:
                learning = from_tables.from_elements(data.tables)
                goal, chosen = goal_of(learning.cases, parameters.objective, parameters.maximise, parameters.limits)
                return propose(learning, goal, chosen, budget.seed, progress)
            return _study(data.tables, parameters, budget, progress)


def _topology(given: Any, parameters: GenerativeDesignParameters, budget: Budget, progress: Progress) -> Outcome:
    if isinstance(given, PartInput):
        content, file = given.content, given.file
    elif given is not None:
        raise refuse(
            "two_tasks",
            "给了数据表又给了 case：请只留一样。",
            "Both a table and case are given; keep one.",
            file="parameters",
            key="case",
        )
    else:
        assert parameters.case is not None
        content, file = load_built_in(ALIASES.get(parameters.case, parameters.case)), "parameters"
    part = build(_overridden(content, parameters, file), file)
    steps = parameters.iterations or (PLANE_STEPS if part.dimension == 2 else SPACE_STEPS)
    return design_part(part, file, steps, budget, progress)


def _overridden(content: PartFile, parameters: GenerativeDesignParameters, file: str) -> PartFile:
    changes = {name: getattr(parameters, name) for name in OVERRIDES if getattr(parameters, name) is not None}
    given = (parameters.nelx, parameters.nely, parameters.nelz)
    if given[2] is not None and len(content.mesh) == 2:
        raise refuse("axis_in_plane", "平面零件没有 nelz。", "A plane part has no nelz.", file="parameters", key="nelz")
    mesh = [own if new is None else new for own, new in zip(content.mesh, given, strict=False)]
    merged = {**content.model_dump(exclude_none=True), **changes, "mesh": mesh}
    return check_model(PartFile, merged, file)


def _study(
    tables: Mapping[str, pa.Table], parameters: GenerativeDesignParameters, budget: Budget, progress: Progress
) -> Outcome:
    force = parameters.force or _heaviest(tables) * GRAVITY * SHOCK

    def goal_for(cases: Cases) -> Goal:
        return goal_of(cases, parameters.objective, parameters.maximise, parameters.limits or STUDY_LIMITS)[0]

    return simulated_study(force, parameters.runs, goal_for, budget.seed, budget, progress)


def _heaviest(tables: Mapping[str, pa.Table]) -> float:
    """Returns the mass of the heaviest finished product, kg."""
    product = tables.get("product")
    if product is None or "mass" not in product.column_names:
        return USUAL_MASS
    rows = product.select(["kind", "mass"]).to_pylist()
    return max((row["mass"] for row in rows if row["kind"] == "finished" and row["mass"]), default=USUAL_MASS)
