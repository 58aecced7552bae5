"""Projects with limited resources: reading, and schedules that are feasible, proved, and never worse than a rule's."""

from __future__ import annotations

import csv
import gzip
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenarios.scheduling.shops import FOLDER

from tujing.problems import BadInput
from tujing.runtime.contract import Budget, Data
from tujing.scenarios.production.scheduling.project import Project, ProjectSchedule, Task, place, use_over_time
from tujing.scenarios.production.scheduling.project_chain import solve_project
from tujing.scenarios.production.scheduling.project_search import priority_rules
from tujing.scenarios.production.scheduling.project_text import ProjectText, read_project
from tujing.scenarios.production.scheduling.solution import Scheduling
from tujing.scenarios.production.scheduling.text_formats import JobShopText

SMALL = """5 2
2 1
0 0 0 2 2 3
3 1 1 1 5
4 1 0 1 4
2 2 1 1 5
0 0 0 0
"""


@st.composite
def projects(draw, most: int = 6) -> Project:
    capacities = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=2)))
    count = draw(st.integers(1, most))
    tasks = []
    for number in range(count):
        later = range(number + 1, count)
        successors = draw(st.lists(st.sampled_from(later), unique=True, max_size=3)) if later else []
        needs = tuple(draw(st.integers(0, capacity)) for capacity in capacities)
        tasks.append(Task(number + 1, draw(st.integers(0, 6)), needs, tuple(successors)))
    return Project(tuple(tasks), capacities)


def faults(schedule: ProjectSchedule) -> list[str]:
    project, found = schedule.project, []
    for number, task in enumerate(project.tasks):
        found += [f"{number} before {one}" for one in task.successors if schedule.start[one] < schedule.end[number]]
    for kind, capacity in enumerate(project.capacities):
        if max(use_over_time(schedule, kind), default=0) > capacity:
            found.append(f"too much of {kind}")
    return found


@settings(deadline=None, max_examples=40)
@given(projects(5))
def test_the_chain_finds_the_optimum_of_small_projects(project):
    """Some order of tasks, each placed as early as it can be, is optimal."""
    numbers = range(len(project.tasks))
    orders = [
        order
        for order in permutations(numbers)
        if all(order.index(one) < order.index(other) for one in numbers for other in project.tasks[one].successors)
    ]
    least = min(ProjectSchedule(project, tuple(place(project, order))).makespan for order in orders)
    solved = solve_project(project, 10, workers=1)
    assert faults(solved.schedule) == []
    assert (solved.schedule.makespan, solved.bound) == (least, least)
    assert all(faults(schedule) == [] and schedule.makespan >= least for schedule in priority_rules(project).values())


def test_the_small_project(tmp_path):
    path = tmp_path / "small.rcp"
    path.write_text(SMALL)
    outcome = Scheduling("production/scheduling").run(Data(instance=read_project(path)), {}, Budget(5)).outcome
    assert outcome.status == "optimal"
    assert outcome.kpis["makespan"].value == 6
    assert outcome.tables["schedule"].column_names == ["task", "start", "end"]
    assert outcome.tables["schedule"]["task"].to_pylist() == [1, 2, 3, 4, 5]
    assert "resource" in outcome.explanation.en or "chain" in outcome.explanation.en


def test_it_is_known_by_its_text_too_and_may_be_packed(tmp_path):
    path, packed, shop = tmp_path / "small.txt", tmp_path / "small.rcp.gz", tmp_path / "shop.txt"
    path.write_text(SMALL)
    packed.write_bytes(gzip.compress(SMALL.encode()))
    shop.write_text("2 2\n0 3 1 2\n1 2 0 4\n")
    assert ProjectText().matches(path) and ProjectText().matches(packed)
    assert not ProjectText().matches(shop) and JobShopText().matches(shop)
    assert read_project(packed) == read_project(path)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("not_a_number", SMALL.replace("3 1 1 1 5", "x 1 1 1 5")),
        ("not_a_number", SMALL.replace("3 1 1 1 5", "-3 1 1 1 5")),
        ("not_a_number", SMALL.replace("3 1 1 1 5", "nan 1 1 1 5")),
        ("cut_off", SMALL[:30]),
        ("cut_off", ""),
        ("unknown_task", SMALL.replace("3 1 1 1 5", "3 1 1 1 9")),
        ("need_over_capacity", SMALL.replace("3 1 1 1 5", "3 9 1 1 5")),
        ("circle", SMALL.replace("2 2 1 1 5", "2 2 1 1 3")),
        ("too_many_numbers", SMALL + "7\n"),
        ("bad_header", "0 4\n"),
        ("bad_header", "999999999 4\n"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(tmp_path, code, text):
    path = tmp_path / "bad.rcp"
    path.write_text(text)
    with pytest.raises(BadInput) as caught:
        read_project(path)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.problems[0].row is not None


def test_published_optima(shared_data):
    folder = shared_data / "rcpsp"
    with (folder / "best_known.csv").open(encoding="utf-8") as file:
        known = {row["instance"]: row for row in csv.DictReader(file) if row["status"] == "optimal"}
    for name in ("j30_1_1", "j30_2_1", "j60_1_1"):
        solved = solve_project(read_project(folder / "instances" / name[:3] / f"{name}.rcp"), 20, workers=2)
        assert solved.schedule.makespan == int(known[name]["makespan"])
        assert faults(solved.schedule) == []


def test_the_sample_folder_has_broken_projects():
    assert list((FOLDER / "sample" / "broken").glob("*.rcp"))
