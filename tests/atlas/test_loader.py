"""The loader takes good manifests and says of each broken one where and what is wrong."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint

import pytest

from tujing.atlas import loader
from tujing.atlas.loader import Atlas, Card, atlas, check, manifest
from tujing.problems import BadInput


@pytest.fixture
def fresh_atlas():
    """Forgets the cached atlas before and after."""
    atlas.cache_clear()
    loader._installed.cache_clear()
    yield
    atlas.cache_clear()
    loader._installed.cache_clear()


def test_the_shipped_atlas_has_no_error():
    report = check()
    assert report.ok, [problem.sentence("en") for problem in report.problems]
    assert report.scenarios == len(atlas().cards) >= 12


def test_a_good_manifest_passes_alone(write, content):
    report = check(write(content))
    assert (report.scenarios, report.problems) == (1, [])


def test_a_single_scenarios_folder_can_be_checked(write, content):
    folder = write(content) / "supply_chain" / "order_tracking"
    assert check(folder).ok and check(folder / "scenario.yaml").ok
    content["kpis"][0]["formula"] = "sales_order.no_such"
    write(content)
    assert [problem.code for problem in check(folder).problems] == ["unknown_column"]


def _set(path: str, value):
    def change(content):
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        for part in way:
            content = content[part]
        content[last] = value

    return change


def _drop(path: str):
    def change(content):
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        for part in way:
            content = content[part]
        del content[last]

    return change


def _repeat(key: str):
    return lambda content: content[key].append(content[key][0])


BREAKAGES = {
    "id is not the folder": (_set("id", "supply_chain/other"), "id_differs", "id"),
    "id is missing": (_drop("id"), "id_differs", "id"),
    "unknown element read": (_set("data_elements.reads.0.element", "sales_ordr"), "unknown_element", "reads.0.element"),
    "unknown element written": (
        _set("data_elements.writes.0.element", "nothing"),
        "unknown_element",
        "writes.0.element",
    ),
    "unknown column": (_set("data_elements.reads.1.columns", ["sales_order_ix"]), "unknown_column", "reads.1.columns"),
    "unknown column in a formula": (
        _set("kpis.1.formula", "mean(sales_order.shipped)"),
        "unknown_column",
        "kpis.1.formula",
    ),
    "unknown element in a formula": (_set("kpis.1.formula", "mean(sale.shipped)"), "unknown_element", "kpis.1.formula"),
    "unknown model input": (_set("knowledge_models.0.inputs", ["nothing"]), "unknown_element", "models.0.inputs"),
    "unknown model column": (_set("knowledge_models.0.outputs", ["product.x"]), "unknown_column", "models.0.outputs"),
    "missing provenance": (_drop("costs.3.provenance"), "missing", "costs.3.provenance"),
    "missing source": (_set("effects.0.provenance", {"status": "found"}), "missing", "effects.0.provenance.source"),
    "unknown status": (
        _set("durations.0.provenance", {"source": "a book", "status": "guessed"}),
        "literal_error",
        "durations.0.provenance.status",
    ),
    "low above high": (
        _set("effects.0.change", {"low": 0.1, "mode": 0, "high": -0.1}),
        "value_error",
        "effects.0.change",
    ),
    "unknown key": (_set("colour", "red"), "extra_forbidden", "colour"),
    "blank Chinese": (_set("name.zh", "  "), "value_error", "name.zh"),
    "missing English": (_drop("summary.en"), "missing", "summary.en"),
    "ladder with a gap": (_drop("ladder.3"), "value_error", ""),
    "effect on an unknown kpi": (_set("effects.0.kpi", "speed"), "value_error", ""),
    "effect without cost": (_drop("costs.0"), "missing_cost", "costs"),
    "effect without duration": (_drop("durations.2"), "missing_duration", "durations"),
    "kpi twice": (_repeat("kpis"), "duplicate_entry", "kpis.4"),
    "cost twice": (_repeat("costs"), "duplicate_entry", "costs.12"),
    "industry that is no code": (_set("industries", ["C38-1"]), "unknown_code", "industries"),
    "scenario of no other framework": (_set("maps.sme_2024", ["S17"]), "unknown_code", "maps.sme_2024"),
    "typical scenario above 40": (_set("maps.typical_2025", [41]), "unknown_code", "maps.typical_2025"),
    "unknown prerequisite": (
        _set("prerequisites", [{"scenario": "service/mindreading", "level": 2, "reason": {"zh": "因", "en": "why"}}]),
        "unknown_prerequisite",
        "prerequisites.0.scenario",
    ),
    "prerequisite in a circle": (
        _set("prerequisites", [{"scenario": "production/scheduling", "level": 3, "reason": {"zh": "因", "en": "why"}}]),
        "prerequisite_circle",
        "prerequisites",
    ),
}


@pytest.mark.parametrize(("change", "code", "key"), BREAKAGES.values(), ids=BREAKAGES.keys())
def test_a_broken_manifest_is_refused_with_file_key_and_sentence(write, content, change, code, key):
    change(content)
    report = check(write(content))
    assert [problem.code for problem in report.problems] == [code]
    problem = report.problems[0]
    assert problem.file.endswith("supply_chain/order_tracking/scenario.yaml")
    assert problem.key.endswith(key)
    assert problem.words.zh and problem.words.en


@pytest.mark.parametrize("text", ["name: [unclosed", "a: 1\n b: 2\n", "{"])
def test_bad_yaml_names_the_line(write, text):
    (problem,) = check(write(text)).problems
    assert problem.code == "bad_yaml" and problem.row is not None


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list\n", "7"])
def test_yaml_that_is_no_manifest_is_refused(write, text):
    (problem,) = check(write(text)).problems
    assert problem.file.endswith("scenario.yaml")


def test_a_broken_manifest_does_not_hide_the_good_ones(write, content):
    write(content)
    root = write(content, "supply_chain/elsewhere")
    report = check(root)
    assert report.scenarios == 2
    assert [problem.code for problem in report.problems] == ["id_differs"]


def test_missing_and_empty_folders_are_refused(tmp_path):
    with pytest.raises(BadInput) as missing:
        check(tmp_path / "nowhere")
    with pytest.raises(BadInput) as empty:
        check(tmp_path)
    assert [error.value.problems[0].code for error in (missing, empty)] == ["missing_folder", "no_scenarios"]


def test_an_unknown_scenario_is_refused_with_the_nearest_name():
    with pytest.raises(BadInput) as error:
        manifest("production/schedulling")
    assert "production/scheduling" in error.value.problems[0].words.zh


def test_a_card_tells_what_its_folder_holds(write, content, tmp_path):
    folder = write(content) / "supply_chain" / "order_tracking"
    card = Card(manifest("supply_chain/order_tracking"), folder)
    assert not card.runnable and not card.has_light_app
    (folder / "solution.py").touch()
    (folder / "light_app.yaml").touch()
    assert card.runnable and card.has_light_app


def _install(monkeypatch, folder, name: str) -> None:
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(folder.parent))
    entry = EntryPoint(name, f"{folder.name}", "tujing.scenarios")
    monkeypatch.setattr(loader, "entry_points", lambda group: [entry] if group == "tujing.scenarios" else [])


def test_scenarios_of_another_package_join_the_atlas(write, content, monkeypatch, fresh_atlas):
    content["id"] = "supply_chain/guest"
    root = write(content, "supply_chain/guest").rename(write(content, "supply_chain/guest").parent / "guest_scenarios")
    _install(monkeypatch, root, "guest")
    found = atlas()
    assert isinstance(found, Atlas)
    assert found.card("supply_chain/guest").folder == root / "supply_chain" / "guest"
    assert list(found.cards) == sorted(found.cards)


def test_two_packages_with_one_id_are_refused(write, content, monkeypatch, fresh_atlas):
    root = write(content).rename(write(content).parent / "rival_scenarios")
    _install(monkeypatch, root, "rival")
    with pytest.raises(BadInput) as error:
        atlas()
    assert [problem.code for problem in error.value.problems] == ["duplicate_scenario"]


def test_an_extension_whose_package_is_gone_is_named(monkeypatch, fresh_atlas):
    entry = EntryPoint("ghost", "no_such_package_at_all", "tujing.scenarios")
    monkeypatch.setattr(loader, "entry_points", lambda group: [entry])
    assert "no_such_package_at_all" not in sys.modules
    with pytest.raises(BadInput) as error:
        atlas()
    assert error.value.problems[0].code == "missing_package"
