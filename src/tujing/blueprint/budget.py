"""The money of a plan as its tables need it: by quarter, by phase, by source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tujing.blueprint.given import Given
from tujing.words import Text

Row = Mapping[str, Any]

OWN = Text(zh="企业自筹", en="Own funds")
LOAN = Text(zh="贷款", en="Loan")
SUBSIDY = Text(zh="补贴", en="Subsidy")


def sources(given: Given) -> list[tuple[Text, list[float]]]:
    """Returns where the money comes from, each with its yuan by quarter; own funds alone where no other is named."""
    rows = given.plan["budget"]
    found = [(OWN, [float(row["budget"]) for row in rows])]
    for key, name in (("loan", LOAN), ("subsidy", _subsidies(given))):
        amounts = [float(row.get(key) or 0.0) for row in rows]
        if any(amounts):
            found.append((name, amounts))
    return found


def _subsidies(given: Given) -> Text:
    """The subsidies that the plan counts on, by name."""
    rules = (given.plan.get("funding") or {}).get("subsidies") or []
    labels = [rule["label"] for rule in rules if rule.get("label")]
    if not labels:
        return SUBSIDY
    return Text(
        zh=SUBSIDY.zh + "：" + "、".join(one["zh"] for one in labels),
        en=SUBSIDY.en + ": " + ", ".join(one["en"] for one in labels),
    )


def money_columns(rows: Sequence[Row]) -> list[tuple[Text, str]]:
    """Returns the headings and keys of the money by quarter, leaving out what is nought throughout the plan."""
    wanted = (
        (Text(zh="预算", en="Budget"), "budget", True),
        (LOAN, "loan", False),
        (SUBSIDY, "subsidy", False),
        (Text(zh="投入", en="Spent"), "spent", True),
        (Text(zh="运行费", en="Running"), "fees", False),
        (Text(zh="还款", en="Repaid"), "repaid", False),
        (Text(zh="累计结余", en="Left over"), "left", True),
    )
    return [(name, key) for name, key, always in wanted if always or any(row.get(key) for row in rows)]


def by_phase(given: Given, quarters: int) -> list[Row]:
    """Returns the plan's quarters summed up `quarters` at a time: budget, spent, own people's days."""
    rows = given.plan["budget"]
    return [
        {
            key: sum(row[key] for row in rows[first : first + quarters])
            for key in ("budget", "spent", "person_days", "person_days_at_hand")
        }
        for first in range(0, len(rows), quarters)
    ]
