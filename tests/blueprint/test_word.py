"""The Word document: every section that the guide lists, numbered tables and pictures, one language, honest figures."""

import io
import re
import zipfile

import docx
import openpyxl
import pytest
from tests.blueprint import making

from tujing.blueprint import chapters_why
from tujing.blueprint.files import render
from tujing.blueprint.pictures import ROWS_OF_MATRIX, applications, framework, layers, matrices, technology
from tujing.blueprint.telling import clause, codes, risk_parts, standard_numbers
from tujing.reports.book import Book
from tujing.reports.shapes import wrapped

CHINESE = re.compile("[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]")

ASKED_BY_THE_GUIDE = {
    "愿景目标": "Vision and goals",
    "任务框架": "Task framework",
    "系统架构": "System architecture",
    "技术路线": "Technical route",
    "标准体系": "Standards",
    "实施任务与项目清单": "Implementation tasks and projects",
    "分阶段子任务": "Subtasks by phase",
    "项目清单": "Projects",
    "投入预算": "Budget",
    "保障条件": "Conditions",
}
"""二（一）: the sections of a planning document."""


@pytest.fixture(scope="module")
def blueprint():
    return making.made(making.given(making.FEW))


@pytest.fixture(scope="module")
def files(blueprint):
    return {language: render(blueprint, "docx", language) for language in ("zh", "en")}


@pytest.fixture(scope="module")
def documents(files):
    return {language: docx.Document(io.BytesIO(content)) for language, content in files.items()}


def all_text(document) -> list[str]:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def headings(document) -> list[str]:
    found = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
    return [heading.partition("  ")[2] for heading in found]


def test_every_section_that_the_guide_asks_for_is_there(documents):
    assert set(ASKED_BY_THE_GUIDE) <= set(headings(documents["zh"]))
    assert set(ASKED_BY_THE_GUIDE.values()) <= set(headings(documents["en"]))
    assert len(headings(documents["zh"])) == len(headings(documents["en"]))


def test_the_contents_name_every_heading_and_point_to_it(documents):
    document = documents["zh"]
    titled = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
    body = document.element.body.xml
    entries = re.findall(r'w:anchor="(part_\d+)"', body)
    marks = re.findall(r'<w:bookmarkStart[^>]*w:name="(part_\d+)"', body)
    assert len(titled) == len(entries) and entries == marks
    assert len(re.findall(r"PAGEREF part_\d+", body)) == len(titled)


def test_tables_and_pictures_are_numbered_by_chapter(documents):
    captions = [one.text for one in documents["zh"].paragraphs if one.style.name == "Caption"]
    numbers = [caption.split("  ")[0] for caption in captions]
    assert len(numbers) == len(set(numbers))
    assert all(re.fullmatch(r"[表图] (\d+|[A-C])-\d+", number) for number in numbers)
    assert sum(number.startswith("图") for number in numbers) == len(documents["zh"].inline_shapes) >= 9


def test_every_task_requirement_and_gap_stands_in_it(blueprint, documents):
    for language, document in documents.items():
        told = set(all_text(document))
        for kind in ("task", "requirement", "goal"):
            wanted = {one.name[language] for one in blueprint.model.of(kind) if one.id != "goal.vision"}
            assert wanted <= told, wanted - told
        assert {gap.words[language] for gap in blueprint.gaps} <= told


def test_the_english_document_holds_no_chinese(documents):
    assert [words for words in all_text(documents["en"]) if CHINESE.search(words)] == []


def test_money_adds_up_to_the_plans_investment(blueprint, documents):
    [row] = [
        [cell.text for cell in row.cells]
        for table in documents["en"].tables
        for row in table.rows
        if row.cells[0].text == "One-off investment"
    ]
    assert row[1] == f"{blueprint.given.plan['investment']:,.0f}"


def test_no_clock_is_in_the_file(files):
    with zipfile.ZipFile(io.BytesIO(files["zh"])) as parts:
        assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_plan_gives_the_same_document(files):
    assert render(making.made(making.given(making.FEW)), "docx", "zh") == files["zh"]


def test_an_enterprise_without_assessment_is_told_so():
    made = making.made(making.given(making.FEW, diagnosis=None))
    book = Book("zh", "x", "x", ("", ""))
    book.contents("目录")
    chapters_why.summary(book, made)
    chapters_why.situation(book, made)
    book.finish()
    told = "".join(all_text(docx.Document(io.BytesIO(book.content()))))
    assert "尚未开展水平评测" in told and "尚未提交评测" in told


