"""Cash flows and the monthly results, worked out from what the shop, the store and the meters did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from .changes import Changes
from .demand import Line, Lot
from .plant import DAY, Clock, Content, plant, stream
from .records import from_rows, numbered
from .sales import Sale
from .shop import Floor
from .supply import Purchase, Stocks, need


@dataclass(frozen=True)
class Payment:
    """One receipt or payment; days from the clock's first day."""

    direction: str
    category: str
    counterparty: str
    document: str
    amount: float
    arose: int
    due: int
    settled: int


def payments(
    seed: int,
    clock: Clock,
    lines: list[Line],
    sold: list[Sale],
    bought: list[Purchase],
    last: int,
    truths: Content,
    changes: Changes,
) -> list[Payment]:
    """Returns receivables of sales, payables of purchases and the plant's monthly payments, era after era."""
    rules, late = plant()["finance"], truths["late_payer"]
    streams = [stream(seed, "cash", era) for era in range(len(clock.seams) + 1)]
    found = []
    for sale in sorted(sold, key=lambda sale: clock.era_of_day(sale.shipped)):
        rng, line = streams[clock.era_of_day(sale.shipped)], lines[sale.line]
        due = sale.shipped + plant()["customers"][line.customer]["terms"]
        prefix = "" if line.customer == late["customer"] else "others_"
        delay = round(float(rng.normal(late["declared"][f"{prefix}mean_days_late"], late["declared"]["spread_days"])))
        usual = plant()["customers"][line.customer]["terms"] + delay
        settled = due + max(delay, -10) + round((changes.driver("receivables", sale.shipped) - 1) * usual)
        document = f"{line.order}-{line.number}"
        found.append(
            Payment("in", "receivable", line.customer, document, round(sale.value, 2), sale.shipped, due, settled)
        )
    # Drawn in the order of ordering within the era of receipt, as the streams of the eras were.
    for number, purchase in sorted(enumerate(bought, start=1), key=lambda one: clock.era_of_day(one[1].received)):
        if purchase.received <= last:
            rng = streams[clock.era_of_day(purchase.received)]
            due = purchase.received + rules["payable_terms"]
            amount = round(purchase.received_quantity * purchase.price, 2)
            settled = due + int(rng.integers(0, 8))
            document = f"AP-{number:05d}"
            found.append(
                Payment("out", "payable", purchase.supplier, document, amount, purchase.received, due, settled)
            )
    for month in _months(clock, last):
        revenue = sum(sale.value for sale in sold if month[0] <= sale.shipped <= month[1])
        regular = (
            ("payroll", "员工", rules["staff"] * rules["monthly_pay"]),
            ("tax", "税务机关", revenue * rules["tax_share"]),
            ("loan", "银行", rules["loan_monthly"]),
            ("other", "其他费用", revenue * rules["overhead_share"]),
        )
        for category, name, amount in regular:
            due = month[1] + 15
            found.append(Payment("out", category, name, "", round(amount, 2), month[1], due, due))
    found += _project_payments(clock, truths, changes)
    return found


def _project_payments(clock: Clock, truths: Content, changes: Changes) -> list[Payment]:
    """Returns what the projects truly cost, half at the start and half at go-live, under the step's name."""
    found = []
    for step, live in changes.steps:
        begun = live if step.start is None else (step.start - clock.first).days
        for day in (begun, live - 1):
            amount = round(step.cost * truths["adoptions"]["cost_overrun"] / 2, 2)
            document = f"{step.scenario}@{step.level}"
            found.append(Payment("out", "capital", "数字化服务商", document, amount, day, day, day))
    return found


def cash_table(clock: Clock, found: list[Payment], first: int, last: int) -> pa.Table:
    """Builds the cash_flow table of what is due or settled from `first` on; after `last` nothing is settled yet."""
    kept = sorted(
        (payment for payment in found if max(payment.due, payment.settled) >= first),
        key=lambda payment: (clock.era_of_day(payment.arose), payment.due, payment.document, payment.category),
    )
    eras = Counter(clock.era_of_day(payment.arose) for payment in kept)
    numbers = [name for era in sorted(eras) for name in numbered("CF-", eras[era], era=era)]
    rows = []
    for number, payment in zip(numbers, kept, strict=True):
        days = (payment.due, payment.settled if payment.settled <= last else -1)
        names = (payment.direction, payment.category, payment.counterparty, payment.document or None)
        rows.append((number, *names, payment.amount, *days))
    columns = ("cash_flow_id", "direction", "category", "counterparty", "document_id", "amount")
    return from_rows("cash_flow", (*columns, "due_date", "settled_date"), rows, clock)


def unit_costs() -> dict[str, float]:
    """Returns the cost of a unit of each material and motor: materials, and machine hours for motors."""
    costs = {name: float(fact["price"]) for name, fact in plant()["materials"].items()}
    hourly = {name: fact["hourly_cost"] for name, fact in plant()["work_centres"].items()}
    for product, fact in plant()["products"].items():
        material = sum(need(name, product) * price["price"] for name, price in plant()["materials"].items())
        run = sum(step["minutes"] / 60 * hourly[step["at"][0]] for step in plant()["routes"][fact["family"]])
        costs[product] = round(material + run * fact["scale"], 2)
    return costs


