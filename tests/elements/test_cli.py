"""tujing element: lists, shows and checks; a file with problems exits with 2 and names row and column."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tujing.cli import output
from tujing.cli.main import main
from tujing.elements.definition import TABLES, elements

BROKEN = Path(__file__).parent / "broken"


@pytest.fixture(autouse=True)
def _language():
    yield
    output.choose_language("zh")


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(["--lang", "en", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_list_names_every_element(capsys):
    code, out, _ = run(capsys, "element", "list", "--json")
    assert code == 0
    assert {entry["name"] for entry in json.loads(out)["elements"]} == set(elements())


def test_show_gives_the_whole_definition(capsys):
    _, out, _ = run(capsys, "element", "show", "work_order", "--json")
    assert json.loads(out)["columns"]["product_id"]["reference"] == "product.product_id"
    _, lines, _ = run(capsys, "element", "show", "work_order")
    assert "product.product_id" in lines


def test_an_unknown_element_exits_with_2(capsys):
    code, out, err = run(capsys, "element", "show", "work_ordr")
    assert (code, out) == (2, "") and "work_order" in err


def test_check_accepts_a_shipped_definition_and_refuses_a_broken_one(capsys):
    assert run(capsys, "element", "check", str(TABLES / "product.yaml"))[0] == 0
    code, _, err = run(capsys, "element", "check", str(BROKEN / "unknown_type.yaml"))
    assert code == 2 and "unknown_type.yaml" in err and "columns.a.type" in err


def test_check_recognises_what_a_data_file_holds(capsys, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("物料编码,名称,类别,计量单位\nP1,轴承,raw,件\n".encode("gbk"))
    code, out, _ = run(capsys, "element", "check", str(path), "--json")
    assert code == 0
    assert json.loads(out)["element"] == "product" and json.loads(out)["rows"] == 1


def test_check_prints_problems_by_row_and_column_and_exits_with_2(capsys, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("物料编码,名称,类别,计量单位\nP1,轴承,raw,件\nP1,,gold,件\n", encoding="utf-8")
    code, out, _ = run(capsys, "element", "check", str(path), "--element", "product", "--json")
    assert code == 2
    found = json.loads(out)
    assert [(problem["row"], problem["column"]) for problem in found["problems"]] == [(3, "名称"), (3, "类别")]


def test_check_asks_which_element_when_headings_do_not_tell(capsys, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    code, _, err = run(capsys, "element", "check", str(path))
    assert code == 2 and "--element" in err
    assert run(capsys, "element", "check", str(path), "--map", "nonsense")[0] == 2