def test_pictures_hold_every_name_and_the_matrix_goes_on_to_a_second_page(blueprint):
    model = blueprint.model
    for language in ("zh", "en"):
        for one in model.of("scenario"):
            assert wrapped(one.name[language], 8, 2)[0] in framework(model, language)
        assert layers(model, language).count("<rect") > len(model.of("application"))
        assert applications(model, language).count("<line") == sum(one.kind == "supports" for one in model.relations)
        assert technology(model, language).startswith("<svg")
    many = making.made(making.given([(name, 2, 0) for name in sorted(making.atlas().manifests)[:12]])).model
    assert len(matrices(many, "zh")) == -(-len(many.of("data")) // ROWS_OF_MATRIX)


def test_codes_are_drawn_together(blueprint):
    needs = blueprint.model.of("requirement")
    assert codes(needs[:4]) == "R001–R004" and codes([needs[0], needs[1], needs[3]]) == "R001, R002, R004"
    assert codes([]) == "—"


def test_wording_helpers():
    assert (
        clause("四（三）", "en") == "4(3)"
        and clause("附件1", "en") == "annex 1"
        and clause("四（三）", "zh") == "四（三）"
    )
    assert standard_numbers("ISA-95 Part 3 (GB/T 20720.3) operations; ISO 22400-2") == (
        "ISA-95 Part 3, GB/T 20720.3, ISO 22400-2"
    )
    assert risk_parts({"zh": "数据不准；先校准。", "en": "x"}, "zh") == ("数据不准。", "先校准。")
    assert risk_parts({"zh": "数据不准。", "en": "x"}, "zh") == ("数据不准。", "—")


def test_lines_are_broken_within_the_width_and_cut_at_the_last():
    assert wrapped("生产过程透明化管理", 5, 2) == ["生产过程透", "明化管理"]
    assert wrapped("production scheduling of all", 6, 2)[-1].endswith("…")
    assert wrapped("", 5, 2) == [""]


def test_what_a_deeper_plan_knows_stands_in_it():
    known = making.given(making.FEW)
    plan = known.plan
    for row in plan["budget"]:
        row |= {"loan": 20_000.0, "subsidy": 5_000.0, "fees": 3_000.0, "repaid": 1_000.0}
    for one in plan["projects"]:
        one |= {"option": "subscribe", "department": "production"}
    plan["funding"] = {
        "own": 3.6e6,
        "subsidies": [{"id": "s", "label": {"zh": "技改补助", "en": "Retrofit grant"}, "received": 60_000.0}],
        "loan": {"drawn": 240_000.0, "rate": 0.045, "quarters": 8, "interest": 12_345.0},
    }
    plan["costs"] = [{"id": "x", "label": {"zh": "软件许可", "en": "Licences"}, "one_off": 1e5, "yearly": 2e4}]
    classes = {
        "label": {"zh": "效率提升", "en": "Efficiency"},
        "group_label": {"zh": "生产运营优化", "en": "Operations"},
    }
    plan["value_classes"] = [{"id": "efficiency", **classes, "yearly": 3e5, "present": 9e5}]
    plan["risk"]["with_events"] = {"p50": 876_543.0, "loss_probability": 0.123}
    point = {"value": 1e6, "maturity": 5, "risk": -2e5, "steps": 3, "adds": [], "drops": []}
    plan["pareto"] = [{**point, "yours": True}, {**point, "value": 9e5, "adds": ["a"], "yours": False}]
    plan["robustness"] = {"draws": 200, "share": {"production/scheduling@2": 0.87}}
    plan["risks"] = [
        {
            "id": "r1",
            "scenario": "production/scheduling",
            "level": 2,
            "name": {"zh": "数据不准", "en": "Wrong data"},
            "why": {"zh": "填充率只有七成。", "en": "Only seven tenths are filled."},
            "probability": 0.3,
            "expected_loss": 50_000.0,
            "mitigation": {"action": {"zh": "先校准一个月", "en": "Calibrate for a month first"}, "cost": 10_000.0},
            "owner": {"zh": "首席数据官", "en": "Chief data officer"},
        }
    ]
    measure = {
        "id": "M3.growth",
        "label": {"zh": "人才建设", "en": "Talent"},
        "before": {"zh": "定期培训", "en": "Regular training"},
        "after": {"zh": "分层次人才培养机制", "en": "Tiered talent growth"},
        "start_quarter": 2,
    }
    items = [{"id": "S05", "by": ["production/scheduling@3"]}]
    plan["target"] = {"level": 3, "name": {"zh": "集成级", "en": "Integrated"}, "by_quarter": 7, "met": True}
    plan["target"] |= {"items": items, "measures": [measure]}
    plan["rejected"] = [
        {
            "scenario": "production/energy",
            "name": {"zh": "能源管理", "en": "Energy"},
            "level": 2,
            "kind": "displaces",
            "why_not": {"zh": "会挤出排程排产。", "en": "It would push out scheduling."},
            "loss": 12_000.0,
        }
    ]
    made = making.made(known)
    assert [gap for gap in made.gaps if gap.kind == "level_change_unplanned"] == []  # the plan has its own way there
    served = made.model.sources("goal.level", "serves")
    assert {one.id for one in served} == {
        "requirement.level.M3.growth",
        "requirement.production/scheduling@3.function",
    }
    wanted = {
        "zh": (
            "87%",
            "按 200 次抽样重新求解时各项目入选的比例",
            "贷款",
            "补贴：技改补助",
            "软件许可",
            "效率提升",
            "订阅云服务",
            "会挤出排程排产。",
            "87.7",
            "●",
            "到 2028 年 4 季度，由",
        ),
        "en": (
            "Loan",
            "Subsidy: Retrofit grant",
            "Licences",
            "Efficiency",
            "subscribe",
            "876,543",
            "by Q4 2028",
            "Calibrate for a month first",
        ),
    }
    for language, expected in wanted.items():
        told = "\n".join(all_text(docx.Document(io.BytesIO(render(made, "docx", language)))))
        assert [words for words in expected if words not in told] == []
        assert language == "zh" or not CHINESE.search(told)
    book = openpyxl.load_workbook(io.BytesIO(render(made, "xlsx", "zh")))
    assert [row[0].value for row in book["资金来源"].iter_rows(min_row=2)] == ["企业自筹", "贷款", "补贴：技改补助"]
