"""What the steps found, as plain JSON for the command line and the reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tujing.adoption.models import Cycle
from tujing.adoption.readiness import Readiness
from tujing.adoption.services import adoptions, beliefs
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import classification
from tujing.evaluation.models import Evaluation
from tujing.evaluation.words import sentence
from tujing.planning.document import plan_document
from tujing.planning.models import Plan
from tujing.runtime.models import Run


def enterprise_document(organisation: Organisation) -> dict[str, Any]:
    """Name, size class, ladder tier and track, with the clauses they rest on."""
    found = classification(organisation)
    return {
        "name": organisation.name,
        "size": found.size,
        "size_label": found.size_label.as_dict(),
        "above_scale": found.above_scale,
        "tier": found.tier,
        "tier_label": found.tier_label.as_dict(),
        "track": found.track,
        "track_label": found.track_label.as_dict(),
        "clause": found.clause,
        "reasons": [reason.as_dict() for reason in found.reasons],
    }


def readiness_document(found: Mapping[str, Readiness]) -> list[dict[str, Any]]:
    """Per scenario: how ready its data are, and what is missing."""
    return [
        {
            "scenario": entry.scenario,
            "share": entry.share,
            "ready": entry.ready,
            "missing": [
                {"element": gap.element, "column": gap.column, "required": gap.required, **gap.reason.as_dict()}
                for gap in entry.missing
            ],
        }
        for entry in found.values()
    ]


def run_document(run: Run) -> dict[str, Any]:
    """A run without its tables and charts."""
    return {
        "id": run.pk,
        "scenario": run.scenario,
        "status": run.status,
        "seconds": run.seconds,
        "kpis": run.document["kpis"],
        "explanation": run.document["explanation"],
        "input_hash": run.input_hash,
        "input_versions": run.input_versions,
    }


def evaluation_document(row: Evaluation) -> dict[str, Any]:
    """One measured effect with its interval, without the weekly series."""
    return {
        "scenario": row.adoption.scenario,
        "go_live": row.adoption.go_live,
        "scope": row.adoption.scope,
        "method": row.method,
        "verdict": row.verdict,
        **{key: value for key, value in row.result.items() if key != "series"},
        "words": sentence(row.verdict, row.method, row.result).as_dict(),
    }


def cycle_document(organisation: Organisation, cycle: Cycle, plan: Plan) -> dict[str, Any]:
    """The opened cycle: what carried over, what is believed now, the new plan."""
    return {
        "number": cycle.number,
        "opened": cycle.opened,
        "carried_over": [
            {"scenario": row.scenario, "stage": row.stage, "level_today": row.level_today, "scope": row.scope}
            for row in adoptions(organisation, cycle)
        ],
        "beliefs": [
            {
                "scenario": belief.scenario,
                "level": belief.level,
                "driver": belief.driver,
                "mean": belief.mean,
                "standard_deviation": belief.standard_deviation,
                "source": belief.source,
            }
            for belief in beliefs(organisation).values()
        ],
        "plan": plan_document(plan),
    }
