"""Pain points: read from files, tied to scenarios, proposed by wording with the reason."""

from __future__ import annotations

import pytest
import xlsxwriter
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tujing.atlas.loader import atlas
from tujing.diagnosis import services
from tujing.diagnosis.models import PainPoint
from tujing.diagnosis.pain import services as pain
from tujing.diagnosis.pain.file import read
from tujing.diagnosis.pain.proposals import Speech, Speeches, common, cosine, grams
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput

KNOWN = ("production/scheduling", "production/energy")
ENTRY = {
    "department": "计划科",
    "words": {"zh": "插单多，计划天天改", "en": "Rush orders change the plan every day"},
    "severity": 4,
    "frequency": "daily",
    "yuan_per_year": 300000,
    "scenarios": ["production/scheduling"],
}
HEADING = "部门 department,痛点 words,严重程度 severity,频率 frequency,每年损失（元） yuan_per_year,场景 scenarios"


@pytest.fixture(scope="module")
def speeches():
    return Speeches([Speech(id, one.pain_points, (one.name, one.summary)) for id, one in atlas().manifests.items()])


def codes(refusal):
    return [problem.code for problem in refusal.value.problems]


def written(tmp_path, entries):
    path = tmp_path / "pain.yaml"
    path.write_text(yaml.dump({"pain_points": entries}, allow_unicode=True), encoding="utf-8")
    return path


def test_every_scenarios_own_words_propose_it(speeches):
    """Chinese puts it first, always; English, where characters say less, among three nine times of ten."""
    points = [(id, point) for id, one in atlas().manifests.items() for point in one.pain_points]
    assert all(speeches.propose(point.as_dict())[0].scenario == id for id, point in points)
    found = [id in [one.scenario for one in speeches.propose({"en": point.en})] for id, point in points]
    assert sum(found) >= 0.9 * len(points)


@pytest.mark.parametrize(
    ("words", "scenario", "piece"),
    [
        ({"zh": "插单多，计划天天改，交期总是延误"}, "production/scheduling", "计划"),
        ({"zh": "库存太多，压了很多钱，可还是缺料"}, "supply_chain/inventory", "库存"),
        ({"zh": "仓库找料要半天"}, "production/material_delivery", "仓库找料"),
        ({"en": "Machines break down without warning"}, "service/predictive_maintenance", "warning"),
    ],
)
def test_other_words_for_it_propose_it_with_the_shared_piece(speeches, words, scenario, piece):
    found = {one.scenario: one for one in speeches.propose(words)}
    assert piece in found[scenario].reason.zh and piece in found[scenario].reason.en


def test_what_no_scenario_speaks_of_proposes_none(speeches):
    assert speeches.propose({"zh": "Ωλζ"}) == [] and speeches.propose({}) == []


@given(st.text(alphabet="插单计划天改 abc，", max_size=20), st.text(alphabet="插单计划天改 abc，", max_size=20))
def test_nearness_is_symmetric_between_0_and_1_and_pieces_are_in_both(one, other):
    left, right = (dict(grams(text, (1, 2))) for text in (one, other))
    assert cosine(left, right) == pytest.approx(cosine(right, left)) and -1e-9 <= cosine(left, right) <= 1 + 1e-9
    assert cosine(left, left) == pytest.approx(1 if left else 0)
    for piece in common(one, other, 2):
        assert piece in one and piece in other


def test_yaml_and_a_gbk_sheet_say_the_same(tmp_path):
    sheet = tmp_path / "pain.csv"
    sheet.write_bytes(f"{HEADING}\n计划科,插单多计划天天改,4,每天,,production/scheduling\n".encode("gbk"))
    plain = {**ENTRY, "words": "插单多计划天天改", "yuan_per_year": None}
    assert read(sheet, KNOWN) == read(written(tmp_path, [plain]), KNOWN)


