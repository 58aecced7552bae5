"""Answer files: what goes out comes back, and every broken one is refused with its place and a next step."""

from __future__ import annotations

import json

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from tests.diagnosis.drawn import SME, answers_to, extreme

from tujing import examples
from tujing.diagnosis.answer_file import read
from tujing.diagnosis.answers import check, missing
from tujing.diagnosis.spreadsheet import workbook
from tujing.problems import BadInput

BASE = extreme(SME, 0)


def written(tmp_path, document, name="answers.yaml"):
    path = tmp_path / name
    text = document if isinstance(document, str) else yaml.dump(document, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    return path


def refused(path):
    with pytest.raises(BadInput) as refusal:
        read(path, SME)
    return refusal.value.problems


def test_yaml_and_json_read_the_same(tmp_path):
    document = {
        "instrument": "sme_2024",
        "assessor": "third_party",
        "answers": BASE,
        "evidence": {"B1": [{"kind": "file", "reference": "plan.pdf", "note": {"zh": "网络图", "en": "network plan"}}]},
    }
    first = read(written(tmp_path, document), SME)
    second = read(written(tmp_path, json.dumps(document), "answers.json"), SME)
    assert first == second
    assert first.assessor == "third_party"
    assert first.evidence["B1"][0]["note"]["zh"] == "网络图"
    assert missing(SME, first.answers) == []


def test_the_examples_answers_are_complete_and_score_as_worked_out_by_hand():
    """B 4 + 4.5 + 3 + 7.2 + 5 + 2.5 + 2.5 = 28.7; M 4.5 + 3.75 + 4.5 = 12.75; R 3.5 + 3.5 + 3 + 1.5 = 11.5."""
    from importlib.resources import as_file, files

    from tujing.diagnosis.scoring import score

    with as_file(files(examples) / "motor_works" / "answers.sme_2024.yaml") as path:
        found = read(path, SME)
    assert missing(SME, found.answers) == []
    result = score(SME, found.answers)
    assert (result.score, result.level) == (52.95, 2)


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        ({"B9": {"option": "le_10"}}, "unknown_indicator", "answers.B9"),
        ({"S17": {"level": 1}}, "unknown_indicator", "answers.S17"),
        ({"B2": {"option": "half"}}, "unknown_option", "answers.B2"),
        ({"B2": {"option": ["le_10", "le_20"]}}, "two_options", "answers.B2"),
        ({"B2": {"options": ["le_10"]}}, "two_options", "answers.B2"),
        ({"B2": "le_10"}, "bad_answer", "answers.B2"),
        ({"B2": {}}, "bad_answer", "answers.B2"),
        ({"B2": None}, "bad_answer", "answers.B2"),
        ({"B1": {"options": "control_network"}}, "bad_answer", "answers.B1"),
        ({"B1": {"options": ["rules", 5]}}, "unknown_option", "answers.B1"),
        ({"B1": {"options": ["control_network", "control_network"]}}, "repeated_option", "answers.B1"),
        ({"B1": {"options": ["none", "control_network"]}}, "exclusive_option", "answers.B1"),
        ({"S01": {"level": 5}}, "level_out_of_range", "answers.S01"),
        ({"S01": {"level": -1}}, "level_out_of_range", "answers.S01"),
        ({"S01": {"level": 1.5}}, "level_out_of_range", "answers.S01"),
        ({"S01": {"level": True}}, "level_out_of_range", "answers.S01"),
        ({"S01": {"level": "二"}}, "level_out_of_range", "answers.S01"),
        ({"S01": {"option": 1}}, "bad_answer", "answers.S01"),
        ({"B2": {"option": "le_10", "numbers": {"staff": 3}}}, "unknown_number", "answers.B2"),
        ({"R2": {"option": "up", "numbers": {"now": 3}}}, "unknown_number", "answers.R2"),
        ({"B2": {"option": "le_10", "numbers": {"all_equipment": "many"}}}, "bad_number", "answers.B2"),
        ({"B2": {"option": "le_10", "numbers": {"all_equipment": float("nan")}}}, "bad_number", "answers.B2"),
        (
            {"B2": {"option": "le_10", "numbers": {"digital_equipment": 1, "all_equipment": 0}}},
            "zero_denominator",
            "answers.B2",
        ),
        (
            {"B2": {"option": "gt_60", "numbers": {"digital_equipment": 30, "all_equipment": 80}}},
            "numbers_contradict",
            "answers.B2",
        ),
        ({"R4": {"option": "down", "numbers": {"now": 90, "before": 80}}}, "numbers_contradict", "answers.R4"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_key(tmp_path, change, code, key):
    path = written(tmp_path, {"answers": {**BASE, **change}})
    [problem] = refused(path)
    assert (problem.code, problem.key, problem.file) == (code, key, str(path))


def test_every_fault_is_told_at_once(tmp_path):
    path = written(tmp_path, {"answers": {**BASE, "B2": {"option": "?"}, "S01": {"level": 9}, "X": 1}})
    assert {problem.key for problem in refused(path)} == {"answers.B2", "answers.S01", "answers.X"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("answers: {B1: {options: []}, B1: {options: [none]}}", "repeated_key"),
        ("answers:\n  S01: {level: 1}\n  S01: {level: 2}", "repeated_key"),
        ("answers: [", "bad_file"),
        ("", "no_answers"),
        ("- 1", "no_answers"),
        ("answers: 5", "no_answers"),
        ("answers: {}\ninstrument: dcmm", "other_instrument"),
        ("answers: {}\nassessor: friend", "unknown_assessor"),
        ("answers: {}\ncolour: red", "unknown_key"),
        ("answers: {}\nevidence: yes", "bad_evidence"),
        ("answers: {}\nevidence: {B1: {kind: file, note: x}}", "bad_evidence"),
        ("answers: {}\nevidence: {B1: [{kind: rumour, note: x}]}", "bad_evidence"),
        ("answers: {}\nevidence: {B1: [{kind: file}]}", "bad_evidence"),
        ("answers: {}\nevidence: {Z1: [{kind: file, note: x}]}", "unknown_indicator"),
        ("answers: !!python/object/apply:os.system [ls]", "bad_file"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, text, code):
    assert code in {problem.code for problem in refused(written(tmp_path, text))}


def test_a_key_twice_in_json_is_refused(tmp_path):
    path = written(tmp_path, '{"answers": {"S01": {"level": 1}, "S01": {"level": 2}}}', "answers.json")
    assert refused(path)[0].code == "repeated_key"


def test_files_that_cannot_be_read_are_refused(tmp_path):
    (tmp_path / "gbk.yaml").write_bytes("answers: {备注: 一}".encode("gbk"))
    (tmp_path / "fake.xlsx").write_bytes(b"not a workbook")
    (tmp_path / "big.yaml").write_bytes(b"#" * (5 * 1024 * 1024 + 1))
    (tmp_path / "noise.csv").write_bytes(b"\xff\xff\xff")
    codes = {
        name: refused(tmp_path / name)[0].code
        for name in ("gbk.yaml", "fake.xlsx", "big.yaml", "noise.csv", "absent.yaml", "absent.xlsx", "answers.pdf")
    }
    assert codes == {
        "gbk.yaml": "unreadable_file",
        "fake.xlsx": "bad_workbook",
        "big.yaml": "too_large",
        "noise.csv": "unreadable_file",
        "absent.yaml": "missing_file",
        "absent.xlsx": "missing_file",
        "answers.pdf": "unknown_format",
    }


def test_an_unanswered_question_is_named():
    answers = check(SME, {id: answer for id, answer in BASE.items() if id not in ("B3", "S08")})
    assert [problem.key for problem in missing(SME, answers)] == ["B3", "S08"]


def fill(path, answers, numbers=None):
    """Marks a template as a person would."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(min_row=2):
        id, option = row[0].value, str(row[2].value)
        answer = answers.get(id, {})
        chosen = answer.get("options", [answer.get("option")])
        if (
            option in chosen
            or option == str(answer.get("level"))
            or (option == workbook.NONE_OF_THESE and answer.get("options") == [])
        ):
            row[5].value = "√"
        elif option in answer.get("numbers", {}):
            row[5].value = answer["numbers"][option]
    book.save(path)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers_to(complete=False))
def test_a_template_filled_in_reads_back_the_same_answers(tmp_path, answers):
    path = tmp_path / "sheet.xlsx"
    workbook.template(SME, path)
    # B1 has its own "none of these"; an empty list there has no mark of its own.
    if answers.get("B1") == {"options": []}:
        answers["B1"] = {"options": ["none"]}
    fill(path, answers)
    assert read(path, SME).answers == answers


def test_numbers_and_evidence_come_through_the_sheet(tmp_path):
    path = tmp_path / "sheet.xlsx"
    workbook.template(SME, path)
    answers = {"B2": {"option": "le_40", "numbers": {"digital_equipment": 30.0, "all_equipment": 80.0}}}
    fill(path, answers)
    book = openpyxl.load_workbook(path)
    row = next(row for row in book.worksheets[0].iter_rows(min_row=2) if row[0].value == "B2")
    row[6].value, row[7].value = "file", "台账.xlsx"
    book.save(path)
    found = read(path, SME)
    assert found.answers == answers
    assert found.evidence == {"B2": [{"kind": "file", "reference": "台账.xlsx", "note": {}}]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_is_read_in_the_encodings_of_the_factory(tmp_path, encoding):
    path = tmp_path / "sheet.csv"
    path.write_bytes("编号 id,选项 option,填写 mark\r\nB5,one,√\r\nS05,2,是\r\n".encode(encoding))
    assert read(path, SME).answers == {"B5": {"option": "one"}, "S05": {"level": 2}}


@pytest.mark.parametrize(
    ("rows", "code", "row"),
    [
        ("B5,one,√\nB5,several,√", "two_options", None),
        ("S05,1,√\nS05,2,√", "level_out_of_range", None),
        ("B5,one,√\nB5,one,√", "repeated_row", 3),
        ("B55,one,√", "unknown_indicator", 2),
        ("B5,dozen,√", "unknown_option", None),
        ("B5,one,maybe", "bad_mark", 2),
        ("B2,all_equipment,dozens", "bad_number", 2),
        ("B6,-,√\nB6,rules,√", "unknown_option", None),
        ("B2,all_equipment,20", "no_option", None),
    ],
)
def test_a_wrong_row_of_a_sheet_is_refused(tmp_path, rows, code, row):
    path = tmp_path / "sheet.csv"
    path.write_text(f"id,option,mark\n{rows}\n", encoding="utf-8")
    problem = refused(path)[0]
    assert (problem.code, problem.row) == (code, row)


def test_a_sheet_without_its_columns_is_refused(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("指标,分值\nB5,2\n", encoding="gbk")
    [problem] = refused(path)
    assert (problem.code, problem.row) == ("missing_column", 1)
