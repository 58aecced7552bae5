"""Blueprints for tests, from the real map and a plan written by hand: no database, no optimiser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tujing.atlas.loader import atlas
from tujing.blueprint.breakdown import work_of
from tujing.blueprint.build import build
from tujing.blueprint.gaps import gaps
from tujing.blueprint.given import Enterprise, Given, Pain, step_id
from tujing.blueprint.made import Blueprint
from tujing.planning.assumptions import assumptions
from tujing.planning.value import DRIVERS
from tujing.planning.wishes import quarter_end, quarter_start
from tujing.words import Text

START = date(2027, 1, 1)
QUARTERS = 12

LEVEL_TWO = {
    "instrument": {"id": "sme_2024", "version": "1", "title": {"zh": "评测", "en": "Assessment"}},
    "assessor": "self",
    "submitted": "2026-11-30",
    "score": 52.5,
    "level": 2,
    "level_name": {"zh": "规范级", "en": "Standardised"},
    "next_level": {
        "level": 3,
        "name": {"zh": "集成级", "en": "Integrated"},
        "effort": 4.0,
        "score_after": 60.0,
        "changes": [
            {
                "question": "S05",
                "kind": "scenario",
                "label": {"zh": "计划排程", "en": "Planning and scheduling"},
                "before": {"zh": "系统生成主生产计划", "en": "A system makes the master plan"},
                "after": {"zh": "有限产能自动排程", "en": "Finite-capacity schedules by system"},
                "value": "3",
                "points": 0.0,
                "effort": 3.0,
            },
            {
                "question": "B1",
                "kind": "multi",
                "label": {"zh": "网络建设", "en": "Network"},
                "before": {"zh": "车间控制网络", "en": "Shop-floor network"},
                "after": {"zh": "厂区网络全覆盖", "en": "Full site coverage"},
                "value": "full_coverage",
                "points": 2.0,
                "effort": 1.0,
            },
        ],
    },
}
"""What `diagnosis.services.summary` tells of a factory two answers short of level 3."""


def project(scenario: str, level: int, start_quarter: int) -> dict[str, Any]:
    """A chosen step as the plan's document has it."""
    manifest = atlas().manifests[scenario]
    quarters = next(one.quarters for one in manifest.durations if one.level == level)
    cost = next(one for one in manifest.costs if one.level == level and one.size == "small")
    return {
        "scenario": scenario,
        "name": manifest.name.as_dict(),
        "level": level,
        "start": quarter_start(START, start_quarter).isoformat(),
        "end": quarter_end(START, start_quarter + quarters).isoformat(),
        "start_quarter": start_quarter,
        "quarters": quarters,
        "cost": cost.one_off.mode,
        "yearly_cost": cost.yearly.mode,
        "person_days": 30.0,
        "npv": 100_000.0,
        "why": {"zh": "效益高于投入。", "en": "It brings more than it costs."},
    }


def plan(steps: Iterable[tuple[str, int, int]]) -> dict[str, Any]:
    """A plan's document for (scenario, level, first quarter)."""
    projects = [project(*step) for step in steps]
    spent = [0.0] * QUARTERS
    for one in projects:
        for quarter in range(one["start_quarter"], min(one["start_quarter"] + one["quarters"], QUARTERS)):
            spent[quarter] += one["cost"] / one["quarters"]
    return {
        "id": 1,
        "status": "optimal",
        "start": START.isoformat(),
        "quarters": QUARTERS,
        "seed": 0,
        "objective": 1e6,
        "bound": 1e6,
        "gap": 0.0,
        "npv": {"expected": 1e6, "mean": 1e6, "standard_deviation": 2e5, "p10": 7e5, "p50": 1e6, "p90": 1.3e6},
        "risk": {
            "draws": 1000,
            "loss_probability": 0.01,
            "payback_quarters": 7.0,
            "histogram": {"edges": [0.0, 1e6, 2e6], "counts": [500, 500]},
        },
        "investment": sum(one["cost"] for one in projects),
        "freed_cash": 0.0,
        "projects": projects,
        "rejected": [],
        "budget": [
            {
                "quarter": quarter,
                "budget": 300_000.0,
                "spent": spent[quarter],
                "left": 300_000.0 * (quarter + 1) - sum(spent[: quarter + 1]),
                "person_days": 10.0,
                "person_days_at_hand": 160.0,
                "under_way": 1,
                "start": quarter_start(START, quarter).isoformat(),
            }
            for quarter in range(QUARTERS)
        ],
        "cash": [0.0] * QUARTERS,
        "tornado": [{"label": {"zh": "全部费用", "en": "All costs"}, "low": 8e5, "high": 1.2e6}],
        "parameters": {
            "assumptions": assumptions().values(),
            "size": "small",
            "levels": {},
            "baseline": {"annual": dict.fromkeys(DRIVERS, 1e7)},
        },
    }


def given(
    steps: Iterable[tuple[str, int, int]],
    diagnosis: Mapping[str, Any] | None = LEVEL_TWO,
    pains: tuple[Pain, ...] = (),
    rows: Mapping[str, int] | None = None,
) -> Given:
    """What a blueprint rests on; by default every table holds data."""
    document = plan(steps)
    manifests = atlas().manifests
    return Given(
        enterprise=Enterprise(
            name={"zh": "测试工厂", "en": "Test works"},
            size=Text(zh="小型企业", en="Small enterprise"),
            tier=Text(zh="未在梯度培育名单", en="not on the ladder"),
            track=Text(zh="“梯次”转型：重点场景深度改造", en="Stepwise: the most wanted scenarios in depth"),
            step="key_scenarios",
            clause="四（三）",
            focus=Text(zh="从需求最迫切的场景突破。", en="Begin with the scenario wanted most."),
        ),
        plan=document,
        diagnosis=diagnosis,
        pains=pains,
        manifests=manifests,
        runnable=frozenset(name for name, card in atlas().cards.items() if card.runnable),
        work={step_id(one): work_of(one) for one in document["projects"]},
        rows=_all_tables() if rows is None else rows,
    )


def made(known: Given) -> Blueprint:
    model = build(known)
    return Blueprint(known, model, tuple(gaps(model)))


def _all_tables() -> dict[str, int]:
    from tujing.elements.definition import elements

    return dict.fromkeys(elements(), 100)


FEW = (("production/scheduling", 2, 0), ("production/scheduling", 3, 2), ("management/lean_management", 2, 1))
"""Two scenarios, one of them taken up two levels."""
