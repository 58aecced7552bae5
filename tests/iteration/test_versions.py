"""Two versions of a solution are compared on the same data only, and a difference is told only where it can be."""

import numpy as np

from tujing.iteration.versions import RunFacts, compare

BETTER = {"tardiness": "lower", "on_time": "higher"}


def runs(pairs, better_by):
    rng = np.random.default_rng(2)
    made = []
    for inputs in range(pairs):
        base = 100 + 10 * inputs
        made.append(RunFacts("1.0", f"data{inputs}", {"tardiness": base}, len(made)))
        made.append(
            RunFacts("1.1", f"data{inputs}", {"tardiness": base - better_by + rng.normal(0, 1)}, len(made) + 1000)
        )
    return made


def test_a_steady_gain_is_told_with_its_interval():
    (found,) = compare(runs(6, 10), BETTER)
    assert (found.kpi, found.older, found.newer, found.pairs, found.is_better) == ("tardiness", "1.0", "1.1", 6, True)
    assert abs(found.difference + 10) < found.half_width < 3
    assert compare(runs(6, -10), BETTER)[0].is_better is False


def test_two_pairs_give_a_difference_without_a_verdict():
    (found,) = compare(runs(2, 10), BETTER)
    assert found.half_width is None and found.is_better is None and found.difference < 0


def test_other_data_and_other_kpis_are_not_compared():
    assert compare([RunFacts("1.0", "a", {"on_time": 1}, 1), RunFacts("1.1", "b", {"on_time": 2}, 2)], BETTER) == []
    assert compare([RunFacts("1.0", "a", {"x": 1}, 1), RunFacts("1.1", "a", {"x": 2}, 2)], BETTER) == []