def test_money_in_ten_thousand_yuan_is_told_by_the_heading(tmp_path):
    path = tmp_path / "pain.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["部门", "痛点", "严重程度", "频率", "每年损失（万元）"])
    sheet.write_row(1, 0, ["质量部", "废品多", 3, "每周", 12.5])
    book.close()
    [one] = read(path, KNOWN)
    assert (one.yuan_per_year, one.frequency, one.severity) == (125_000, "weekly", 3)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"severity": 6}, "bad_severity"),
        ({"severity": True}, "bad_severity"),
        ({"severity": "高"}, "bad_severity"),
        ({"frequency": "often"}, "bad_frequency"),
        ({"yuan_per_year": "三十万"}, "bad_money"),
        ({"yuan_per_year": -1}, "bad_money"),
        ({"yuan_per_year": float("nan")}, "bad_money"),
        ({"words": ""}, "bad_words"),
        ({"words": "x" * 501}, "bad_words"),
        ({"words": {"de": "zu viel"}}, "bad_words"),
        ({"department": " "}, "bad_department"),
        ({"scenarios": ["production/none"]}, "unknown_scenario"),
        ({"scenarios": "production/scheduling"}, "bad_scenarios"),
        ({"colour": "red"}, "unknown_key"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_row(tmp_path, change, expected):
    with pytest.raises(BadInput) as refusal:
        read(written(tmp_path, [ENTRY, {**ENTRY, "department": "车间", **change}]), KNOWN)
    assert codes(refusal) == [expected] and refusal.value.problems[0].row == 2


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("pain.csv", "部门,痛点\n计划科,插单\n".encode("gbk"), "missing_column"),
        ("pain.csv", b"\xff\xfe\x00\x81", "unreadable_file"),
        ("pain.yaml", "痛点: 插单".encode("gbk"), "unreadable_file"),
        ("pain.yaml", b"[]", "no_pain_points"),
        ("pain.xlsx", b"no workbook", "bad_workbook"),
        ("pain.pdf", b"%PDF", "unknown_format"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput) as refusal:
        read(path, KNOWN)
    assert codes(refusal) == [expected]


def test_the_same_pain_point_twice_is_refused(tmp_path):
    with pytest.raises(BadInput) as refusal:
        read(written(tmp_path, [ENTRY, {**ENTRY, "severity": 2}]), KNOWN)
    assert codes(refusal) == ["repeated_row"]


@pytest.mark.django_db
def test_pain_points_are_kept_gravest_first_and_read_again_change_nothing_twice(organisation, tmp_path):
    light = {**ENTRY, "words": "电费涨了说不清", "severity": 2, "scenarios": []}
    path = written(tmp_path, [light, ENTRY])
    pain.read_pain_points(organisation, path)
    pain.read_pain_points(organisation, path)
    grave, slight = services.pain_points(organisation)
    assert (grave["severity"], grave["words"]["en"]) == (4, ENTRY["words"]["en"])
    assert grave["scenarios"] == ["production/scheduling"] and grave["yuan_per_year"] == 300_000
    assert "production/scheduling" not in [one["scenario"] for one in grave["proposals"]]
    assert slight["words"] == {"zh": "电费涨了说不清", "en": "电费涨了说不清"}
    assert slight["proposals"][0]["scenario"] == "production/energy"


@pytest.mark.django_db
def test_nobody_sees_or_ties_anothers_pain_points(organisation):
    row = pain.add_pain_point(organisation, ENTRY)
    other = Organisation.objects.create(slug="other", name={"zh": "别家", "en": "Other"})
    assert services.pain_points(other) == []
    with pytest.raises(BadInput):
        pain.tie(other, row["id"], [])
    pain.remove_pain_point(other, row["id"])
    assert PainPoint.objects.count() == 1


@pytest.mark.django_db
def test_a_person_chooses_the_scenarios(organisation):
    row = pain.add_pain_point(organisation, {**ENTRY, "scenarios": []})
    proposed = row["proposals"][0]["scenario"]
    assert pain.tie(organisation, row["id"], [proposed, proposed])["scenarios"] == [proposed]
    with pytest.raises(BadInput):
        pain.tie(organisation, row["id"], ["production/none"])
    assert services.pain_points(organisation)[0]["scenarios"] == [proposed]


@pytest.mark.django_db
def test_the_list_reads_back_what_it_writes_and_runs_no_formula(organisation, tmp_path):
    import openpyxl

    pain.add_pain_point(organisation, ENTRY)
    pain.add_pain_point(organisation, {**ENTRY, "words": "=1+1", "yuan_per_year": None, "scenarios": []})
    before = services.pain_points(organisation)
    pain.write_pain_points(organisation, tmp_path / "list.xlsx")
    book = openpyxl.load_workbook(tmp_path / "list.xlsx")
    assert all(cell.data_type != "f" for row in book.worksheets[0] for cell in row)
    assert book.worksheets[1].max_row > 200
    PainPoint.objects.all().delete()
    pain.read_pain_points(organisation, tmp_path / "list.xlsx")
    after = services.pain_points(organisation)
    told = ("department", "words", "severity", "frequency", "yuan_per_year", "scenarios")
    assert [[one[name] for name in told] for one in after] == [[one[name] for name in told] for one in before]
