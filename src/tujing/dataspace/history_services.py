"""Which versions of a table stood when, how good each was, what changed between them, and the way back to any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from tujing.dataspace import store
from tujing.dataspace.browsing import RowsPage, Wish, page
from tujing.dataspace.compare import Difference, difference
from tujing.dataspace.facts import ElementFacts, Measured, element_facts
from tujing.dataspace.models import TableVersion
from tujing.dataspace.profiling import profile
from tujing.dataspace.services import measured_counts
from tujing.elements.definition import element as element_named
from tujing.enterprise.models import Organisation
from tujing.problems import refuse

Stood = list[tuple[TableVersion, ElementFacts]]


def stood_since(organisation: Organisation, element: str, day: date) -> Stood:
    """Returns the versions that were current on or after a day, newest first, each with its facts of today.

    An import that was taken back counts as never made. A past version keeps the counts that were measured while it was
    the current one; one that was never measured is measured now, against the tables of today. Where the element's
    definition has changed, its history begins anew.
    """
    return stood_since_each(organisation, [element], day)[element]


def stood_since_each(organisation: Organisation, elements: Sequence[str], day: date) -> dict[str, Stood]:
    """Returns what `stood_since` does for several elements, all of them a version further back at a time."""
    currents = store.currents(organisation)
    today = timezone.localdate()
    found: dict[str, Stood] = {name: [] for name in elements}
    waiting = {name: version for name in elements if (version := currents.get(element_named(name).name)) is not None}
    while waiting:
        before: dict[str, int] = {}
        for name, version in waiting.items():
            definition = element_named(name)
            if version.element_version != definition.version:
                continue  # its columns may be others
            kept = version.measured
            is_past = bool(found[name])
            counts = Measured(**kept["counts"]) if is_past and kept is not None else measured_counts(version, currents)
            found[name].append((version, element_facts(definition, counts, today)))
            if timezone.localdate(version.created) > day and version.previous_id is not None:
                before[name] = version.previous_id
        earlier = TableVersion.objects.filter(organisation=organisation).select_related("organisation")
        rows = earlier.in_bulk(before.values()) if before else {}
        waiting = {name: rows[key] for name, key in before.items()}
    return found


def version(organisation: Organisation, element: str, number: int) -> TableVersion:
    """Returns one version.

    Raises
    ------
    BadInput
        When there is none of that number.
    """
    found = TableVersion.objects.filter(organisation=organisation, element=element, number=number)
    one = found.select_related("organisation").first()
    if one is None:
        raise refuse("unknown_version", f"没有第 {number} 版。", f"There is no version {number}.", value=str(number))
    return one


def restore(organisation: Organisation, element: str, number: int, *, note: str = "", by: str = "") -> TableVersion:
    """Makes an earlier version's rows current again, as a new version that can itself be undone.

    Raises
    ------
    BadInput
        When there is no such version, it is the current one, or its columns are no longer the element's.
    """
    return store.reinstate(version(organisation, element_named(element).name, number), note=note, by=by)


def changes(organisation: Organisation, element: str, before: int, after: int) -> Difference:
    """Returns what changed from one version to another.

    Raises
    ------
    BadInput
        When one of them does not exist, or their columns differ.
    """
    from tujing.dataspace.engine import engine

    one, other = version(organisation, element, before), version(organisation, element, after)
    definition = element_named(element)
    if {one.element_version, other.element_version} != {definition.version}:
        raise refuse(
            "older_definition",
            "两个版本的列定义不同，无法逐行比较。",
            "The columns of the two versions differ; they cannot be compared row by row.",
            value=element,
        )
    return difference(engine(), definition, store.paths(one), store.paths(other))


def rows(version: TableVersion, wish: Wish) -> RowsPage:
    """Returns one page of a version's rows.

    Raises
    ------
    BadInput
        When a filter cannot be understood, or a column does not exist.
    """
    from tujing.dataspace.engine import engine

    return page(engine(), element_named(version.element), store.paths(version), wish)


def profile_of(version: TableVersion) -> dict[str, Any]:
    """Returns what the columns hold, measured once for a version."""
    from tujing.dataspace.engine import engine

    if version.profile is None:
        found = profile(engine(), element_named(version.element), store.paths(version))
        TableVersion.objects.filter(pk=version.pk).update(profile=found)
        version.profile = found
    return dict(version.profile)


def quality_over_time(
    organisation: Organisation, element: str, most: int = 40
) -> list[tuple[TableVersion, ElementFacts]]:
    """Returns the newest versions that were measured while they stood, oldest first, with their facts of that day."""
    definition = element_named(element)
    found = TableVersion.objects.filter(
        organisation=organisation, element=element, element_version=definition.version, measured__isnull=False
    ).order_by("-number")[:most]
    return [
        (one, element_facts(definition, Measured(**one.measured["counts"]), timezone.localdate(one.created)))
        for one in reversed(found)
    ]
