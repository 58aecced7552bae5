"""Reading what an acceptance check is judged on: tables with their versions, runs, and measured KPIs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils import timezone

from tujing.adoption.models import Adoption, KpiRecord
from tujing.atlas.loader import manifest
from tujing.dataspace import services as dataspace
from tujing.dataspace.facts import ElementFacts
from tujing.dataspace.history_services import stood_since
from tujing.delivery.acceptance import Check, ElementQuality, KpiTarget, RunGreen, parts
from tujing.delivery.judging import Figure, Situation, Stood
from tujing.enterprise.models import Organisation
from tujing.runtime.services import runs


class Reader:
    """Reads situations of one organisation; tables that several checks look at are read once."""

    def __init__(self, organisation: Organisation, today: date | None = None) -> None:
        self.organisation = organisation
        self.today = today or timezone.localdate()
        self.facts: Mapping[str, ElementFacts] = dataspace.facts(organisation)
        self._stood: dict[tuple[str, int], list[Stood]] = {}

    def situation(self, adoption: Adoption, check: Check) -> Situation:
        """Returns what is known when `check` is run for an adoption of this organisation."""
        card = manifest(adoption.scenario)
        days = {need.element: 0 for need in (*card.data_elements.reads, *card.data_elements.writes)}
        wanted_runs = 1
        figures: dict[str, list[Figure]] = {}
        for one in parts(check):
            if isinstance(one, ElementQuality):
                days |= {name: max(days.get(name, 0), one.days) for name in one.elements}
            elif isinstance(one, RunGreen):
                wanted_runs = max(wanted_runs, one.runs)
            elif isinstance(one, KpiTarget):
                figures[one.kpi] = self._figures(adoption, one.kpi, max(one.runs, len(figures.get(one.kpi, ()))))
        return Situation(
            manifest=card,
            facts=self.facts,
            runs=[
                {
                    "id": run.pk,
                    "status": run.status,
                    "kpis": run.document.get("kpis", {}),
                    "input_hash": run.input_hash,
                }
                for run in runs(self.organisation, adoption.scenario)[:wanted_runs]
            ],
            figures=figures,
            versions={name: self._versions(name, span) for name, span in days.items()},
            today=self.today,
        )

    def _versions(self, element: str, days: int) -> list[Stood]:
        if (element, days) not in self._stood:
            self._stood[element, days] = [
                Stood(version.number, version.sha256, timezone.localdate(version.created), facts)
                for version, facts in stood_since(self.organisation, element, self.today - timedelta(days=days))
            ]
        return self._stood[element, days]

    def _figures(self, adoption: Adoption, kpi: str, count: int) -> list[Figure]:
        """The newest measured values of the scenario's KPI, whichever cycle its adoption belonged to."""
        records = KpiRecord.objects.filter(
            organisation=self.organisation,
            adoption__scenario=adoption.scenario,
            adoption__is_pilot=adoption.is_pilot,
            kpi=kpi,
        ).order_by("-measured", "-id")[:count]
        return [Figure(one.value, one.baseline, timezone.localdate(one.measured), one.source) for one in records]
