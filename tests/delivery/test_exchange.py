"""What is exported imports: unchanged it changes nothing, edited it does; bad rows are named and nothing is taken."""

import csv
from datetime import date, timedelta

import openpyxl
import pytest
from tests.delivery.examples import PROJECTS, SCENARIO

from tujing.delivery.document import actual_rows, delivery_document
from tujing.delivery.editing_services import TaskEdit, edit_tasks, find
from tujing.delivery.exchange import ACTUALS_SHEET, TASKS_SHEET
from tujing.delivery.importing_services import import_actuals, import_tasks
from tujing.delivery.models import CostRecord, ProgressRecord, ProjectTask
from tujing.delivery.services import adopt_plan
from tujing.delivery.workbook import write_tables
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 15)


@pytest.fixture
def export(organisation, tmp_path):
    """Takes up two projects and returns a function that exports them."""
    adopt_plan(organisation, PROJECTS)

    def write(name: str):
        return write_tables(delivery_document(organisation, DAY), actual_rows(organisation), tmp_path / name)

    return write


def state() -> list[tuple]:
    names = ("project__level", "number", "name", "start", "end", "needs", "cost", "person_days", "raci", "role")
    return list(ProjectTask.objects.values_list(*names))


def edited(path, sheet: str, changes: dict[tuple[int, str], object]):
    """Writes cells of a workbook by row number and the Chinese part of the heading."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    headings = {cell.value.split(" ")[0]: cell.column for cell in page[1]}
    for (row, heading), value in changes.items():
        page.cell(row, headings[heading]).value = value
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["projects.xlsx", "projects.csv"])
def test_the_same_file_changes_nothing(organisation, export, name):
    before = state()
    done = import_tasks(organisation, export(name))
    assert (done.rows, done.changed, done.moved) == (len(before), 0, ())
    assert state() == before
    assert find(organisation, SCENARIO, 2).version == 1


def test_an_edited_workbook_is_taken_over_and_again_changes_nothing(organisation, export):
    path = edited(
        export("projects.xlsx"),
        TASKS_SHEET,
        {
            (2, "结束"): date(2026, 1, 20),
            (2, "费用（元）"): 2_345.6,
            (3, "任务"): "梳理流程",
            (4, "执行角色"): "首席数据官（CDO）",
        },
    )
    done = import_tasks(organisation, path)
    assert done.changed == 3 and done.moved
    project = find(organisation, SCENARIO, 2)
    assert project.version == 2
    first = project.tasks.get(number="1.1")
    assert (first.end, first.cost) == (date(2026, 1, 20), 2_345.6)
    assert project.tasks.get(number="1.2").name["zh"] == "梳理流程"
    assert project.tasks.get(number="1.2").start == date(2026, 1, 21)
    kept = state()
    fresh = export("again.xlsx")
    assert import_tasks(organisation, fresh).changed == 0
    assert state() == kept


@pytest.mark.parametrize("spelling", ["2026-01-20", "2026/1/20", "20260120", "2026年1月20日"])
def test_a_gbk_csv_with_any_date_is_read(organisation, export, tmp_path, spelling):
    lines = list(csv.reader(export("p.csv").read_text(encoding="utf-8-sig").splitlines()))
    place = next(index for index, heading in enumerate(lines[0]) if heading.startswith("结束"))
    lines[1][place] = spelling
    path = tmp_path / "gbk.csv"
    with path.open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows(lines)
    assert import_tasks(organisation, path).changed == 1
    assert find(organisation, SCENARIO, 2).tasks.get(number="1.1").end == date(2026, 1, 20)


def test_a_file_exported_before_somebody_elses_change_is_refused(organisation, export):
    path = edited(export("projects.xlsx"), TASKS_SHEET, {(2, "费用（元）"): 1_111.0})
    project = find(organisation, SCENARIO, 2)
    edit_tasks(organisation, project.pk, 1, [TaskEdit("1.2", cost=2_222.0)])
    before = state()
    with pytest.raises(BadInput) as error:
        import_tasks(organisation, path)
    assert error.value.problems[0].code == "changed_meanwhile"
    assert state() == before


def test_every_bad_row_is_named_with_its_column_and_nothing_is_taken_over(organisation, export):
    path = edited(
        export("projects.xlsx"),
        TASKS_SHEET,
        {
            (2, "费用（元）"): 4_321.0,
            (3, "开始"): "开春",
            (4, "前置任务"): "一",
            (5, "场景编号"): "production/magic",
            (6, "费用（元）"): "很多",
        },
    )
    before = state()
    with pytest.raises(BadInput) as error:
        import_tasks(organisation, path)
    told = [(one.code, one.row, one.column.split(" ")[0]) for one in error.value.problems]
    assert told == [
        ("unreadable_date", 3, "开始"),
        ("unreadable_link", 4, "前置任务"),
        ("no_project", 5, "场景编号"),
        ("unreadable_amount", 6, "费用（元）"),
    ]
    assert all(one.file == "projects.xlsx" for one in error.value.problems)
    assert state() == before


def test_a_circle_is_named_in_the_file(organisation, export):
    path = edited(export("projects.xlsx"), TASKS_SHEET, {(2, "前置任务"): "1.2"})
    with pytest.raises(BadInput) as error:
        import_tasks(organisation, path)
    problem = error.value.problems[0]
    assert (problem.code, problem.file) == ("cyclic_dependency", "projects.xlsx")
    assert "1.1 → 1.2 → 1.1" in problem.words.en


def test_costs_in_ten_thousands_are_suspected_or_read_as_the_heading_says(organisation, export, tmp_path):
    rows = [
        ["场景编号", "等级", "任务编号", "日期", "完成", "费用", "凭证"],
        [SCENARIO, "2", "1.1", "2026/1/9", "60%", "0.1", "F-1"],
    ]
    path = tmp_path / "actuals.csv"

    def write(heading: str, amount: str) -> None:
        rows[0][5], rows[1][5] = heading, amount
        path.write_text("\n".join(",".join(row) for row in rows), encoding="gbk")

    write("费用", "0.1")
    with pytest.raises(BadInput) as error:
        import_actuals(organisation, path)
    assert error.value.problems[0].code == "unit_suspected"
    assert not ProgressRecord.objects.exists()
    write("费用（万元）", "0.1")
    import_actuals(organisation, path)
    assert CostRecord.objects.get().amount == 1_000.0
    write("费用", "0.1")
    import_actuals(organisation, path, in_yuan=True)
    assert CostRecord.objects.get().amount == 0.1
    write("费用", "0.12万元")
    import_actuals(organisation, path)
    assert CostRecord.objects.get().amount == 1_200.0
    assert ProgressRecord.objects.get().share == 0.6


def test_actuals_import_what_they_export_and_nothing_twice(organisation, export):
    task = find(organisation, SCENARIO, 2).tasks.get(number="1.1")
    for days, share, cost, reference in ((3, 0.5, 500.0, "F-1"), (3, None, 300.0, "F-2"), (9, 1.0, None, "")):
        on = task.start + timedelta(days=days)
        if share is not None:
            ProgressRecord.objects.create(organisation=organisation, task=task, on=on, share=share)
        if cost is not None:
            CostRecord.objects.create(organisation=organisation, task=task, on=on, amount=cost, reference=reference)
    path = export("projects.xlsx")
    done = import_actuals(organisation, path)
    assert (done.rows, done.changed) == (3, 0)
    ProgressRecord.objects.all().delete()
    CostRecord.objects.all().delete()
    assert import_actuals(organisation, path).changed == 3
    assert ProgressRecord.objects.count() == 2 and CostRecord.objects.count() == 2
    edited(path, ACTUALS_SHEET, {(2, "任务编号"): "8.8", (3, "日期"): "昨天", (4, "日期"): "2999年1月1日"})
    with pytest.raises(BadInput) as error:
        import_actuals(organisation, path)
    assert [(one.code, one.row) for one in error.value.problems] == [
        ("unknown_task", 2),
        ("unreadable_date", 3),
        ("not_yet", 4),
    ]


def test_a_file_of_another_kind_is_refused(organisation, export, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("场景编号,等级\na,1\n", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        import_tasks(organisation, path)
    assert error.value.problems[0].code == "missing_column"
    with pytest.raises(BadInput):
        export("projects.pdf")


def test_another_organisations_file_finds_no_project(export):
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    path = export("projects.csv")
    before = state()
    with pytest.raises(BadInput) as error:
        import_tasks(stranger, path)
    assert {one.code for one in error.value.problems} == {"no_project"}
    assert state() == before


def test_the_workbook_shows_gantt_gates_and_figures(export):
    book = openpyxl.load_workbook(export("projects.xlsx"))
    assert book.sheetnames == [
        TASKS_SHEET,
        ACTUALS_SHEET,
        "甘特图 Gantt",
        "阶段门 Gates",
        "挣值 Earned value",
        "预警 Warnings",
        "素养培训 Literacy",
    ]
    gantt = book["甘特图 Gantt"]
    shaded = [
        cell.coordinate
        for row in gantt.iter_rows(min_row=2, min_col=5)
        for cell in row
        if cell.fill.fgColor.rgb != "00000000"
    ]
    assert len(shaded) >= len(state())
    assert book["阶段门 Gates"].max_row == 1 + 4 + 6
