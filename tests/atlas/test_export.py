"""What is exported can be read back, and text stays text."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from tujing.atlas.export import as_json, as_workbook, export, from_json
from tujing.atlas.labels import labels
from tujing.atlas.lists import four_lists
from tujing.atlas.loader import Atlas, Card, atlas
from tujing.problems import BadInput


def test_json_read_back_gives_the_same_manifests():
    assert from_json(as_json(atlas())) == atlas().manifests


def test_broken_json_is_refused_with_line_or_key():
    with pytest.raises(BadInput) as cut:
        from_json(as_json(atlas())[:-200], "atlas.json")
    assert cut.value.problems[0].code == "bad_json" and cut.value.problems[0].row
    with pytest.raises(BadInput) as renamed:
        from_json(as_json(atlas()).replace('"wing"', '"wings"', 1), "atlas.json")
    assert any(problem.key.startswith("scenarios.0") for problem in renamed.value.problems)


def test_the_workbook_has_every_list_in_both_languages():
    book = openpyxl.load_workbook(BytesIO(as_workbook(atlas())))
    sheets = labels().sheets
    assert book.sheetnames == [sheets[name].zh for name in sheets] + [sheets[name].en for name in sheets]
    for name, rows in four_lists(atlas()).items():
        for language in ("zh", "en"):
            sheet = book[sheets[name][language]]
            assert sheet.max_row == len(rows) + 1
            assert sheet.freeze_panes == "C2" and sheet.auto_filter.ref


def test_cells_of_the_workbook_are_those_of_the_lists():
    sheet = openpyxl.load_workbook(BytesIO(as_workbook(atlas())))["Skills"]
    rows = four_lists(atlas())["skills"]
    values = labels().values
    for row, cells in zip(rows, sheet.iter_rows(min_row=2, values_only=True), strict=True):
        expected = (row["scenario"], row["scenario_name_en"], row["name_en"], row["occupation"])
        assert cells == (*expected, values[row["level"]].en, row["person_days"], row["provenance"])


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "http://example.org"])
def test_text_that_looks_like_a_formula_stays_text(text):
    card = next(iter(atlas().cards.values()))
    tool = card.manifest.tools[0].model_copy(update={"interface": text})
    odd = card.manifest.model_copy(update={"tools": (tool,)})
    book = openpyxl.load_workbook(BytesIO(as_workbook(Atlas({odd.id: Card(odd, card.folder)}))))
    cell = book["Tools"]["E2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_export_writes_by_the_ending_and_leaves_nothing_else(tmp_path):
    export(atlas(), tmp_path / "atlas.xlsx")
    export(atlas(), tmp_path / "atlas.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atlas.json", "atlas.xlsx"]


def test_another_ending_or_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(BadInput) as ending:
        export(atlas(), tmp_path / "atlas.csv")
    with pytest.raises(BadInput) as folder:
        export(atlas(), tmp_path / "nowhere" / "atlas.json")
    assert [error.value.problems[0].code for error in (ending, folder)] == ["unknown_format", "unwritable_file"]
    assert list(tmp_path.iterdir()) == []
