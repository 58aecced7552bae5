"""Where a plan's money comes from and when it goes: own funds, loan and repayment, subsidies by rule. Pure, yuan."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from tujing.atlas.manifest import Provenance, SizeClass, Wing
from tujing.planning.candidates import Candidate
from tujing.planning.optimise import Choice, Limits, Loan, Model, Subsidy
from tujing.planning.problem import Floats
from tujing.problems import check_model, read_yaml, refuse
from tujing.words import Text

FILE = Path(__file__).parent / "funding.yaml"


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SubsidyRule(Entry):
    """A policy: a share of eligible one-off cost up to a cap, for the sizes, wings, options and levels named."""

    label: Text
    share: Annotated[float, Field(gt=0, le=1)]
    cap: Annotated[float, Field(gt=0)]
    """Yuan for one enterprise."""
    lag: Annotated[int, Field(ge=0, le=12)]
    """Quarters from a step's end to the money."""
    sizes: tuple[SizeClass, ...]
    wings: tuple[Wing, ...] = ()
    """Empty: all."""
    options: tuple[str, ...] = ()
    from_level: Annotated[int, Field(ge=1, le=4)] = 1
    provenance: Provenance


class LoanTerms(Entry):
    label: Text
    rate: Annotated[float, Field(ge=0, lt=1)]
    quarters: Annotated[int, Field(ge=1, le=40)]
    provenance: Provenance


class Funding(Entry):
    subsidies: dict[str, SubsidyRule]
    loan: LoanTerms


@cache
def funding() -> Funding:
    """Reads the rules shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return read_funding(FILE)


def read_funding(file: Path) -> Funding:
    """Reads and checks a file of rules."""
    return check_model(Funding, read_yaml(file), file)


def loan_of(amount: float | None, rate: float | None = None, quarters: int | None = None) -> Loan | None:
    """Returns the loan on the usual terms where none are given; None without an amount.

    Raises
    ------
    BadInput
        When the amount, the rate or the term makes no sense.
    """
    if not amount:
        return None
    terms = funding().loan
    rate, quarters = terms.rate if rate is None else rate, terms.quarters if quarters is None else quarters
    if not np.isfinite(amount) or amount < 1000:
        raise refuse(
            "bad_loan",
            f"贷款额度 {amount:g} 元不足一千元。单位是元，请改正。",
            f"A loan of {amount:g} yuan is under a thousand. The unit is yuan; correct it.",
            key="loan",
            value=f"{amount:g}",
        )
    if not 0 <= rate < 1 or not 1 <= quarters <= 40:
        raise refuse(
            "bad_loan_terms",
            "贷款年利率应在 0 到 1 之间（4.35% 写作 0.0435），期限为 1 到 40 个季度，请改正。",
            "The loan's yearly rate lies between 0 and 1 (4.35 per cent is 0.0435), its term from 1 to 40 quarters.",
            key="loan",
        )
    return Loan(amount, rate, quarters)


def subsidy_of(name: str, candidates: list[Candidate], wings: dict[str, str], size: SizeClass) -> Subsidy:
    """Returns a rule applied to the candidates; `wings`: scenario → wing.

    Raises
    ------
    BadInput
        When there is no such rule, or it is not for an enterprise of this size.
    """
    rules = funding().subsidies
    if name not in rules:
        raise refuse(
            "unknown_subsidy",
            f"没有名为 {name} 的补贴规则，可用的有：{'、'.join(rules)}。",
            f"There is no subsidy rule {name}; there are: {', '.join(rules)}.",
            key="subsidy",
            value=name,
        )
    rule = rules[name]
    if size not in rule.sizes:
        raise refuse(
            "subsidy_not_for_size",
            f"“{rule.label.zh}”不适用于本企业的规模，请去掉这一项。",
            f"{rule.label.en} is not for an enterprise of this size; leave it out.",
            key="subsidy",
            value=name,
        )
    eligible = {
        one.key: one.one_off.mean
        for one in candidates
        if (not rule.wings or wings[one.scenario] in rule.wings)
        and (not rule.options or one.option in rule.options)
        and one.level >= rule.from_level
    }
    return Subsidy(name, rule.share, rule.cap, rule.lag, eligible)


def received(choice: Choice, model: Model, rule: Subsidy) -> Floats:
    """Returns the yuan of a subsidy that come in each quarter of the plan."""
    quarters = model.limits.quarters
    earned = np.zeros(quarters)
    for step, start in choice.starts.items():
        paid = start + model.steps[step].quarters - 1 + rule.lag
        if paid < quarters:
            earned[paid] += rule.share * rule.eligible.get(step, 0.0)
    return np.diff(np.minimum(np.cumsum(earned), rule.cap), prepend=0.0)


def by_quarter(choice: Choice, model: Model, limits: Limits) -> list[dict[str, float]]:
    """Returns for each quarter the money coming in, spent and left over, and own people's days used and at hand."""
    quarters = limits.quarters
    spent, fees, days, under_way, repaid = (np.zeros(quarters) for _ in range(5))
    drawn = np.array(choice.loan) if choice.loan else np.zeros(quarters)
    for name, start in choice.starts.items():
        step = model.steps[name]
        span, live = slice(start, start + step.quarters), slice(start + step.quarters, quarters)
        spent[span] += step.spend
        fees[live] += step.fee
        days[span] += step.person_days
        under_way[span] += step.project
    if limits.loan:
        for when, amount in enumerate(drawn):
            back = [limits.loan.repaid(after) for after in range(quarters - when + 1)]
            repaid[when:] += amount * np.diff(back, prepend=0.0)[: quarters - when]
    subsidies = sum((received(choice, model, rule) for rule in limits.subsidies), np.zeros(quarters))
    left = np.cumsum(np.array(limits.budget) + drawn + subsidies - spent - fees - repaid)
    return [
        {
            "quarter": quarter,
            "budget": limits.budget[quarter],
            "loan": float(drawn[quarter]),
            "subsidy": float(subsidies[quarter]),
            "spent": float(spent[quarter]),
            "fees": float(fees[quarter]),
            "repaid": float(repaid[quarter]),
            "left": float(left[quarter]),
            "person_days": float(days[quarter]),
            "person_days_at_hand": limits.person_days[quarter],
            "under_way": int(under_way[quarter]),
        }
        for quarter in range(quarters)
    ]


