"""What is kept of a check: the tables, runs and figures it saw, its verdict, and a hash that shows a later change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tujing.delivery.acceptance import Check, ElementQuality, parts
from tujing.delivery.judging import Situation, Verdict


def content(check: Check, situation: Situation, verdict: Verdict, level: int, checked: datetime) -> dict[str, Any]:
    """Returns the evidence of one check, as plain JSON: enough to say what was judged, on what, and when."""
    return {
        "scenario": situation.manifest.id,
        "scenario_version": situation.manifest.version,
        "level": level,
        "criterion": check.model_dump(mode="json"),
        "checked": checked.isoformat(),
        "verdict": verdict.as_dict(),
        "tables": {
            name: {"version": stood[0].number, "sha256": stood[0].sha256, "rows": stood[0].facts.rows}
            for name in _tables(check, situation)
            if (stood := situation.versions.get(name))
        },
        "runs": [{"id": run["id"], "status": run["status"], "input_hash": run["input_hash"]} for run in situation.runs],
    }


def digest(kept: Mapping[str, Any]) -> str:
    """Returns the SHA-256 of evidence in canonical JSON (sorted keys, no blanks, UTF-8), in hexadecimal."""
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def failures_in_a_row(outcomes: Sequence[bool]) -> int:
    """Returns how often a check has failed since it last passed; outcomes newest first."""
    return next((place for place, passed in enumerate(outcomes) if passed), len(outcomes))


def _tables(check: Check, situation: Situation) -> list[str]:
    """The scenario's tables, and any others that the check names."""
    needs = situation.manifest.data_elements
    named = [need.element for need in (*needs.reads, *needs.writes)]
    named += [name for one in parts(check) if isinstance(one, ElementQuality) for name in one.elements]
    return list(dict.fromkeys(named))
