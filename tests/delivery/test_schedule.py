"""The critical path, against an independent longest-path solver and against its own meaning."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import bellman_ford, csgraph_from_dense

from tujing.delivery.schedule import Activity, Link, critical_path
from tujing.problems import BadInput


@st.composite
def networks(draw) -> list[Activity]:
    count = draw(st.integers(1, 9))
    tasks = []
    for place in range(count):
        earlier = draw(st.lists(st.integers(0, place - 1), unique=True, max_size=3)) if place else []
        links = tuple(Link(str(code), draw(st.integers(-2, 4))) for code in earlier)
        tasks.append(Activity(str(place), draw(st.integers(0, 9)), links, draw(st.integers(0, 6))))
    return draw(st.permutations(tasks))


def longest_to(tasks) -> dict[str, int]:
    """Longest paths from the first day to each task's start and to the end: shortest ones of the negated graph."""
    nodes = ["begin", *(task.code for task in tasks), "end"]
    place = {code: index for index, code in enumerate(nodes)}
    weights = np.full((len(nodes), len(nodes)), np.inf)
    for task in tasks:
        weights[0, place[task.code]] = -task.not_before
        weights[place[task.code], -1] = -task.days
    days = {task.code: task.days for task in tasks}
    for task in tasks:
        for link in task.needs:
            weights[place[link.code], place[task.code]] = -(days[link.code] + link.lag)
    graph = csgraph_from_dense(weights, null_value=np.inf)
    return {code: round(-length) for code, length in zip(nodes, bellman_ford(graph, indices=0), strict=True)}


@given(networks())
def test_earliest_times_are_the_longest_paths_of_the_graph(tasks):
    found, longest = critical_path(tasks), longest_to(tasks)
    assert found.length == longest["end"]
    assert {task.code: found.times[task.code].early_start for task in tasks} == {
        task.code: longest[task.code] for task in tasks
    }


@given(networks())
def test_slack_is_what_a_task_may_slip_before_the_end_moves(tasks):
    found = critical_path(tasks)
    for task in tasks:
        times = found.times[task.code]

        def length_when_started(day, moved=task):
            later = [
                Activity(one.code, one.days, one.needs, day if one.code == moved.code else one.not_before)
                for one in tasks
            ]
            return critical_path(later).length

        assert times.slack >= times.free_slack >= 0
        assert length_when_started(times.late_start) == found.length
        assert length_when_started(times.late_start + 1) > found.length


@given(networks())
def test_the_chain_is_critical_and_holds_together(tasks):
    found = critical_path(tasks)
    assert all(found.times[code].is_critical for code in found.path)
    last = found.times[found.path[-1]]
    assert last.early_finish == found.length
    lags = {task.code: {link.code: link.lag for link in task.needs} for task in tasks}
    for before, after in pairwise(found.path):
        assert found.times[before].early_finish + lags[after][before] == found.times[after].early_start


def test_a_circle_is_named():
    circle = [
        Activity("1.1", 3),
        Activity("1.2", 3, (Link("2.1"),)),
        Activity("2.1", 3, (Link("2.2"), Link("1.1"))),
        Activity("2.2", 3, (Link("1.2"),)),
    ]
    with pytest.raises(BadInput) as error:
        critical_path(circle)
    assert "1.2 → 2.2 → 2.1 → 1.2" in str(error.value)


@pytest.mark.parametrize(
    ("tasks", "code"),
    [
        ([Activity("a", 1, (Link("b"),))], "unknown_predecessor"),
        ([Activity("a", 1), Activity("a", 2)], "task_twice"),
        ([Activity("a", -1)], "negative_duration"),
        ([Activity("a", 1, (Link("a"),))], "cyclic_dependency"),
    ],
)
def test_a_broken_network_is_refused(tasks, code):
    with pytest.raises(BadInput) as error:
        critical_path(tasks)
    assert error.value.problems[0].code == code


def test_no_task_takes_no_time():
    assert critical_path([]).length == 0
