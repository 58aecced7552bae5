"""Scenarios go to Excel and back, and to YAML and back, without loss."""

import json
import zipfile

import openpyxl
import pytest

from tujing.atlas.loader import atlas, read_manifest
from tujing.atlas.packs.diff import difference
from tujing.atlas.packs.folder import write_folder
from tujing.atlas.packs.sheets import LISTS
from tujing.atlas.packs.workbook import HEADINGS, as_workbook, read
from tujing.cli.main import main
from tujing.problems import BadInput
from tujing.words import Text


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "atlas.xlsx"
    path.write_bytes(as_workbook(atlas().manifests))
    return path


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.xlsx"
    wanted = ("production/safety", "cross_stage/digital_infrastructure")
    path.write_bytes(as_workbook({name: atlas().manifests[name] for name in wanted}))
    return path


def edited(path, change):
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def column(sheet, key):
    return [cell.value for cell in sheet[HEADINGS]].index(key) + 1


def test_the_whole_atlas_goes_to_excel_and_back(workbook):
    assert read(workbook) == atlas().manifests


def test_excel_saves_it_and_nothing_changes(workbook):
    assert read(edited(workbook, lambda book: None)) == atlas().manifests


def test_an_edit_arrives_and_nothing_else_changes(workbook):
    def change(book):
        sheet = book["costs"]
        sheet.cell(HEADINGS + 1, column(sheet, "one_off.mode")).value += 1000

    before, after = atlas().manifests, read(edited(workbook, change))
    (changed,) = [name for name in before if before[name] != after[name]]
    costs = zip(before[changed].costs, after[changed].costs, strict=True)
    (pair,) = [(one, other) for one, other in costs if one != other]
    assert pair[1].one_off.mode == pair[0].one_off.mode + 1000


def test_yaml_and_back(tmp_path):
    report = write_folder(atlas().manifests, tmp_path / "pack")
    assert report.scenarios == len(atlas().cards)
    for name, manifest in atlas().manifests.items():
        assert read_manifest(tmp_path / "pack" / name / "scenario.yaml") == manifest


def test_headings_are_frozen_wide_enough_and_in_both_languages(workbook):
    book = openpyxl.load_workbook(workbook)
    assert book.sheetnames == ["scenarios", *LISTS]
    for sheet in book:
        assert sheet.freeze_panes == f"B{HEADINGS + 1}"
        assert sheet.auto_filter.ref
        for place, cell in enumerate(sheet[1], start=1):
            assert cell.value and sheet.cell(2, place).value
    assert book["costs"]["A1"].value == "所属场景"


def broken(book, sheet, row, key, value):
    book[sheet].cell(row, column(book[sheet], key)).value = value


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda book: broken(book, "costs", 5, "one_off.low", 9e9), "costs!"),
        (lambda book: broken(book, "costs", 5, "level", "two"), "costs!B5"),
        (lambda book: broken(book, "kpis", 4, "better", "sideways"), "kpis!"),
        (lambda book: broken(book, "kpis", 4, "formula", "=1+1"), "kpis!"),
        (lambda book: broken(book, "risks", 4, "belongs_to", "production/nothing"), "risks!A4"),
        (lambda book: broken(book, "scenarios", 5, "id", "production/safety"), "scenarios!"),
        (lambda book: book["risks"].merge_cells("A4:A5"), "risks!A4:A5"),
        (lambda book: book.create_sheet("macros"), "macros"),
        (lambda book: book["risks"].cell(3, 2, "belongs_to"), "risks!"),
        (lambda book: book.remove(book["scenarios"]), "scenarios"),
        (lambda book: broken(book, "tools", 4, "software_class", None), "tools!"),
    ],
)
def test_what_does_not_fit_is_named_by_sheet_and_cell(small, change, place):
    with pytest.raises(BadInput) as caught:
        read(edited(small, change))
    assert any(problem.key.startswith(place) for problem in caught.value.problems), caught.value.problems


def test_files_that_are_no_workbook(tmp_path):
    fake = tmp_path / "fake.xlsx"
    fake.write_bytes(b"not a zip")
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (201 * 1024 * 1024))
    for path, code in ((fake, "no_workbook"), (bomb, "too_large"), (tmp_path / "none.xlsx", "missing_file")):
        with pytest.raises(BadInput) as caught:
            read(path)
        assert caught.value.problems[0].code == code


def test_a_pack_that_breaks_a_rule_leaves_nothing_behind(small, tmp_path, capsys):
    edited(small, lambda book: broken(book, "reads", 4, "element", "no_such_table"))
    target = tmp_path / "out" / "pack"
    assert main(["atlas", "import", str(small), str(target)]) == 2
    assert "no_such_table" in capsys.readouterr().err
    assert not target.exists() and not list(target.parent.glob(".pack-*"))


def test_the_commands(tmp_path, capsys):
    book, folder = tmp_path / "a.xlsx", tmp_path / "pack"
    assert main(["atlas", "export", str(book), "--format", "xlsx"]) == 0
    assert main(["atlas", "import", str(book), str(folder), "--json"]) == 0
    assert main(["atlas", "import", str(book), str(folder)]) == 2  # never over what is there
    assert main(["atlas", "export", str(tmp_path / "yaml"), "--format", "yaml"]) == 0
    assert main(["atlas", "export", str(tmp_path / "a.txt"), "--format", "xlsx"]) == 2
    assert main(["atlas", "check", str(folder)]) == 0


def test_the_difference_of_two_states_and_its_step(tmp_path, capsys):
    old = dict(atlas().manifests)
    safety = old["production/safety"]
    assert difference(old, old).step == "none"

    reworded = {**old, safety.id: safety.model_copy(update={"name": Text(zh="安全", en="Safety")})}
    found = difference(old, reworded)
    assert found.step == "patch"
    assert {change.key for change in found.changes} == {"name.zh", "name.en"}

    fewer = {name: one for name, one in old.items() if name != "production/carbon"}
    assert (difference(old, fewer).step, difference(fewer, old).step) == ("major", "minor")
    without = {**old, safety.id: safety.model_copy(update={"kpis": safety.kpis[1:]})}
    assert difference(old, without).step == "major"

    write_folder({safety.id: reworded[safety.id]}, tmp_path / "pack")
    assert main(["atlas", "diff", str(tmp_path / "pack"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["step"] == "minor" and len(document["added"]) == len(old) - 1
    assert main(["atlas", "diff", str(tmp_path)]) == 2


@pytest.mark.parametrize("name", ["standards", "tools", "occupations"])
def test_the_catalogues_are_shown(name, capsys):
    assert main(["atlas", "catalogue", name, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)[name]) >= 60
    assert main(["atlas", "catalogue", name]) == 0
