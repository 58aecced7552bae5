"""One assessment as a document: what `tujing diagnose --json` prints and the loop reports."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tujing.diagnosis import services
from tujing.diagnosis.catalogue import Either, find
from tujing.diagnosis.evidence import Confidence
from tujing.diagnosis.frozen.services import newest
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.grading.grade import Graded
from tujing.diagnosis.grading.next_level import ADVISED
from tujing.diagnosis.instrument import Instrument
from tujing.diagnosis.models import Assessment
from tujing.diagnosis.peers.services import peers
from tujing.diagnosis.questionnaire import label
from tujing.diagnosis.review.services import disagreement, progress
from tujing.diagnosis.scoring import Result
from tujing.diagnosis.trust.chance import chance, declared
from tujing.diagnosis.trust.flips import fewest
from tujing.runtime.models import Run
from tujing.words import Text

RUNS_SHOWN = 3


def document(assessment: Assessment) -> dict[str, Any]:
    """Returns head, what the answers come to, how far that rests on evidence, and what stands beside it."""
    one = find(assessment.instrument)
    trust = services.confidence(assessment)
    organisation = assessment.organisation
    return {
        "instrument": {"id": one.id, "version": one.version, "title": one.title.as_dict()},
        "assessor": assessment.assessor,
        "submitted": assessment.submitted,
        "signature": assessment.signature,
        "score": trust.claimed.score,
        "level": trust.claimed.level,
        "level_name": trust.claimed.level_name.as_dict(),
        **_parts(one, trust.claimed),
        **_next_level(one, assessment),
        "claimed_vs_evidenced": {
            "claimed": {"score": trust.claimed.score, "level": trust.claimed.level},
            "evidenced": {"score": trust.evidenced.score, "level": trust.evidenced.level},
            "accepted": {"score": trust.accepted.score, "level": trust.accepted.level},
            "unevidenced": list(trust.unevidenced),
            "pivotal": list(trust.pivotal),
        },
        "by_scenario": _by_scenario(assessment, one, trust),
        "confidence": _confidence(one, assessment, trust),
        "disagreement": disagreement(organisation, assessment.instrument),
        "measured": _measured(assessment),
        "pain_points": services.pain_points(organisation),
        "people": progress(organisation, assessment),
        "peers": peers(organisation) if assessment.instrument == services.SME else None,
        "snapshot": _snapshot(assessment),
    }


def _parts(one: Either, found: Any) -> dict[str, Any]:
    if isinstance(found, Result) and isinstance(one, Instrument):
        return {
            "parts": {
                part.id: {"label": part.label.as_dict(), "score": found.parts[part.id], "points": part.points}
                for part in one.parts
            },
            "indicators": {
                each.id: {"label": each.label.as_dict(), "score": found.points[each.id], "points": each.points}
                for each in one.indicators
            },
            "scenarios": {
                each.id: {
                    "label": each.label.as_dict(),
                    "level": found.scenario_levels[each.id],
                    "mandatory": each.mandatory,
                }
                for each in one.scenarios
            },
            "tests": [{**asdict(check), "met": check.met} for check in found.met],
        }
    assert isinstance(one, Form) and isinstance(found, Graded)
    labels = {group.id: group.label for group in one.groups}
    return {
        "parts": {id: {"label": labels[id].as_dict(), "score": score} for id, score in found.groups.items()},
        "indicators": {},
        "scenarios": {},
        "tests": [],
        "missing": list(found.missing),
        "left_out": list(found.left_out),
    }


HIGHEST = Text(zh="已是最高等级", en="highest level reached")
NO_SUM = Text(
    zh="这套指标的规则不是加总，不给最省改动", en="the rule of this instrument is no sum; no cheapest way is given"
)


def _next_level(one: Either, assessment: Assessment) -> dict[str, Any]:
    way = services.next_level(assessment)
    if way:
        return {"next_level": asdict(way), "no_advice": None}
    sums = not isinstance(one, Form) or (isinstance(one.rule, ADVISED) and one.rule.cuts)
    return {"next_level": None, "no_advice": (HIGHEST if sums else NO_SUM).as_dict()}


def _by_scenario(assessment: Assessment, one: Either, trust: Confidence) -> list[dict[str, Any]]:
    """Each scenario of the form: claimed, evidenced, accepted level; its evidence; which runs could back it."""
    if isinstance(one, Form):
        return []
    from tujing.atlas.loader import atlas

    realised: dict[str, list[str]] = {}
    for id, manifest in atlas().manifests.items():
        for question in manifest.maps.sme_2024:
            realised.setdefault(question, []).append(id)
    runs: dict[str, list[str]] = {}
    for pk, scenario in Run.objects.filter(organisation=assessment.organisation).values_list("pk", "scenario"):
        runs.setdefault(scenario, []).append(f"run:{pk}")
    held: dict[str, list[str]] = {}
    for item in assessment.evidence.all():
        held.setdefault(item.indicator, []).append(item.reference or item.kind)
    levels = {
        name: getattr(outcome, "scenario_levels", {})
        for name, outcome in (("claimed", trust.claimed), ("evidenced", trust.evidenced), ("accepted", trust.accepted))
    }
    return [
        {
            "scenario": each.id,
            "label": each.label.as_dict(),
            "mandatory": each.mandatory,
            **{name: found.get(each.id, 0) for name, found in levels.items()},
            "state": trust.states.get(each.id),
            "evidence": held.get(each.id, []),
            "map_scenarios": realised.get(each.id, []),
            "runs_at_hand": [
                run
                for scenario in realised.get(each.id, [])
                for run in runs.get(scenario, [])[:RUNS_SHOWN]
                if run not in held.get(each.id, [])
            ],
        }
        for each in one.scenarios
    ]


def _confidence(one: Either, assessment: Assessment, trust: Confidence) -> dict[str, Any]:
    """The fewest doubted answers that would flip the level, and the chance that it holds."""
    answers, kind, reached = assessment.answers, assessment.enterprise_kind, trust.claimed.level or 0
    flip = fewest(one, answers, trust.unevidenced, kind)
    assumed = declared()
    holds = {id: assumed.holds[trust.states[id]] for id in trust.unevidenced}
    by_level = {level: chance(one, answers, holds, level, kind) for level in range(1, reached + 1)}
    questions = flip.questions or ()
    return {
        "states": trust.states,
        "doubted": len(trust.unevidenced),
        "flips": None
        if flip.questions is None
        else {
            "fewest": len(questions),
            "questions": [{"question": id, "label": label(one, id).as_dict()} for id in questions],
            "breaks": flip.contest,
        },
        "flips_exact": flip.exact,
        "chance_level_holds": by_level[reached].value if reached else 1.0,
        "chance_by_level": {
            str(level): {"chance": found.value, "error": found.error, "exact": found.exact}
            for level, found in by_level.items()
        },
        "assumed": {"holds": dict(assumed.holds), **assumed.provenance.model_dump()},
    }


def _measured(assessment: Assessment) -> dict[str, Any]:
    if assessment.instrument != services.SME:
        return {}
    facts = services.measured_facts(assessment.organisation, assessment.instrument)
    return {id: {**asdict(fact), "claimed": assessment.answers.get(id, {}).get("option")} for id, fact in facts.items()}


def _snapshot(assessment: Assessment) -> dict[str, Any] | None:
    found = newest(assessment.organisation, assessment)
    return (
        None if found is None else {"sha256": found.sha256, "taken": found.taken, "bytes": len(found.content.encode())}
    )