def scrap_value(lots: list[Lot], lot: int, step: int, costs: dict[str, float]) -> float:
    """Returns what one piece is worth when it is scrapped at an operation: half at the first, all at the last."""
    steps = len(plant()["routes"][lots[lot].family])
    return costs[lots[lot].product] * (0.5 + 0.5 * (step + 1) / steps)


def baseline(
    clock: Clock,
    lines: list[Line],
    lots: list[Lot],
    floor: Floor,
    sold: list[Sale],
    found: list[Payment],
    stocks: Stocks,
    energy: pa.Table,
    first: int,
    last: int,
    truths: Content,
    changes: Changes,
) -> pa.Table:
    """Builds the financial_baseline table, one row for each whole month from the day `first` to the day `last`."""
    rules, costs = plant()["finance"], unit_costs()
    energy_days = np.asarray(energy["start_time"].to_numpy(), "datetime64[D]")
    energy_cost = energy["cost"].to_numpy()
    go_live = clock.minute(truths["scheduling_pilot"]["declared"]["go_live"]) // DAY
    rows = []
    for start, end in _months(clock, last):
        if start < first:
            continue
        sent = [sale for sale in sold if start <= sale.shipped <= end]
        revenue = sum(sale.value for sale in sent)
        used = sum(
            lots[e.lot].quantity * _material_cost(lots[e.lot].product)
            for e in floor.done
            if e.step == 0 and start <= e.start // DAY <= end
        )
        scrap = sum(
            e.scrap * scrap_value(lots, e.lot, e.step, costs)
            for e in floor.done
            if e.scrap and start <= e.end // DAY <= end
        )
        failed = sum(
            (b - a) / 60
            for downs in floor.downs.values()
            for a, b, reason in downs
            if start <= a // DAY <= end and reason != "计划保养"
        )
        inside = (energy_days >= clock.days(start)) & (energy_days <= clock.days(end))
        working = {lot.number: 0.6 * lot.quantity * costs[lot.product] for lot in _in_work(lots, floor, end)}
        stock = sum(
            float(level[end]) * costs[name] for part in (stocks.raw, stocks.finished) for name, level in part.items()
        )
        upkeep = rules["maintenance_monthly"] + failed * rules["maintenance_per_failure_hour"]
        figures = {
            # Services sold beside the motors come with no sales order of the shop.
            "revenue": revenue * changes.driver("revenue", start),
            "material_cost": used * changes.driver("material_cost", start),
            "labour_cost": rules["staff"] * rules["monthly_pay"] * changes.driver("labour_cost", start),
            "energy_cost": float(energy_cost[inside].sum()),
            "maintenance_cost": upkeep * changes.driver("maintenance_cost", start),
            "scrap_cost": scrap,
            "logistics_cost": sum(sale.freight for sale in sent) * changes.driver("logistics_cost", start),
            "overhead_cost": revenue * rules["overhead_share"] * changes.driver("overhead_cost", start),
            "late_penalty": sum(_penalty(lines[sale.line], sale) for sale in sent),
            # The pilot's licence and consulting were paid in the two months before it went live.
            "digital_spend": rules["digital_monthly"]
            + (90000 if 0 < go_live - start <= 62 else 0)
            + sum(p.amount for p in found if p.category == "capital" and start <= p.arose <= end),
        }
        costs_of_month = sum(value for name, value in figures.items() if name not in ("revenue", "scrap_cost"))
        figures |= {
            "inventory_value": stock + sum(working.values()),
            "receivables": sum(p.amount for p in found if p.direction == "in" and p.arose <= end < p.settled),
            # Scrap is material, labour and machine hours already counted above; it is shown, not subtracted twice.
            "operating_profit": revenue - costs_of_month,
        }
        rows.append((start, *(round(float(value), 2) for value in figures.values())))
        names = tuple(figures)
    return from_rows("financial_baseline", ("month", *names), rows, clock)


def _months(clock: Clock, last: int) -> list[tuple[int, int]]:
    """Returns the first and last day index of every whole month up to the day `last`."""
    months, day = [], clock.first
    if day.day > 1:
        day = _next_month(day)
    while (end := (_next_month(day) - clock.first).days - 1) <= last:
        months.append(((day - clock.first).days, end))
        day = _next_month(day)
    return months


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _material_cost(product: str) -> float:
    return sum(need(name, product) * float(fact["price"]) for name, fact in plant()["materials"].items())


def _in_work(lots: list[Lot], floor: Floor, day: int) -> list[Lot]:
    """Returns the lots released and not completed at the end of a day."""
    close = (day + 1) * DAY
    return [
        lot for index, lot in enumerate(lots) if lot.release < close and floor.completed.get(index, close + 1) > close
    ]


def _penalty(line: Line, sale: Sale) -> float:
    rules = plant()["finance"]
    late = sale.shipped - line.promised
    if late <= 0 or plant()["customers"][line.customer]["weight"] < 2:
        return 0.0
    return float(sale.value * min(late * rules["penalty_per_day"], rules["penalty_ceiling"]))
