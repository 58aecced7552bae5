"""The chain behind a late order has no gap, begins at a release and ends at the order's completion."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenarios.scheduling.shops import open_minutes, shops

from tujing.scenarios.production.scheduling.dispatch import RULES, dispatch
from tujing.scenarios.production.scheduling.explain import chain_of, late_jobs, sentence, tell, unavoidable


@settings(deadline=None, max_examples=150)
@given(shops(objective="weighted_tardiness"), st.sampled_from(sorted(RULES)))
def test_links_follow_one_another_up_to_the_completion(problem, rule):
    schedule = dispatch(problem, RULES[rule])
    for job in range(len(problem.jobs)):
        links = chain_of(schedule, job)
        assert links[-1].end == schedule.completion[job]
        assert links[0].start in {job.release for job in problem.jobs}
        assert all(before.end == after.start for before, after in pairwise(links))
        for link in links:
            machine = problem.machines[link.machine]
            if link.kind in ("work", "blocked"):
                assert (link.kind == "work") == (link.job == job)
                assert (link.start, link.end) == (schedule.start[link.operation], schedule.end[link.operation])
            elif link.kind == "off_shift":
                assert open_minutes(machine, link.start, link.end) == 0
            else:
                assert open_minutes(machine, link.start, link.end) == schedule.setup[link.operation]
            assert tell(schedule, link).zh
        assert sentence(schedule, job, links).en
        assert unavoidable(schedule, job) <= schedule.tardiness[job]


@settings(deadline=None)
@given(shops(objective="weighted_tardiness"))
def test_exactly_the_late_jobs_are_explained_the_costliest_first(problem):
    schedule = dispatch(problem, RULES["EDD"])
    late = late_jobs(schedule)
    assert set(late) == {
        job for job, order in enumerate(problem.jobs) if order.due is not None and schedule.completion[job] > order.due
    }
    costs = [problem.jobs[job].weight * schedule.tardiness[job] for job in late]
    assert costs == sorted(costs, reverse=True)
