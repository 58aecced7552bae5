"""Which versions of a table stood when, and how good each was."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from tujing.dataspace import store
from tujing.dataspace.facts import ElementFacts, Measured, element_facts
from tujing.dataspace.models import TableVersion
from tujing.dataspace.services import measured_counts
from tujing.elements.definition import element as element_named
from tujing.enterprise.models import Organisation


def stood_since(organisation: Organisation, element: str, day: date) -> list[tuple[TableVersion, ElementFacts]]:
    """Returns the versions that were current on or after a day, newest first, each with its facts of today.

    An import that was taken back counts as never made. A past version keeps the counts that were measured while it was
    the current one; one that was never measured is measured now, against the tables of today. Where the element's
    definition has changed, its history begins anew.
    """
    definition = element_named(element)
    versions = store.currents(organisation)
    today = timezone.localdate()
    found: list[tuple[TableVersion, ElementFacts]] = []
    version = versions.get(definition.name)
    while version is not None:
        if version.element_version != definition.version:
            break  # its columns may be others
        kept = version.measured
        counts = Measured(**kept["counts"]) if found and kept is not None else measured_counts(version, versions)
        found.append((version, element_facts(definition, counts, today)))
        if timezone.localdate(version.created) <= day or version.previous_id is None:
            break
        version = TableVersion.objects.select_related("organisation").get(
            pk=version.previous_id, organisation=organisation
        )
    return found
