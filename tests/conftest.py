"""Every test runs in its own home folder; real public data is read only where it is present."""

from __future__ import annotations

import os
from pathlib import Path

# Playwright keeps an event loop in the main thread; Django's test client then needs this.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import pytest
from hypothesis import HealthCheck, settings

# No test is timed: what is slow on a busy machine is not wrong.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

pytest_plugins = ["tests.database_option", "tests.works", "tests.told"]

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data sets beside the checkout, which is never part of the project."""
    folder = Path(os.environ.get("TUJING_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"public data sets are not at hand ({folder} is absent)")
    return folder


@pytest.fixture
def organisation(db):
    from tujing.enterprise.models import Organisation

    return Organisation.objects.create(slug="test-works", name={"zh": "测试工厂", "en": "Test works"})


@pytest.fixture(autouse=True)
def _own_home(tmp_path, settings):
    """Files that a test writes (tables, reports, uploads) go into its own folder."""
    settings.HOME = tmp_path


@pytest.fixture
def small_atlas(monkeypatch):
    """The map with the scenarios that run and three cards beside them, so that a plan takes a second, not ten."""
    from dataclasses import replace

    from tujing.atlas import loader

    whole = loader._installed()
    beside = ("management/cash_forecast", "supply_chain/inventory", "supply_chain/order_tracking")
    few = {name: card for name, card in whole.cards.items() if card.runnable or name in beside}
    monkeypatch.setattr(loader, "_installed", lambda: replace(whole, count=len(few), cards=few))
    loader.atlas.cache_clear()
    yield few
    loader.atlas.cache_clear()
