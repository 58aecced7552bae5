"""Lessons: kept as the rules find them, annotated and written down by people, searched. Organisation first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from tujing.adoption.models import Cycle, Lesson
from tujing.adoption.services import current_cycle
from tujing.enterprise.models import Organisation
from tujing.problems import refuse

WRITTEN = "note"
"""The action of a lesson that a person wrote down."""
MOST_TAGS = 10


def keep_found(organisation: Organisation, cycle: Cycle, found: Iterable[Mapping[str, Any]]) -> None:
    """Keeps what the rules find of a cycle's adoptions, in place of what they found before; annotations stay.

    A lesson that the rules no longer find goes, unless somebody annotated it.
    """
    with transaction.atomic():
        rows = Lesson.objects.filter(organisation=organisation, cycle=cycle).exclude(action=WRITTEN)
        there = {(row.scenario, row.is_pilot): row for row in rows}
        for one in found:
            row = there.pop((one["scenario"], one["is_pilot"]), None)
            if row is None:
                row = Lesson(organisation=organisation, cycle=cycle, scenario=one["scenario"], is_pilot=one["is_pilot"])
            if (row.action, row.why) != (one["action"], one["why"]):
                row.action, row.why = one["action"], dict(one["why"])
                row.save()
        for row in there.values():
            if not (row.note or row.tags):
                row.delete()


def lessons(
    organisation: Organisation, *, words: str = "", tag: str = "", action: str = "", cycle: int | None = None
) -> QuerySet[Lesson]:
    """Returns lessons, the newest cycle first; `words` are looked for in reason, note and scenario."""
    found = Lesson.objects.filter(organisation=organisation, removed=False).select_related("cycle")
    for word in words.split():
        found = found.filter(
            Q(why__zh__icontains=word)
            | Q(why__en__icontains=word)
            | Q(note__icontains=word)
            | Q(scenario__icontains=word)
        )
    if action:
        found = found.filter(action=action)
    if cycle is not None:
        found = found.filter(cycle__number=cycle)
    if tag:
        # SQLite has no look-up inside a JSON list: few rows have tags, and they are looked through here.
        tagged = [key for key, tags in found.exclude(tags=[]).values_list("pk", "tags") if tag in tags]
        found = found.filter(pk__in=tagged)
    return found


def tags_in_use(organisation: Organisation) -> list[str]:
    """Returns the tags of the organisation's lessons, sorted."""
    rows = Lesson.objects.filter(organisation=organisation, removed=False).exclude(tags=[])
    return sorted({tag for tags in rows.values_list("tags", flat=True) for tag in tags})


def write_down(organisation: Organisation, note: str, tags: str, by: str, scenario: str = "") -> Lesson:
    """Keeps a lesson that a person writes down, in the open cycle.

    Raises
    ------
    BadInput
        When nothing is written.
    """
    if not note.strip():
        raise refuse("no_lesson", "请写下经验。", "Write the lesson down.", key="note")
    return Lesson.objects.create(
        organisation=organisation,
        cycle=current_cycle(organisation),
        scenario=scenario,
        action=WRITTEN,
        note=note.strip(),
        tags=read_tags(tags),
        by=by,
    )


def annotate(organisation: Organisation, lesson: int, note: str, tags: str, by: str) -> Lesson:
    """Changes what people say of a lesson, and its tags; the rules' own reason stays.

    Raises
    ------
    BadInput
        When the organisation has no such lesson.
    """
    row = _own(organisation, lesson)
    row.note, row.tags, row.by = note.strip(), read_tags(tags), by
    row.save()
    return row


def set_removed(organisation: Organisation, lesson: int, removed: bool, by: str) -> Lesson:
    """Takes a lesson off the list, or puts it back.

    Raises
    ------
    BadInput
        When the organisation has no such lesson.
    """
    row = _own(organisation, lesson)
    row.removed, row.by = removed, by
    row.save()
    return row


def read_tags(text: str) -> list[str]:
    """Returns the tags of a line, split at commas and blanks, each once.

    Raises
    ------
    BadInput
        When there are too many.
    """
    tags = list(dict.fromkeys(one[:30] for one in re.split(r"[,，、;；#\s]+", text) if one))
    if len(tags) > MOST_TAGS:
        raise refuse("too_many_tags", f"标签最多 {MOST_TAGS} 个。", f"At most {MOST_TAGS} tags.", key="tags")
    return tags


def _own(organisation: Organisation, lesson: int) -> Lesson:
    row = Lesson.objects.filter(organisation=organisation, pk=lesson).first()
    if row is None:
        raise refuse("no_lesson", "没有这条经验。", "There is no such lesson.", value=str(lesson))
    return row
