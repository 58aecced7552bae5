"""A newer version of the map keeps what an enterprise has adopted, answered and aimed at."""

from dataclasses import replace

import pytest

from tujing.adoption import services
from tujing.adoption.models import Adoption
from tujing.atlas import loader
from tujing.diagnosis.crosswalk.services import answer_facts, known_facts
from tujing.iteration.services import levels_today

pytestmark = pytest.mark.django_db

SCENARIO = "production/scheduling"


@pytest.fixture
def upgrade(monkeypatch):
    """Puts a newer version of the scenario in the atlas: another name, one KPI less, a level dearer."""

    def newer():
        whole = loader._installed()
        card = whole.cards[SCENARIO]
        manifest = card.manifest.model_copy(
            update={
                "version": card.manifest.version + 1,
                "kpis": card.manifest.kpis[:-1],
                "costs": tuple(cost.model_copy(update={"level": cost.level}) for cost in card.manifest.costs[1:]),
            }
        )
        cards = {**whole.cards, SCENARIO: replace(card, manifest=manifest)}
        monkeypatch.setattr(loader, "_installed", lambda: replace(whole, cards=cards))
        loader.atlas.cache_clear()

    yield newer
    loader.atlas.cache_clear()


def test_adoption_target_kpis_and_answers_outlive_an_upgrade(organisation, upgrade):
    adoption = services.ensure(organisation, SCENARIO)
    Adoption.objects.filter(pk=adoption.pk).update(level_today=2, level_target=3, stage="in_use")
    last_kpi = loader.manifest(SCENARIO).kpis[-1]
    services.record_kpi(adoption, last_kpi.id, 0.5, unit=last_kpi.unit, source="test")
    answer_facts(organisation, {"scheduling": 2})
    before = loader.manifest(SCENARIO).version

    upgrade()

    assert loader.manifest(SCENARIO).version == before + 1
    kept = services.ensure(organisation, SCENARIO)
    assert (kept.pk, kept.level_today, kept.level_target) == (adoption.pk, 2, 3)
    assert kept.scenario_version == before
    assert [record.kpi for record in kept.kpi_records.all()] == [last_kpi.id]
    assert levels_today(organisation)[SCENARIO] == 2
    assert known_facts(organisation)["scheduling"].value == 2
