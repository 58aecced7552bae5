"""Network resilience: what losing a supply node costs, which nodes are critical, and the cheapest backups."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from tujing.runtime.contract import Budget, Data, Format, KpiValue, Outcome, Parameters, Progress, Solution
from tujing.scenarios.supply_chain.network_resilience import tables
from tujing.scenarios.supply_chain.network_resilience.baseline import by_spend
from tujing.scenarios.supply_chain.network_resilience.from_elements import Supply, read_supply
from tujing.scenarios.supply_chain.network_resilience.network import Network
from tujing.scenarios.supply_chain.network_resilience.portfolio import Portfolio, Prices, cheapest
from tujing.scenarios.supply_chain.network_resilience.prices import Terms, prices, use_of
from tujing.scenarios.supply_chain.network_resilience.scoring import Score, score
from tujing.scenarios.supply_chain.network_resilience.stress import (
    Array,
    Backup,
    Outage,
    Stress,
    groups,
    none,
    rehearse,
    servable,
)
from tujing.scenarios.supply_chain.network_resilience.text_formats import NetworkTables
from tujing.words import Text

REHEARSAL_SHARE = 0.7
"""Of the progress: the outages; the rest is the choice of backups."""
REHEARSAL_TIME, CHOICE_TIME = 0.6, 0.85
"""Of the time: until when outages are rehearsed, and until when backups are chosen; the rest checks what they leave."""
BACKED_OUTAGES = 200
"""Backups are chosen against so many of the costliest outages."""


class ResilienceParameters(Parameters):
    """How much of each outage to cover, and what backups cost. The prices are working assumptions: set your own."""

    cover: float = Field(
        default=0.9,
        ge=0.0,
        le=1.0,
        json_schema_extra={
            "label": {"zh": "每次断供要挡住的损失", "en": "Share of each loss to prevent"},
            "help": {
                "zh": "0.9：任一节点断供，损失降到现在的一成以内",
                "en": "0.9: whatever fails, a tenth of the loss is left",
            },
        },
    )
    surge: float = Field(
        default=0.2,
        ge=0.0,
        le=5.0,
        json_schema_extra={
            "label": {"zh": "别家能多供多少", "en": "What others can add"},
            "help": {"zh": "0.2：比平时多两成", "en": "0.2: a fifth more than usual"},
        },
    )
    holding_share: float = Field(
        default=0.2,
        gt=0.0,
        le=1.0,
        json_schema_extra={"label": {"zh": "库存年持有费率", "en": "Holding cost a year, of value"}},
    )
    second_cost: float = Field(
        default=30_000.0,
        ge=0.0,
        json_schema_extra={
            "label": {"zh": "每年维持一家第二来源", "en": "Keeping a second source, a year"},
            "unit": "CNY",
        },
    )
    second_share: float = Field(
        default=0.6,
        gt=0.0,
        le=1.0,
        json_schema_extra={"label": {"zh": "第二来源能顶多少需求", "en": "Of the need that a second source meets"}},
    )
    reserve_share: float = Field(
        default=0.03,
        ge=0.0,
        le=1.0,
        json_schema_extra={"label": {"zh": "预留产能费率", "en": "Fee for reserved capacity, of its value"}},
    )


class NetworkResilience(Solution):
    """Rehearses the loss of every supply node and chooses the cheapest backups."""

    Parameters: ClassVar[type[Parameters]] = ResilienceParameters
    formats: ClassVar[tuple[Format, ...]] = (NetworkTables(),)

    def _run(self, data: Data, parameters: ResilienceParameters, budget: Budget, progress: Progress) -> Outcome:
        started = time.monotonic()
        supply = _supply(data, parameters)
        network = supply.network
        demand = servable(network)
        sites = [site for site in network.sites if not site.is_own]
        crowd = groups(network)
        recover = {site.id: site.recover_days for site in sites}
        single = [(site.id, (site.id,), site.recover_days) for site in sites]
        together = [(name, group, max(recover[site] for site in group)) for name, group in crowd.items()]
        wanted = single + together
        until = started + REHEARSAL_TIME * budget.seconds
        rehearsed = list(_watched(rehearse(network, wanted, demand, budget.workers), len(wanted), until, progress))
        outages, regions = rehearsed[: len(single)], rehearsed[len(single) :]
        skipped = [name for name, _, _ in wanted[len(rehearsed) :]]
        scores = score(network, outages, dict(supply.records), supply.sole, crowd)

        stress = Stress(network, demand)
        use = use_of(network, demand)
        terms = Terms(
            parameters.holding_share, parameters.second_cost, parameters.second_share, parameters.reserve_share
        )
        costs = prices(network, stress.layout, use, terms)
        critical = sorted((one for one in outages if one.loss.total > 0), key=lambda one: -one.loss.total)
        seconds = max(1.0, CHOICE_TIME * budget.seconds - (time.monotonic() - started))
        portfolio = Portfolio(none(stress.layout), 0.0, True)
        if critical and parameters.cover > 0:
            portfolio = cheapest(
                network, demand, critical[:BACKED_OUTAGES], parameters.cover, costs, seconds, _choosing(progress)
            )
        plain = by_spend(network, stress.layout, costs, use, portfolio.cost)
        after = _left(stress, critical, portfolio.backup)
        found = _Found(
            supply, demand, scores, regions, critical, portfolio, after, _left(stress, critical, plain), skipped
        )
        return _outcome(found, stress, costs, data)


@dataclass(frozen=True)
class _Found:
    supply: Supply
    demand: Array
    scores: list[Score]
    regions: list[Outage]
    critical: list[Outage]
    portfolio: Portfolio
    after: float
    """CNY over all outages that cost something, with the backups."""
    by_spend: float
    """The same with the money spent by the ABC rule."""
    skipped: list[str]
    """Outages that the time did not suffice for."""


def _supply(data: Data, parameters: ResilienceParameters) -> Supply:
    if isinstance(data.instance, Network):
        return Supply(data.instance, {}, frozenset())
    return read_supply(data.tables, parameters.surge)


def _watched(outages: Iterator[Outage], count: int, until: float, progress: Progress) -> Iterator[Outage]:
    """Passes outages on with progress, and no more once the time is over; the first always."""
    for done, outage in enumerate(outages, 1):
        words = Text(zh=f"推演断供 {done}/{count}", en=f"rehearsing outages {done}/{count}")
        progress.report(REHEARSAL_SHARE * done / count, words)
        yield outage
        if time.monotonic() > until:
            break


def _choosing(progress: Progress) -> Callable[[float, float], None]:
    def watch(share: float, cost: float) -> None:
        words = Text(zh="挑选备份办法", en="choosing backups")
        progress.report(REHEARSAL_SHARE + (0.99 - REHEARSAL_SHARE) * share, words, incumbent=cost)

    return watch


def _left(stress: Stress, outages: list[Outage], backup: Backup) -> float:
    """Returns the loss over all outages with the backup in place, CNY."""
    place = stress.network.of_site
    total = 0.0
    for outage in outages:
        down = [position for site in outage.sites for position in place.get(site, ())]
        total += stress.lose(down, outage.recover_days, backup).total
    return total


def _outcome(found: _Found, stress: Stress, costs: Prices, data: Data) -> Outcome:
    network, scores, records = found.supply.network, found.scores, dict(found.supply.records)
    known = set(data.tables["supplier"]["supplier_id"].to_pylist()) if "supplier" in data.tables else set()
    writes = {"supply_risk": tables.supply_risk(scores, records, known)} if known else {}
    return Outcome(
        status="optimal" if found.portfolio.proved and not found.skipped else "feasible",
        kpis=_kpis(found),
        tables={
            "nodes": tables.nodes_table(scores, records),
            "portfolio": tables.portfolio_table(network, stress.layout, costs, found.portfolio),
            "regions": tables.regions_table(found.regions),
            "indicators": tables.indicators_table(scores),
        },
        explanation=_explanation(found),
        writes=writes,
        charts=tables.charts(network, scores),
        warnings=[*network.warnings, *_relaxed(found)],
    )


def _kpis(found: _Found) -> dict[str, KpiValue]:
    records = found.supply.records
    receipts = sum(record.receipts for record in records.values())
    spend = sum(record.spend for record in records.values())
    at_risk = sum(outage.loss.total for outage in found.critical)
    expected = sum(one.site.probability * one.outage.loss.total for one in found.scores)
    kpis = {}
    if receipts:
        on_time = sum(record.on_time for record in records.values()) / receipts
        kpis["supplier_on_time"] = KpiValue(on_time, "1")
    kpis["value_at_risk"] = KpiValue(at_risk, "CNY")
    kpis["value_at_risk_backed"] = KpiValue(found.after, "CNY", found.by_spend)
    kpis["worst_loss"] = KpiValue(max((outage.loss.total for outage in found.critical), default=0.0), "CNY")
    kpis["expected_loss"] = KpiValue(expected, "CNY")
    kpis["backup_cost"] = KpiValue(found.portfolio.cost, "CNY")
    if spend:
        alone = sum(record.spend for supplier, record in records.items() if supplier in found.supply.sole)
        kpis["sole_source_share"] = KpiValue(alone / spend, "1")
    return kpis


def _relaxed(found: _Found) -> list[Text]:
    """Says what could not be kept as asked."""
    said = []
    nodes = found.supply.network.nodes
    short = [node.item for place, node in enumerate(nodes) if found.demand[place] < node.demand * (1 - 1e-6)]
    if short:
        said.append(
            Text(
                zh=f"{'、'.join(short[:5])} 等 {len(short)} 种产品即使不断供也供不足，按供得上的量推演；"
                "请核对产能与用量。",
                en=f"{len(short)} products ({', '.join(short[:5])}) cannot be served in full even without an outage; "
                "what can be served is rehearsed. Check capacities and quantities.",
            )
        )
    if found.skipped:
        first = found.skipped[:5]
        said.append(
            Text(
                zh=f"时间不够，{len(found.skipped)} 次断供没有推演（{'、'.join(first)} 等）；请延长时间（--time）。",
                en=f"The time did not suffice for {len(found.skipped)} outages ({', '.join(first)} …), which are not "
                "rehearsed; allow more (--time).",
            )
        )
    left = found.portfolio.left
    if left:
        worst = sorted(left, key=lambda name: -left[name])[:5]
        said.append(
            Text(
                zh=f"{len(left)} 个节点用现有的备份办法达不到要求（{'、'.join(worst)}），已放宽这些要求；"
                "可提高第二来源比例或另想办法。",
                en=f"{len(left)} outages cannot be covered as asked with these backups ({', '.join(worst)}); their "
                "limits were relaxed. Raise what a second source meets, or find another way.",
            )
        )
    if len(found.critical) > BACKED_OUTAGES:
        rest = len(found.critical) - BACKED_OUTAGES
        said.append(
            Text(
                zh=f"备份按损失最大的 {BACKED_OUTAGES} 个节点选，其余 {rest} 个未作要求。",
                en=f"Backups are chosen against the {BACKED_OUTAGES} costliest outages; {rest} more set no demand.",
            )
        )
    return said


def _explanation(found: _Found) -> Text:
    scores, critical = found.scores, found.critical
    at_risk = sum(outage.loss.total for outage in critical)
    zh = f"逐一推演 {len(scores)} 个供应节点断供：{len(critical)} 个在恢复之前就会断线，损失合计 {_wan(at_risk)}。"
    en = (
        f"Rehearsed the loss of each of {len(scores)} supply nodes: {len(critical)} run out before they recover, "
        f"CNY {at_risk:,.0f} in all. "
    )
    for one in [one for one in scores if one.outage.loss.total > 0][:3]:
        zh += f"{one.site.name}：{one.reason.zh}。"
        en += f"{one.site.name}: {one.reason.en}. "
    hidden = [one.site.name for one in scores if one.is_hidden]
    if hidden:
        zh += f"容易被忽视的关键节点（采购额小、影响大或多家共用的上游）：{'、'.join(hidden[:5])}。"
        en += f"Critical but easily overlooked (little spend or a shared upper tier): {', '.join(hidden[:5])}. "
    if critical:
        cost = found.portfolio.cost
        proof = Text(zh="（已证明最省）", en=" (proved cheapest)") if found.portfolio.proved else Text(zh="", en="")
        zh += (
            f"建议的备份每年约 {_wan(cost)}{proof.zh}，损失合计降到 {_wan(found.after)}；"
            f"同样的钱按采购额大小多备库存，还剩 {_wan(found.by_spend)}。"
        )
        en += (
            f"The backups proposed cost about CNY {cost:,.0f} a year{proof.en} and bring the losses down to "
            f"CNY {found.after:,.0f}; the same money spent on stock by spend would leave CNY {found.by_spend:,.0f}."
        )
    else:
        zh += "现有库存与来源足以撑过任何一家断供。"
        en += "Stock and other sources bridge any single outage."
    return Text(zh=zh, en=en.strip())


def _wan(amount: float) -> str:
    return f"{amount / 1e4:,.1f} 万元"
