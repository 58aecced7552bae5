"""A scenario's manifest: what it is, its four lists, what it may bring and cost, and where each figure comes from."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tujing.words import Text

SCHEMA = 1

Wing = Literal["research_design", "production", "service", "management", "supply_chain", "cross_stage"]
"""研发设计 · 生产制造 · 运维服务 · 经营管理 · 供应链管理 · 跨环节协同 (guide, 附件1 一（一）)."""

Status = Literal["found", "recalled", "constructed", "measured"]
SizeClass = Literal["large", "medium", "small", "micro"]
Level = Annotated[int, Field(ge=1, le=4)]

Driver = Literal[
    "revenue",
    "material_cost",
    "labour_cost",
    "energy_cost",
    "maintenance_cost",
    "scrap_cost",
    "logistics_cost",
    "overhead_cost",
    "late_penalty",
    "inventory_value",
    "receivables",
]
"""A column of `financial_baseline` that an effect moves."""

ValueClass = Literal[
    "efficiency",
    "cost",
    "quality",
    "new_product",
    "service_extension",
    "core_growth",
    "partner_enablement",
    "digital_business",
    "green",
]
"""The nine value classes of GB/T 23011-2022."""


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(Entry):
    """Where a figure comes from."""

    source: str = Field(min_length=3)
    status: Status


class Range(Entry):
    """A figure as lowest, likeliest, highest; read as a triangular distribution."""

    low: float
    mode: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.mode <= self.high:
            raise ValueError("low, mode, high are not in order")
        return self


class GuidePassage(Entry):
    """The words of the guide that name this scenario, quoted exactly."""

    clause: str
    """Section of 《制造业企业数字化转型实施指南》, e.g. `三（二）`."""
    passage: str


class DataNeed(Entry):
    """First list, 数据要素: a data element that the scenario reads or writes."""

    element: str
    required: bool = True
    columns: tuple[str, ...] = ()
    """Columns that must be filled, beyond the element's own required ones."""
    filled: float = Field(default=0.9, gt=0, le=1)
    """Share of rows in which `columns` must be filled; lower where a column speaks of some rows only."""
    purpose: Text


class DataElements(Entry):
    reads: tuple[DataNeed, ...]
    writes: tuple[DataNeed, ...]


class KnowledgeModel(Entry):
    """Second list, 知识模型."""

    name: Text
    kind: Literal["mechanism", "data", "rule"]
    """机理 · 数据 · 规则."""
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    validity: Text


class Tool(Entry):
    """Third list, 工具软件."""

    name: Text
    software_class: str
    """CAD, CAE, PLM, APS, MES, QMS, EAM, EMS, ERP, SRM, WMS, TMS, BI …"""
    interface: str
    deployment: Literal["local", "cloud", "either"] = "either"


class Skill(Entry):
    """Fourth list, 人才技能."""

    name: Text
    occupation: str
    """Occupation of the 职业分类大典, with its code where known."""
    level: Literal["junior", "intermediate", "senior"]
    person_days: float = Field(gt=0)
    """Own people's days that bringing the scenario in takes, for a small enterprise."""
    provenance: Provenance | None = None
    """Where the days come from; every shipped manifest says so."""


class Prerequisite(Entry):
    """Another scenario that must have reached `level` before this one can reach `from_level`."""

    scenario: str
    level: Level
    from_level: Level = 2
    reason: Text


class Kpi(Entry):
    """A measure on which the scenario is judged."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Text
    unit: str
    """`1` for a share or a plain number."""
    share: bool = True
    """Of a figure in unit 1: whether it is a share, shown as per cent, or a plain number such as an index."""
    better: Literal["lower", "higher"]
    formula: str
    """In data-element columns."""
    standard: str = ""
    """ISO 22400-2 or SCOR measure, where there is one."""


class Effect(Entry):
    """What reaching a level brings: a relative change of one money driver, compared with the level below."""

    level: Level
    driver: Driver
    kpi: str
    change: Range
    """As a share of the driver; negative lowers it (−0.03 is three per cent less)."""
    provenance: Provenance


class Cost(Entry):
    """One-off and yearly cost of reaching a level, yuan, by size class."""

    level: Level
    size: SizeClass
    one_off: Range
    yearly: Range
    provenance: Provenance


class Duration(Entry):
    level: Level
    quarters: int = Field(ge=1, le=12)
    provenance: Provenance


class Maps(Entry):
    """The same scenario in other frameworks."""

    sme_2024: tuple[str, ...] = ()
    """Scenario ids S01–S16 of the SME 2024 form."""
    cmmm: tuple[str, ...] = ()
    """Sub-domain ids of GB/T 39116-2020."""
    typical_2025: tuple[int, ...] = ()
    """Numbers 1–40 of the 2025 typical scenarios."""
    value_class: tuple[ValueClass, ...] = ()


class Manifest(Entry):
    """A scenario. Its id is its folder's path under `scenarios`, for ever."""

    schema_version: Literal[1]
    id: str = Field(pattern=r"^[a-z_]+/[a-z0-9_]+$")
    version: int = Field(ge=1)
    name: Text
    summary: Text
    wing: Wing
    guide: GuidePassage
    process_type: tuple[Literal["discrete", "process"], ...] = Field(min_length=1)
    industries: tuple[str, ...]
    """GB/T 4754 codes (section letter, division or group); `C` is all manufacturing."""
    pain_points: tuple[Text, ...] = Field(min_length=1)
    ladder: dict[Level, Text]
    """What one would see on the floor at levels 1 to 4."""
    data_elements: DataElements
    knowledge_models: tuple[KnowledgeModel, ...] = Field(min_length=1)
    tools: tuple[Tool, ...] = Field(min_length=1)
    skills: tuple[Skill, ...] = Field(min_length=1)
    prerequisites: tuple[Prerequisite, ...] = ()
    kpis: tuple[Kpi, ...] = Field(min_length=1)
    """The headline first: on it a result must not be worse than today's method."""
    effects: tuple[Effect, ...] = Field(min_length=1)
    costs: tuple[Cost, ...] = Field(min_length=1)
    durations: tuple[Duration, ...] = Field(min_length=1)
    risks: tuple[Text, ...] = ()
    standards: tuple[str, ...] = ()
    maps: Maps = Maps()
    maintainers: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.id.startswith(f"{self.wing}/"):
            raise ValueError(f"id {self.id} does not begin with its wing {self.wing}")
        if sorted(self.ladder) != [1, 2, 3, 4]:
            raise ValueError("ladder must tell levels 1, 2, 3 and 4")
        kpis = {kpi.id for kpi in self.kpis}
        for effect in self.effects:
            if effect.kpi not in kpis:
                raise ValueError(f"effect names kpi {effect.kpi}, which is not among kpis")
        return self
