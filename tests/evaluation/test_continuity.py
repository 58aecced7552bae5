"""Covered: a change of unit is found where it happens and nowhere else; holes are counted."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tujing.evaluation.continuity import breaks, gaps
from tujing.evaluation.effect import CannotTell, effect
from tujing.evaluation.series import Series
from tujing.evaluation.simulated import WORLDS, factories
from tujing.evaluation.words import sentence

WEEKS = np.datetime64("2025-01-06") + 7 * np.arange(80)


def walk(seed, spread=0.1):
    return np.exp(3 + np.random.default_rng(seed).normal(0, spread, 80))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    place=st.integers(4, 75),
    factor=st.sampled_from([10_000.0, 1_000.0, 100.0, 60.0]),
    down=st.booleans(),
    scale=st.floats(1e-6, 1e6),
)
def test_a_change_of_unit_is_found_at_its_week(seed, place, factor, down, scale):
    values = walk(seed) * scale
    values[place:] *= 1 / factor if down else factor
    (found,) = breaks(WEEKS, values)
    assert found.at == WEEKS[place] and found.factor == factor
    assert found.ratio == pytest.approx(1 / factor if down else factor, rel=0.5)


def test_an_ordinary_factory_has_no_change_of_unit():
    for world in WORLDS:
        for one in factories(world, 20, -0.5).weekly:
            assert breaks(one.weeks, one.treated) == []


def test_ten_thousand_yuan_for_yuan_is_named_and_the_effect_withheld():
    values = walk(1)
    values[60:] /= 10_000
    found = effect(Series(WEEKS, values, walk(2)), date(2026, 1, 5), "lower")
    assert isinstance(found, CannotTell) and found.reason == "scale_break"
    told = {
        "name": {"zh": "能耗", "en": "Energy"},
        "reason": "scale_break",
        "scale_break": {"at": str(found.scale_break.at), "ratio": 1e-4, "units": found.scale_break.words},
    }
    assert (
        "万元" in sentence("cannot_tell", "", told)["zh"] and str(WEEKS[60]) in sentence("cannot_tell", "", told)["en"]
    )


def test_a_series_full_of_holes_is_not_compared():
    kept = np.r_[0:20, 48:80]
    found = effect(Series(WEEKS[kept], walk(1)[kept], walk(2)[kept]), date(2026, 1, 5), "lower")
    assert (found.reason, found.missing) == ("gaps", 28)
    assert gaps(Series(WEEKS, walk(1), None)) == (0, 80)
    assert gaps(Series(WEEKS[:0], WEEKS[:0].astype(float), None)) == (0, 0)
