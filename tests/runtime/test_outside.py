"""Scenarios of other packages and of loose folders: they load, run and keep nothing when they fail."""

import json
import sys
from importlib.metadata import EntryPoint

import pyarrow as pa
import pytest

from tujing.atlas import loader
from tujing.cli.main import main
from tujing.runtime import registry, services
from tujing.runtime.new import scaffold
from tujing.runtime.registry import solution

SCENARIO = "production/press_balancing"


@pytest.fixture
def folder(tmp_path):
    return scaffold(tmp_path / "press_package", SCENARIO, "冲压均衡", "Press balancing")


@pytest.fixture
def installed(folder, tmp_path, monkeypatch):
    """The folder as part of an installed package that names itself in the entry-point group."""
    entry = EntryPoint("press", "press_package", loader.ENTRY_POINTS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(loader, "entry_points", lambda group: [entry] if group == loader.ENTRY_POINTS else [])
    caches = (loader.atlas, loader._installed, registry.solution)
    for cached in caches:
        cached.cache_clear()
    yield folder
    monkeypatch.undo()
    sys.modules.pop("press_package", None)
    for cached in caches:
        cached.cache_clear()


def test_a_scenario_of_another_package_loads_beside_the_built_in_ones(installed):
    assert loader.atlas().card(SCENARIO).folder == installed
    assert solution(SCENARIO).scenario == SCENARIO
    assert solution("production/scheduling").scenario == "production/scheduling"


def test_a_scenario_of_another_package_runs_by_its_id(installed, capsys):
    assert main(["scenario", "run", SCENARIO, "--input", str(installed / "sample"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scenario"] == SCENARIO


def test_a_new_folder_runs_at_once_from_where_it_is(folder, capsys):
    assert main(["scenario", "run", str(folder), "--input", str(folder / "sample"), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["scenario"] == SCENARIO and content["kpis"]


def test_a_folder_without_a_solution_is_refused(folder, capsys):
    (folder / "solution.py").unlink()
    assert main(["scenario", "run", str(folder), "--input", str(folder / "sample")]) == 2
    assert "solution.py" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_run_that_cannot_be_kept_leaves_no_file(organisation, settings, monkeypatch):
    from tujing.runtime.contract import KpiValue, Outcome, RunResult
    from tujing.runtime.document import ROWS_IN_DOCUMENT
    from tujing.runtime.models import Run
    from tujing.words import Text

    large = pa.table({"row": list(range(ROWS_IN_DOCUMENT + 1))})
    outcome = Outcome("done", {"k": KpiValue(1.0, "1")}, {"large": large}, Text(zh="好", en="Good"))

    class Kind:
        def run(self, *given):
            return RunResult("production/scheduling", outcome, 0, 1.0, "hash", {})

    monkeypatch.setattr(services, "runnable", lambda scenario: Kind())
    monkeypatch.setattr(services, "from_space", lambda *given: (None, {}))
    services.run_now(organisation, "production/scheduling")
    kept = sorted(settings.HOME.glob("runs/**/*.parquet"))
    assert len(kept) == 1

    def broken(*given):
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(services, "_open_adoption", broken)
    with pytest.raises(RuntimeError):
        services.run_now(organisation, "production/scheduling")
    assert sorted(settings.HOME.glob("runs/**/*.parquet")) == kept
    assert Run.objects.count() == 1
