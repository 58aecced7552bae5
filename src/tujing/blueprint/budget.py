"""The money of a plan as its tables need it: by quarter, by phase, by source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tujing.blueprint.given import Given
from tujing.words import Text

OWN = Text(zh="企业自筹", en="Own funds")


def sources(given: Given) -> list[tuple[Text, list[float]]]:
    """Returns where the money comes from, each with its yuan by quarter; own funds where the plan names no source."""
    named = given.plan.get("sources")
    if isinstance(named, Mapping):
        named = [{"source": name, **value} for name, value in named.items() if isinstance(value, Mapping)]
    found = [
        (Text(**row["label"]), [float(yuan) for yuan in row["by_quarter"]])
        for row in named or ()
        if isinstance(row, Mapping) and isinstance(row.get("label"), Mapping) and "by_quarter" in row
    ]
    return found or [(OWN, [float(row["budget"]) for row in given.plan["budget"]])]


def by_phase(given: Given, quarters: int) -> list[Mapping[str, Any]]:
    """Returns the plan's quarters summed up `quarters` at a time: budget, spent, own people's days."""
    rows = given.plan["budget"]
    return [
        {
            key: sum(row[key] for row in rows[first : first + quarters])
            for key in ("budget", "spent", "person_days", "person_days_at_hand")
        }
        for first in range(0, len(rows), quarters)
    ]
