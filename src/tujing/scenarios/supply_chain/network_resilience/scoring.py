"""A risk score from declared indicators: 0 (calm) to 100, the sum of points that each come with their reason.

The weights are a working convention (constructed): half for what an outage costs against what one survives, half for
how likely trouble is. They follow the order of GB/T 24420 — consequence, then likelihood — not its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tujing.scenarios.supply_chain.network_resilience.from_elements import Record
from tujing.scenarios.supply_chain.network_resilience.network import Network, Site
from tujing.scenarios.supply_chain.network_resilience.stress import HORIZON_DAYS, Outage
from tujing.words import Text

HIDDEN_LOSS = 0.1
HIDDEN_SPEND = 0.02
"""Hidden: an outage costs a tenth of the worst one or more, and buying there is a fiftieth of all or less."""


@dataclass(frozen=True)
class Points:
    """One indicator's part of the score."""

    indicator: str
    points: float
    most: float
    reason: Text


@dataclass(frozen=True)
class Score:
    site: Site
    outage: Outage
    points: tuple[Points, ...]
    is_hidden: bool

    @property
    def total(self) -> float:
        return sum(one.points for one in self.points)

    @property
    def is_critical(self) -> bool:
        """Whether it is out for longer than one survives without it."""
        return self.outage.survive_days < self.outage.recover_days

    @property
    def reason(self) -> Text:
        """The reasons that weigh, heaviest first."""
        said = sorted((one for one in self.points if one.points > 0), key=lambda one: -one.points)[:3]
        if not said:
            return Text(zh="断供期内能靠库存或别家撑住", en="stock or others bridge an outage")
        return Text(zh="；".join(one.reason.zh for one in said), en="; ".join(one.reason.en for one in said))


def score(
    network: Network,
    outages: Sequence[Outage],
    records: dict[str, Record],
    sole: frozenset[str],
    crowd: dict[str, tuple[str, ...]],
) -> list[Score]:
    """Returns the score of each single-site outage, the highest first. `crowd`: region → sites in it."""
    sites = {site.id: site for site in network.sites}
    worst = max((outage.loss.total for outage in outages), default=0.0)
    spend = sum(record.spend for record in records.values())
    found = []
    for outage in outages:
        site = sites[outage.sites[0]]
        record = records.get(site.id, Record())
        share = outage.loss.total / worst if worst else 0.0
        bought = record.spend / spend if spend else None
        is_hidden = share >= HIDDEN_LOSS and (bought is not None and bought <= HIDDEN_SPEND)
        is_hidden |= outage.loss.total > 0 and (site.tier or 1) > 1 and _feeds(network, site) > 1
        points = (_loss(share, outage), _gap(outage), _sole(site.id in sole), _late(record), _region(site, crowd))
        found.append(Score(site, outage, points, is_hidden))
    return sorted(found, key=lambda one: (-one.total, -one.outage.loss.total))


def _feeds(network: Network, site: Site) -> int:
    """How many other sites take from this one."""
    places = (network.nodes[position] for position in network.of_site.get(site.id, ()))
    targets = {target for node in places for target in network.downstream.get(node.id, ())}
    return len({network.nodes[network.place[target]].site for target in targets})


def _loss(share: float, outage: Outage) -> Points:
    amount = outage.loss.total
    reason = Text(zh=f"断供损失约 {amount / 1e4:,.1f} 万元", en=f"an outage costs about CNY {amount:,.0f}")
    return Points("loss", 35 * share, 35, reason)


def _gap(outage: Outage) -> Points:
    gap = max(0.0, outage.recover_days - outage.survive_days)
    survive = "一年以上" if outage.survive_days >= HORIZON_DAYS else f"{outage.survive_days:.0f} 天"
    reason = Text(
        zh=f"只能撑 {survive}，恢复要 {outage.recover_days:.0f} 天",
        en=f"one survives {outage.survive_days:.0f} days and recovery takes {outage.recover_days:.0f}",
    )
    return Points("gap", 20 * min(1.0, gap / max(outage.recover_days, 1.0)), 20, reason)


def _sole(is_sole: bool) -> Points:
    return Points("sole_source", 20.0 * is_sole, 20, Text(zh="独家供应", en="sole source"))


def _late(record: Record) -> Points:
    share = record.on_time_share
    late = 0.0 if share is None else 1 - share
    reason = Text(
        zh=f"{record.receipts} 次到货中 {record.receipts - record.on_time} 次迟到",
        en=f"{record.receipts - record.on_time} of {record.receipts} receipts were late",
    )
    return Points("late", 15 * min(1.0, late / 0.3), 15, reason)


def _region(site: Site, crowd: dict[str, tuple[str, ...]]) -> Points:
    others = len(crowd.get(site.region, ())) - 1
    reason = Text(
        zh=f"与另外 {others} 家同在{site.region}，可能一起受影响", en=f"shares {site.region} with {others} others"
    )
    return Points("region", 10 * min(1.0, max(0, others) / 5), 10, reason)