def sources_of(choice: Choice, model: Model, limits: Limits) -> dict[str, dict[str, float]]:
    """Returns for each step the yuan of its one-off cost by source; a capped subsidy and the loan are shared in
    proportion.
    """
    cost = {name: model.steps[name].spend * model.steps[name].quarters for name in choice.starts}
    sources: dict[str, dict[str, float]] = {name: {} for name in cost}
    rest = dict(cost)
    for rule in limits.subsidies:
        eligible = {name: rule.eligible.get(name, 0.0) for name in cost}
        total = sum(eligible.values())
        paid = float(received(choice, model, rule).sum())
        for name, amount in eligible.items():
            if total and amount:
                part = min(paid * amount / total, rest[name])
                sources[name][rule.id] = part
                rest[name] -= part
    left = sum(rest.values())
    borrowed = min(sum(choice.loan), left)
    for name, amount in rest.items():
        part = borrowed * amount / left if left else 0.0
        if part:
            sources[name]["loan"] = part
        sources[name]["own"] = amount - part
    return sources


def funding_document(choice: Choice, model: Model, limits: Limits) -> dict[str, Any]:
    """Returns the plan's money by source, with what the loan costs."""
    loan = limits.loan
    borrowed = float(sum(choice.loan))
    document: dict[str, Any] = {
        "own": float(sum(limits.budget)),
        "subsidies": [
            {
                "id": rule.id,
                "label": funding().subsidies[rule.id].label.as_dict() if rule.id in funding().subsidies else None,
                "received": float(received(choice, model, rule).sum()),
                "cap": rule.cap,
                "share": rule.share,
            }
            for rule in limits.subsidies
        ],
        "finance_npv": choice.finance,
        "loan": None,
    }
    if loan:
        interest = borrowed * (loan.repaid(loan.quarters) - 1)
        document["loan"] = {
            "drawn": borrowed,
            "most": loan.amount,
            "rate": loan.rate,
            "quarters": loan.quarters,
            "interest": interest,
            "owed_after_plan": float(
                sum(
                    amount * (loan.repaid(loan.quarters) - loan.repaid(limits.quarters - 1 - when))
                    for when, amount in enumerate(choice.loan)
                )
            ),
        }
    return document
