"""Use-cases: answer facts once, and see what every instrument says of the enterprise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tujing.diagnosis import services as diagnosis
from tujing.diagnosis.answers import AnswerFile
from tujing.diagnosis.catalogue import every_instrument, item_ids
from tujing.diagnosis.crosswalk import facts as grammar
from tujing.diagnosis.crosswalk import measure
from tujing.diagnosis.crosswalk.facts import mapping, named
from tujing.diagnosis.crosswalk.fill import facts_of, filled
from tujing.diagnosis.crosswalk.gather import KnownFact, Origin, gather
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.grading.grade import grade
from tujing.diagnosis.instrument import Instrument, instrument
from tujing.diagnosis.models import Assessment, FactSheet
from tujing.diagnosis.scoring import score
from tujing.enterprise.models import Organisation
from tujing.words import Text

SME = "sme_2024"


def answer_facts(organisation: Organisation, answers: Mapping[str, Any], file: str = "") -> FactSheet:
    """Stores answers to facts beside those already given; None takes one back.

    Raises
    ------
    BadInput
        With every fact that is not known and every value that does not fit; nothing is stored then.
    """
    grammar.check({id: value for id, value in answers.items() if value is not None}, file)
    with transaction.atomic():
        sheet, _ = FactSheet.objects.select_for_update().get_or_create(organisation=organisation)
        kept = {**sheet.answers, **answers}
        sheet.answers = {id: value for id, value in kept.items() if value is not None}
        sheet.save()
    return sheet


def known_facts(organisation: Organisation) -> dict[str, KnownFact]:
    """Returns every fact that is known of the enterprise, with its source."""
    return gather(_sources(organisation))


@transaction.atomic
def prefill(organisation: Organisation, assessment: Assessment, by: Any = None) -> tuple[str, ...]:
    """Answers what known facts tell of a draft's open questions, so that one answer fills several instruments.

    Each says from which facts it came; that is a statement, not evidence.

    What somebody answered stays. A question that is assigned to somebody else than `by` stays open for them.

    Returns
    -------
    The questions filled in, in the instrument's order.

    Raises
    ------
    BadInput
        When the assessment is not the organisation's, or is submitted.
    """
    current = diagnosis.own_draft(organisation, assessment)
    known = known_facts(organisation)
    told = filled(current.instrument, {id: fact.value for id, fact in known.items()})
    taken = set() if by is None else set(current.assignments.exclude(person=by).values_list("question", flat=True))
    one = every_instrument()[current.instrument]
    open_ = [id for id in item_ids(one) if id in told and id not in current.answers and id not in taken]
    diagnosis.fill(organisation, current, AnswerFile({id: told[id] for id in open_}), by)
    for id in open_:
        names = named(mapping()[current.instrument][id])
        origins = {known[name].origin for name in names}
        words = Text(
            zh=f"由能力事实填入：{'、'.join(names)}（{'、'.join(sorted(origins))}）",
            en=f"Filled in from facts: {', '.join(names)} ({', '.join(sorted(origins))})",
        )
        diagnosis.add_evidence(organisation, current, id, "statement", note=words.as_dict(), by=by)
    return tuple(open_)


def every_result(organisation: Organisation) -> dict[str, Any]:
    """Returns what every instrument comes to, with the share of its items answered, measured and missing.

    An item is measured when all the facts it reads are; answers given to an instrument itself count before facts.
    """
    known = known_facts(organisation)
    values = {id: fact.value for id, fact in known.items()}
    measured = {id for id, fact in known.items() if fact.origin == "measured"}
    profile = getattr(organisation, "profile", None)
    submitted = diagnosis.assessments(organisation).exclude(submitted=None).order_by("submitted", "id")
    own = {one.instrument: one.answers for one in submitted}  # the newest of each instrument stays
    results = [
        _result(id, {**filled(id, values), **own.get(id, {})}, measured, profile.production_type if profile else "")
        for id in every_instrument()
    ]
    return {
        "schema": 1,
        "facts": {
            "known": len(known),
            "all": len(grammar.facts()),
            "by_origin": dict(Counter(fact.origin for fact in known.values())),
        },
        "conflicts": [
            {
                "fact": id,
                "label": grammar.facts()[id].label.as_dict(),
                "taken": fact.value,
                "origin": fact.origin,
                "others": dict(fact.others),
                "instruments": sorted(_readers(id)),
            }
            for id, fact in known.items()
            if fact.others
        ],
        "scored": sum(one["level"] is not None or one["score"] is not None for one in results),
        "instruments": results,
    }


def _sources(organisation: Organisation) -> dict[Origin, dict[str, Any]]:
    from tujing.dataspace import services as dataspace

    sme = instrument(SME)
    sheet = FactSheet.objects.filter(organisation=organisation).first()
    assessment = diagnosis.latest(organisation)
    profile = getattr(organisation, "profile", None)
    equipment = dataspace.arrow(organisation, "equipment", ["is_digital"])
    return {
        "measured": {
            **measure.from_answers(sme, diagnosis.measured_facts(organisation)),
            **measure.from_equipment(equipment),
            **measure.from_tables(dataspace.facts(organisation)),
        },
        "answered": dict(sheet.answers) if sheet else {},
        "profile": {**profile.facts, "staff": profile.staff, "revenue": float(profile.revenue)} if profile else {},
        "assessment": facts_of(assessment.instrument, assessment.answers) if assessment else {},
    }


def _result(id: str, answers: Mapping[str, Any], measured: set[str], production_type: str) -> dict[str, Any]:
    one = every_instrument()[id]
    items = item_ids(one)
    data = [item for item in answers if item in mapping().get(id, {}) and set(named(mapping()[id][item])) <= measured]
    return {
        "id": id,
        "version": one.version,
        "title": one.title.as_dict(),
        **(_form_result(one, answers, production_type) if isinstance(one, Form) else _sme_result(one, answers)),
        "items": len(items),
        "answered_share": (len(answers) - len(data)) / len(items),
        "measured_share": len(data) / len(items),
        "missing_share": 1 - len(answers) / len(items),
        "missing": [item for item in items if item not in answers],
    }


def _form_result(form: Form, answers: Mapping[str, Any], production_type: str) -> dict[str, Any]:
    graded = grade(form, answers, production_type if production_type in form.kinds else "")
    return {
        "kind": graded.kind,
        "score": graded.score,
        "score_of_answered": graded.score_of_answered,
        "level": graded.level,
        "level_name": graded.level_name.as_dict(),
    }


def _sme_result(one: Instrument, answers: Mapping[str, Any]) -> dict[str, Any]:
    found = score(one, answers)
    return {
        "kind": "all",
        "score": found.score if answers else None,
        "score_of_answered": None,
        "level": found.level if answers else None,
        "level_name": found.level_name.as_dict(),
    }


def _readers(fact: str) -> set[str]:
    """Returns the instruments that read a fact."""
    return {id for id, items in mapping().items() if any(fact in named(source) for source in items.values())}
