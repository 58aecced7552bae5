"""An enterprise's own figures in the place of the shipped ones: assumptions, factors of options, rules of risks.

One YAML file names only what differs:

    assumptions: {discount_rate: 0.08, effect_correlation: 0.3}
    options: {subscribe: {lock_in: 0.4, moves: [{of: licence, to: subscription, yearly: 0.30}]}}
    kinds: {desk: {one_off: {licence: 0.5, hardware: 0.0, integration: 0.28, people: 0.12, training: 0.10}}}
    risks: {integration: {probability: {least: 0.05}}, too_large: false}

What is given counts as the enterprise's word: its source says so, unless it brings one of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tujing.planning.assumptions import Assumptions, assumptions
from tujing.planning.options import OptionFigures, option_figures, overlaid, with_own
from tujing.planning.risk_rules import RiskRules, risk_rules
from tujing.problems import check_model, read_yaml, refuse

SOURCE = "本企业给定 · given by the enterprise"
SECTIONS = ("assumptions", "options", "kinds", "risks")


@dataclass(frozen=True)
class PlanFigures:
    """The figures that a plan is worked out with; those shipped by default."""

    assumptions: Assumptions = field(default_factory=assumptions)
    options: OptionFigures = field(default_factory=option_figures)
    risks: RiskRules = field(default_factory=risk_rules)
    own: Mapping[str, Any] = field(default_factory=dict)
    """What the enterprise gave, as it gave it: kept with the plan."""


def read_own(file: Path) -> PlanFigures:
    """Reads a file of own figures.

    Raises
    ------
    BadInput
        When it is no such file or a figure makes no sense; names file and key.
    """
    return plan_figures(read_yaml(file), file)


def plan_figures(own: Any, file: Path | str = "own figures") -> PlanFigures:
    """Returns the shipped figures with the enterprise's own in their place; refuses as `read_own` does."""
    own = {} if own is None else own
    _check_shape(own, file)
    options = {section: own[section] for section in ("options", "kinds") if section in own}
    return PlanFigures(
        assumptions=_assumptions(own.get("assumptions", {}), file),
        options=with_own(_with_source(options), file) if options else option_figures(),
        risks=_risks(own.get("risks", {}), file),
        own=own,
    )


def _check_shape(own: Any, file: Path | str) -> None:
    if not isinstance(own, Mapping) or any(not isinstance(part, Mapping) for part in own.values()):
        raise refuse(
            "bad_own_figures",
            f"文件应按 {'、'.join(SECTIONS)} 分节，每节是“名称: 数值”，请改正。",
            f"The file has the sections {', '.join(SECTIONS)}, each of them `name: value`; correct it.",
            file=file,
        )
    for section in own:
        if section not in SECTIONS:
            raise refuse(
                "unknown_section",
                f"没有“{section}”这一节；可用的有 {'、'.join(SECTIONS)}。",
                f"There is no section {section}; there are {', '.join(SECTIONS)}.",
                file=file,
                key=str(section),
            )


def _assumptions(own: Mapping[str, Any], file: Path | str) -> Assumptions:
    merged = assumptions().model_dump(mode="json")
    for name, value in own.items():
        if name not in merged:
            raise refuse(
                "unknown_assumption",
                f"没有“{name}”这项假设；可用的有 {'、'.join(merged)}。",
                f"There is no assumption {name}; there are {', '.join(merged)}.",
                file=file,
                key=f"assumptions.{name}",
            )
        shipped = merged[name]["value"]
        if isinstance(shipped, Mapping) and isinstance(value, Mapping):
            value = {**shipped, **value}
        merged[name] = {**merged[name], "value": value, "source": SOURCE, "status": "constructed"}
    return check_model(Assumptions, merged, file)


def _with_source(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        section: {
            name: {"source": SOURCE, **entry} if isinstance(entry, Mapping) else entry for name, entry in part.items()
        }
        for section, part in options.items()
    }


def _risks(own: Mapping[str, Any], file: Path | str) -> RiskRules:
    """Returns the rules with changed ones in their place, those set to false left out, and new ones at the end."""
    shipped = {rule.id: rule.model_dump(mode="json", exclude_defaults=True) for rule in risk_rules().rules}
    rules: dict[str, Any] = {name: rule for name, rule in shipped.items() if own.get(name) is not False}
    for name, change in own.items():
        if isinstance(change, Mapping):
            rules[name] = overlaid(shipped.get(name, {}), {"id": name, "source": SOURCE, **change})
        elif change is not False:
            raise refuse(
                "bad_own_risk",
                f"风险规则“{name}”应写成要改的项，或写 false 去掉它。",
                f"Risk rule {name} is either what to change in it, or false to leave it out.",
                file=file,
                key=f"risks.{name}",
            )
    return check_model(RiskRules, {"rules": list(rules.values())}, file)
