"""What one plan changes against another: steps added, dropped, moved in time, or brought in another way. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the difference of two plans' documents (see `document.py`); money in yuan."""
    old = {f"{one['scenario']}@{one['level']}": one for one in before["projects"]}
    new = {f"{one['scenario']}@{one['level']}": one for one in after["projects"]}
    both = [step for step in new if step in old]
    return {
        "from": before["id"],
        "added": [step for step in new if step not in old],
        "dropped": [step for step in old if step not in new],
        "moved": [
            {"step": step, "from": old[step]["start"], "to": new[step]["start"]}
            for step in both
            if old[step]["start"] != new[step]["start"]
        ],
        "another_way": [
            {"step": step, "from": old[step]["option"], "to": new[step]["option"]}
            for step in both
            if old[step]["option"] != new[step]["option"]
        ],
        "objective": after["objective"] - before["objective"],
        "investment": after["investment"] - before["investment"],
    }
