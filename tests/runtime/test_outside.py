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


@pytest.fixture
def large(monkeypatch):
    """A solution whose one table is too large for the document, and which makes a file beside it."""
    from tujing.runtime.contract import Artifact, KpiValue, Outcome, RunResult
    from tujing.runtime.document import ROWS_IN_DOCUMENT
    from tujing.words import Text

    table = pa.table({"row": list(range(ROWS_IN_DOCUMENT + 1))})
    made = {"note.txt": Artifact(b"made", "text/plain", Text(zh="说明", en="Note"))}
    outcome = Outcome("done", {"k": KpiValue(1.0, "1")}, {"large": table}, Text(zh="好", en="Good"), files=made)

    class Kind:
        def run(self, *given):
            return RunResult("production/scheduling", outcome, 0, 1.0, "hash", {})

    monkeypatch.setattr(services, "runnable", lambda scenario: Kind())
    monkeypatch.setattr(services, "from_space", lambda *given: (None, {}))
    return table


@pytest.mark.django_db
def test_a_run_that_cannot_be_kept_leaves_no_file(organisation, settings, monkeypatch, large):
    from tujing.runtime.models import Run

    services.run_now(organisation, "production/scheduling")
    kept = sorted(settings.HOME.glob("runs/**/*.*"))
    assert len(kept) == 2

    def broken(*given):
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(services, "_open_adoption", broken)
    with pytest.raises(RuntimeError):
        services.run_now(organisation, "production/scheduling")
    assert sorted(settings.HOME.glob("runs/**/*.*")) == kept
    assert Run.objects.count() == 1


@pytest.mark.django_db
def test_a_workspace_may_be_moved_with_the_files_of_its_runs(organisation, settings, tmp_path, large):
    from tujing.runtime.tidy_services import run_file
    from tujing.web.outcomes import whole_table

    kept = services.run_now(organisation, "production/scheduling").document
    assert str(settings.HOME) not in json.dumps(kept), "no document tells where on the machine a workspace lies"
    before = settings.HOME
    told_whole = {"columns": ["row"], "path": str(before / kept["tables"]["large"]["path"])}  # as it once was told
    settings.HOME = tmp_path / "elsewhere"
    settings.HOME.mkdir()
    (before / "runs").rename(settings.HOME / "runs")

    for table in (kept["tables"]["large"], told_whole):
        columns, rows = whole_table(table)
        assert columns == ["row"] and len(rows) == large.num_rows
    assert run_file(kept["files"]["note.txt"]["path"]).read_bytes() == b"made"
