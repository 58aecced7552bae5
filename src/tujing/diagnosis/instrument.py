"""An instrument: a maturity questionnaire with its scoring rule, as data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.problems import BadInput, Problem, check_model, read_yaml, refuse
from tujing.words import Text

INSTRUMENTS = Path(__file__).parent / "instruments"

Trend = Literal["up", "flat", "down"]
Points = Annotated[float, Field(ge=0)]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(Entry):
    """Where an item comes from; `source` is a key of the instrument's `sources`, or names the maker."""

    source: str = Field(min_length=3)
    status: Literal["found", "recalled", "constructed", "measured"]


class Option(Entry):
    """One possible answer. Its id never changes within a version."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Text
    points: Points
    exclusive: bool = False
    """In a multiple choice: cannot stand beside another option ("none of these")."""
    up_to: float | None = None
    """For an indicator with a `ratio`: the band's upper limit, inclusive; the last band has none."""
    trend: Trend | None = None
    """For an indicator about a change: which way it went."""


class Number(Entry):
    """A raw number that the form asks for behind the answer."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Text
    unit: str


class Ratio(Entry):
    numerator: str
    denominator: str


class Change(Entry):
    now: str
    before: str


class Indicator(Entry):
    """One scored question."""

    id: str
    part: str
    group: Text
    label: Text
    question: Text
    kind: Literal["single", "multi"]
    points: Points
    options: tuple[Option, ...] = Field(min_length=2)
    numbers: tuple[Number, ...] = ()
    ratio: Ratio | None = None
    change: Change | None = None
    note: Text | None = None
    provenance: Provenance

    @cached_property
    def option_by_id(self) -> dict[str, Option]:
        return {option.id: option for option in self.options}

    def band(self, ratio: float) -> Option:
        """Returns the option whose band holds a ratio (0.4 is 40 %)."""
        return next(option for option in self.options if option.up_to is None or ratio <= option.up_to)

    def trended(self, trend: Trend) -> Option:
        """Returns the option of a change that went this way."""
        return next(option for option in self.options if option.trend == trend)


class Part(Entry):
    id: str
    label: Text
    points: Points


class ScenarioGroup(Entry):
    id: str
    label: Text


class Scenario(Entry):
    """A graded scenario: level 0 (none) to the highest of `levels`."""

    id: str
    group: str
    mandatory: bool
    """约束性 (★); the others are 指导性."""
    label: Text
    levels: dict[int, Text]
    """What one would see at each level, in our words."""


class LevelTest(Entry):
    """What a level asks: a score, so many scenarios at that level or above, and so many of these mandatory."""

    level: int = Field(ge=1)
    name: Text
    score: Points
    scenarios: int = Field(ge=0)
    mandatory: int = Field(ge=0)


class LevelRule(Entry):
    """The highest level whose three tests are all met is the overall level."""

    none: Text
    provenance: Provenance
    levels: tuple[LevelTest, ...] = Field(min_length=1)


class FlatWithin(Entry):
    value: float = Field(ge=0, lt=1)
    provenance: Provenance


class Instrument(Entry):
    """A questionnaire. The file's name is its id, for ever; a new edition is a new file."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str
    title: Text
    document: str
    valid_from: date
    valid_to: date | None
    wording: Text
    """Whose words the labels are."""
    sources: dict[str, str]
    total: Points
    parts: tuple[Part, ...] = Field(min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    flat_within: FlatWithin
    scenario_groups: tuple[ScenarioGroup, ...]
    scenario_provenance: Provenance
    no_level: Text
    scenarios: tuple[Scenario, ...]
    level_rule: LevelRule

    @cached_property
    def indicator_by_id(self) -> dict[str, Indicator]:
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def scenario_by_id(self) -> dict[str, Scenario]:
        return {scenario.id: scenario for scenario in self.scenarios}

    def question_ids(self) -> tuple[str, ...]:
        """Returns the ids of everything to be answered: indicators, then scenarios."""
        return (*self.indicator_by_id, *self.scenario_by_id)

    def label(self, question: str) -> Text:
        found: Indicator | Scenario = self.indicator_by_id.get(question) or self.scenario_by_id[question]
        return found.label

    def level_name(self, level: int) -> Text:
        return next((test.name for test in self.level_rule.levels if test.level == level), self.level_rule.none)


def milli(points: float) -> int:
    """Points as whole thousandths, so that sums and thresholds are exact (1.875 is 1875)."""
    return round(points * 1000)


def read_instrument(path: Path) -> Instrument:
    """Reads and checks an instrument.

    Raises
    ------
    BadInput
        When the file breaks the schema, or its points do not add up; names every key at fault.
    """
    instrument = check_model(Instrument, read_yaml(path), path)
    problems = [
        Problem(code, Text(zh=zh, en=en), file=str(path), key=key)
        for code, key, zh, en in _faults(instrument, path.stem)
    ]
    if problems:
        raise BadInput(problems)
    return instrument


@cache
def instruments(folder: Path = INSTRUMENTS) -> dict[str, Instrument]:
    """Returns every instrument by id."""
    return {path.stem: read_instrument(path) for path in sorted(folder.glob("*.yaml"))}


def instrument(id: str) -> Instrument:
    """Returns one instrument.

    Raises
    ------
    BadInput
        When there is none of that id.
    """
    known = instruments()
    if id not in known:
        raise refuse(
            "unknown_instrument",
            f"没有名为 {id} 的评测指标，可用的有：{'、'.join(known)}。",
            f"There is no instrument {id}; there are: {', '.join(known)}.",
            value=id,
        )
    return known[id]


Fault = tuple[str, str, str, str]
"""Code, key, sentence zh, sentence en."""


def _faults(instrument: Instrument, stem: str) -> Iterator[Fault]:
    if instrument.id != stem:
        yield (
            "name_differs",
            "id",
            f"id {instrument.id} 与文件名 {stem} 不一致，请改成一致。",
            f"The id {instrument.id} differs from the file name {stem}; make them equal.",
        )
    yield from _repeated(instrument)
    yield from _unknown_names(instrument)
    for indicator in instrument.indicators:
        yield from _indicator_faults(indicator)
    yield from _wrong_sums(instrument)
    yield from _rule_faults(instrument)


def _repeated(instrument: Instrument) -> Iterator[Fault]:
    ids = [*(one.id for one in instrument.indicators), *(one.id for one in instrument.scenarios)]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield "repeated_id", id, f"编号 {id} 出现了两次，请改为唯一。", f"The id {id} appears twice; make it unique."


def _unknown_names(instrument: Instrument) -> Iterator[Fault]:
    parts = {part.id for part in instrument.parts}
    groups = {group.id for group in instrument.scenario_groups}
    named = [(f"indicators.{one.id}.part", one.part, parts) for one in instrument.indicators]
    named += [(f"scenarios.{one.id}.group", one.group, groups) for one in instrument.scenarios]
    sources = {*instrument.sources, "Tujing"}
    named += [(f"indicators.{one.id}.provenance", one.provenance.source, sources) for one in instrument.indicators]
    named += [("level_rule.provenance", instrument.level_rule.provenance.source, sources)]
    named += [("scenario_provenance", instrument.scenario_provenance.source, sources)]
    for key, name, known in named:
        if name not in known:
            yield (
                "unknown_name",
                key,
                f"{name} 没有定义，可用的有：{'、'.join(sorted(known))}。",
                f"{name} is not defined; there are: {', '.join(sorted(known))}.",
            )


def _indicator_faults(indicator: Indicator) -> Iterator[Fault]:
    key = f"indicators.{indicator.id}.options"
    if len(indicator.option_by_id) < len(indicator.options):
        yield "repeated_id", key, "选项编号有重复，请改为唯一。", "An option id appears twice; make it unique."
    points = [option.points for option in indicator.options]
    if any(abs(value * 1000 - milli(value)) > 1e-9 for value in points):
        yield (
            "too_fine_points",
            key,
            "分值最多三位小数，请改正。",
            "Points have at most three decimals; correct them.",
        )
    if any(option.exclusive and option.points for option in indicator.options):
        yield (
            "exclusive_with_points",
            key,
            "“以上均无”一类的选项不能有分，请改为 0。",
            "An exclusive option says that there is nothing: it has no points.",
        )
    if indicator.kind == "single" and points != sorted(points):
        yield (
            "options_out_of_order",
            key,
            "单选项须按分值从低到高排列，请调整次序。",
            "The options of a single choice go from fewest points to most; reorder them.",
        )
    numbers = {number.id for number in indicator.numbers}
    asked = [*(indicator.ratio or Ratio(numerator="", denominator="")).model_dump().values()] if indicator.ratio else []
    asked += [*indicator.change.model_dump().values()] if indicator.change else []
    for name in asked:
        if name not in numbers:
            yield (
                "unknown_number",
                f"indicators.{indicator.id}.numbers",
                f"用到的原始数 {name} 没有定义。",
                f"The raw number {name} is used but not defined.",
            )
    if indicator.ratio and [option.up_to is None for option in indicator.options] != [
        *[False] * (len(indicator.options) - 1),
        True,
    ]:
        yield (
            "open_band",
            key,
            "比例指标除最后一档外都要写 up_to。",
            "Each option of a ratio needs up_to, save the last.",
        )
    if indicator.change and {option.trend for option in indicator.options} != {"up", "flat", "down"}:
        yield (
            "missing_trend",
            key,
            "变化指标的选项要分别写明 trend：up、flat、down。",
            "The options of a change need trend: up, flat and down.",
        )


def _wrong_sums(instrument: Instrument) -> Iterator[Fault]:
    for indicator in instrument.indicators:
        points = [option.points for option in indicator.options]
        reach = max(points) if indicator.kind == "single" else sum(points)
        yield from _sum_fault(f"indicators.{indicator.id}.points", indicator.points, reach)
    for part in instrument.parts:
        inside = sum(one.points for one in instrument.indicators if one.part == part.id)
        yield from _sum_fault(f"parts.{part.id}.points", part.points, inside)
    yield from _sum_fault("total", instrument.total, sum(part.points for part in instrument.parts))


def _sum_fault(key: str, declared: float, found: float) -> Iterator[Fault]:
    if milli(declared) != milli(found):
        yield (
            "points_do_not_add_up",
            key,
            f"声明 {declared:g} 分，各项合计 {found:g} 分，两者须相等。",
            f"{declared:g} points are declared, the items come to {found:g}; they must be equal.",
        )


def _rule_faults(instrument: Instrument) -> Iterator[Fault]:
    tests = instrument.level_rule.levels
    if [test.level for test in tests] != list(range(1, len(tests) + 1)):
        yield (
            "levels_out_of_order",
            "level_rule.levels",
            "等级须从 1 起依次排列。",
            "Levels must run 1, 2, 3 … in order.",
        )
    for lower, upper in pairwise(tests):
        if upper.score < lower.score or upper.scenarios < lower.scenarios or upper.mandatory < lower.mandatory:
            yield (
                "levels_not_rising",
                f"level_rule.levels.{upper.level}",
                "高一级的要求不能低于前一级。",
                "A level may not ask for less than the one below.",
            )
    highest = list(range(1, len(tests) + 1))
    for scenario in instrument.scenarios:
        if sorted(scenario.levels) != highest:
            yield (
                "missing_scenario_level",
                f"scenarios.{scenario.id}.levels",
                f"须写明 1 至 {len(tests)} 级。",
                f"Tell levels 1 to {len(tests)}.",
            )
    mandatory = sum(scenario.mandatory for scenario in instrument.scenarios)
    for test in tests:
        beyond = test.score > instrument.total or test.mandatory > mandatory
        if beyond or test.scenarios > len(instrument.scenarios):
            yield (
                "level_out_of_reach",
                f"level_rule.levels.{test.level}",
                "这一级的要求超出满分或场景总数，永远达不到。",
                "This level asks for more than the full points or all scenarios; nobody could reach it.",
            )
