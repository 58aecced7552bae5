"""The guide's appraisal (二（三）): performance, capability, and who was heard. The organisation comes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from tujing.adoption.models import Stage
from tujing.adoption.services import adoptions, current_cycle
from tujing.atlas.loader import atlas, manifest
from tujing.atlas.standards import catalogue
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Membership, Organisation
from tujing.evaluation import store
from tujing.evaluation.appraisal.indicators import Found, indicators, performance
from tujing.evaluation.appraisal.quality import Characteristic, characteristics
from tujing.evaluation.appraisal.rating_file import ratings_of, read_ratings
from tujing.evaluation.appraisal.ratings import Rating, Summary, rules, summaries
from tujing.evaluation.formula import aggregates, parse
from tujing.evaluation.models import Rating as Kept
from tujing.problems import refuse

ENTERPRISE = ""


def record_ratings(organisation: Organisation, path: Path) -> list[Rating]:
    """Keeps the ratings of a file in the open cycle; what a person rated before is replaced.

    Raises
    ------
    BadInput
        When any row is bad; nothing is kept then.
    """
    return _keep(organisation, read_ratings(path, set(atlas().cards), set(catalogue().standards)))


def record_rating(
    organisation: Organisation,
    rater: str,
    group: str,
    party: str,
    indicator: str,
    subject: str,
    answers: Mapping[str, str],
    day: date | None = None,
) -> Rating:
    """Keeps one person's answers about one object in the open cycle, under the rules of a file.

    Raises
    ------
    BadInput
        When group, party, indicator, subject or an answer is not known, or a survey is incomplete.
    """
    if not answers:
        raise refuse(
            "no_answers", "还没有作答，请先填写。", "Nothing is answered yet; fill it in first.", key="answers"
        )
    whole = {"rater": rater, "group": group, "party": party, "indicator": indicator, "subject": subject}
    rated = (day or timezone.localdate()).isoformat()
    rows = [
        (place, {**whole, "rated": rated, "item": item, "answer": str(answer)})
        for place, (item, answer) in enumerate(answers.items(), start=1)
    ]
    [kept] = _keep(organisation, ratings_of(rows, "", set(atlas().cards), set(catalogue().standards)))
    return kept


def _keep(organisation: Organisation, found: list[Rating]) -> list[Rating]:
    cycle = current_cycle(organisation)
    with transaction.atomic():
        for one in found:
            Kept.objects.update_or_create(
                cycle=cycle,
                rater=one.rater,
                party=one.party,
                indicator=one.indicator,
                subject=one.subject,
                defaults={
                    "organisation": organisation,
                    "group": one.group,
                    "answers": dict(one.answers),
                    "rated": one.rated,
                },
            )
    return found


def ratings(organisation: Organisation) -> list[Rating]:
    """Returns the ratings of the open cycle."""
    rows = Kept.objects.filter(organisation=organisation, cycle=current_cycle(organisation))
    return [Rating(row.rater, row.group, row.party, row.indicator, row.subject, row.answers, row.rated) for row in rows]


def appraisal(organisation: Organisation, as_of: date | None = None) -> dict[str, Any]:
    """Returns the six indicators of performance, the three of capability, and the ratings, as plain JSON.

    What has no data is withheld with the reason and the next step, never zero.
    """
    day = as_of or timezone.localdate()
    until = day if as_of else _newest(organisation, day)
    said = summaries(ratings(organisation))
    of_enterprise = {one.indicator: one.score for one in said if one.subject == ENTERPRISE}
    names = {
        each.element for one in indicators().performance for way in one.ways for each in aggregates(parse(way.formula))
    }
    found = performance(store.tables(organisation, names), until, of_enterprise)
    return {
        "indicators": {
            "performance": [_performance(one, until) for one in found],
            "capability": [*(_rated(name, said) for name in ("usability", "conformity")), _quality(organisation, day)],
        },
        "ratings": _ratings(organisation, said),
    }


def _newest(organisation: Organisation, today: date) -> date:
    """The month after the newest results: the year that is judged is the last one with books, not the calendar's."""
    newest = store.newest(organisation, "financial_baseline")
    if newest is None or newest >= today:
        return today
    return date(newest.year + newest.month // 12, newest.month % 12 + 1, 1)


def _performance(one: Found, until: date) -> dict[str, Any]:
    change = None
    if one.value is not None and one.before:
        change = one.value / one.before - 1.0
    told: dict[str, Any] = {
        "id": one.indicator.id,
        "name": one.indicator.name.as_dict(),
        "value": one.value,
        "before": one.before,
        "change": change,
        "unit": one.unit,
        "better": one.indicator.better,
        "until": until.replace(day=1),
        "basis": None if one.way is None else one.way.name.as_dict(),
        "formula": None if one.way is None else one.way.formula,
    }
    if one.withheld is not None:
        told["withheld"] = one.withheld.as_dict()
    return told


def _rated(indicator: str, said: list[Summary]) -> dict[str, Any]:
    """A capability that people rate: the mean over its objects, each with the same weight."""
    mine = [one for one in said if one.indicator == indicator]
    known = rules().indicators[indicator]
    told: dict[str, Any] = {
        "id": indicator,
        "name": known.label.as_dict(),
        "value": sum(one.score for one in mine) / len(mine) if mine else None,
        "unit": "points",
        "source": known.source,
        "subjects": {one.subject or "enterprise": one.score for one in mine},
    }
    if not mine:
        told["withheld"] = {
            "zh": "还没有人评价；请在“评价”页填写，或导入评价文件（tujing evaluate 工作区 --ratings 文件）。",
            "en": "Nobody has rated it yet; rate it on the page, or bring in a file (tujing evaluate DIR --ratings).",
        }
    return told


def data_quality(organisation: Organisation, day: date | None = None) -> list[Characteristic]:
    """Returns the standard's characteristics over all tables, as far as tables can show them."""
    in_use = adoptions(organisation).filter(stage__in=[Stage.IN_USE, Stage.EVALUATED])
    needed = {need.element for row in in_use for need in manifest(row.scenario).data_elements.reads if need.required}
    return characteristics(dataspace.facts(organisation, day), needed)


def _quality(organisation: Organisation, day: date) -> dict[str, Any]:
    found = data_quality(organisation, day)
    shares = [one.share for one in found if one.share is not None]
    told: dict[str, Any] = {
        "id": "data_quality",
        "name": {"zh": "数据质量水平", "en": "Data quality"},
        "value": 100.0 * sum(shares) / len(shares) if shares else None,
        "unit": "points",
        "source": "GB/T 36344-2018; the standard sets no weights: characteristics that can be measured weigh the same",
        "characteristics": [
            {"id": one.id, "name": one.name.as_dict(), "share": one.share, "basis": one.basis.as_dict()}
            for one in found
        ],
    }
    if not shares:
        told["withheld"] = {"zh": "还没有数据，请先导入。", "en": "There are no data yet; import some first."}
    return told


def _ratings(organisation: Organisation, said: list[Summary]) -> dict[str, Any]:
    known = rules()
    members = Counter(Membership.objects.filter(organisation=organisation).values_list("role", flat=True))
    heard: Counter[str] = Counter()
    kept = Kept.objects.filter(organisation=organisation, cycle=current_cycle(organisation))
    for row in kept.values("group", "rater").order_by("group", "rater").distinct():
        heard[row["group"]] += 1
    return {
        "weights": {
            "groups": {name: one.weight for name, one in known.groups.items()},
            "parties": {name: one.weight for name, one in known.parties.items()},
            **known.provenance,
        },
        "heard": {
            name: {"label": one.label.as_dict(), "raters": heard[name], "members": members[name]}
            for name, one in known.groups.items()
        },
        "not_heard": [name for name in known.groups if not heard[name]],
        "results": [
            {
                "indicator": one.indicator,
                "subject": one.subject,
                "score": one.score,
                "by_group": one.by_group,
                "by_party": one.by_party,
                "raters": one.raters,
                "missing": list(one.missing),
                "spread": one.spread,
                "disagrees": one.disagrees,
            }
            for one in said
        ],
    }
