"""Alarm handling by ISA-18.2, and change points against brute force."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tujing.scenarios.service.condition_monitoring.alarms import Episode, episodes, performance, with_dead_band
from tujing.scenarios.service.condition_monitoring.change_points import change_points
from tujing.scenarios.service.condition_monitoring.judgement import foretold, foretold_by_chance


def bits(text: str) -> np.ndarray:
    return np.array([letter == "1" for letter in text])


def test_delays_pass_over_a_flicker_and_hold_through_a_gap():
    assert episodes(bits("0100")) == [Episode(1, 2)]
    assert episodes(bits("01001100"), on_delay=2) == [Episode(5, 6)]
    assert episodes(bits("0110110"), off_delay=2) == [Episode(1, 7)]
    assert episodes(bits("0001")) == [Episode(3, 4)]
    assert episodes(bits("")) == []


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 4), st.integers(1, 4))
def test_alarms_are_in_order_and_delays_never_add_one(signal, on_delay, off_delay):
    alarm = np.array(signal, dtype=bool)
    found, plain = episodes(alarm, on_delay, off_delay), episodes(alarm)
    assert len(found) <= len(plain)
    edges = [edge for one in found for edge in (one.start, one.end)]
    assert edges == sorted(edges) and all(one.start < one.end <= len(alarm) for one in found)


def test_a_dead_band_keeps_the_alarm_until_well_inside():
    values = np.array([0.0, 3.1, 2.9, 3.05, 2.4, 2.9, -3.2, -2.8, 0.0])
    stands = with_dead_band(values, -3.0, 3.0, 0.5)
    assert stands.tolist() == [False, True, True, True, False, False, True, True, False]


def test_floods_chatter_and_stale_alarms_are_counted():
    burst = [[Episode(row, row + 1)] for row in range(12)]  # twelve signals within twelve minutes
    found = performance(burst, rows=100, minutes=1.0)
    assert found.count == 12 and found.worst_ten_minutes == 10
    assert found.flood_share == 0.0  # ten in a period, and a flood takes more
    quick = performance([[Episode(row, row + 1) for row in range(0, 12, 1)]], rows=1200, minutes=0.1)
    assert quick.flood_share == 10 / 120 and quick.chattering == 12
    assert performance([[Episode(0, 1441)]], rows=2000, minutes=1.0).stale == 1
    assert performance([], rows=0, minutes=1.0).count == 0


def brute(signal: np.ndarray, penalty: float, shortest: int) -> float:
    best = np.inf
    places = range(shortest, len(signal) - shortest + 1)
    for count in range(4):
        for cuts in combinations(places, count):
            edges = [0, *cuts, len(signal)]
            pieces = [signal[a:b] for a, b in pairwise(edges)]
            if min(map(len, pieces)) >= shortest:
                best = min(best, sum(((one - one.mean()) ** 2).sum() for one in pieces) + penalty * count)
    return float(best)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=6, max_size=12), st.sampled_from([1.0, 4.0, 15.0]), st.integers(2, 3))
def test_the_cut_is_the_exact_optimum(values, penalty, shortest):
    signal = np.array(values, dtype=float)
    cuts = change_points(signal, penalty, shortest)
    edges = [0, *cuts, len(signal)]
    pieces = [signal[a:b] for a, b in pairwise(edges)]
    cost = sum(((one - one.mean()) ** 2).sum() for one in pieces) + penalty * len(cuts)
    assert cost <= brute(signal, penalty, shortest) + 1e-9


def test_a_step_is_found_where_it_is_and_noise_has_none():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=400)
    assert change_points(noise) == []
    cuts = change_points(noise + 4 * (np.arange(400) >= 250))
    assert len(cuts) == 1 and abs(cuts[0] - 250) <= 2


def test_a_long_signal_is_cut_in_reasonable_time_and_place():
    signal = np.random.default_rng(1).normal(size=50_000) + 5 * (np.arange(50_000) >= 30_000)
    assert any(abs(cut - 30_000) <= 40 for cut in change_points(signal))


@given(st.lists(st.integers(0, 400), max_size=12), st.integers(1, 48))
def test_chance_is_what_failures_at_every_instant_would_show(hours, ahead):
    start, span = np.datetime64("2026-01-01T00:00:00", "s"), np.timedelta64(ahead, "h")
    instants = start + np.arange(401) * np.timedelta64(1, "h")
    alarms = start + np.array(sorted(hours), dtype=int) * np.timedelta64(1, "h")
    seen, _ = foretold(alarms, instants, span)
    assert foretold_by_chance(alarms, instants, span) == seen / len(instants)
