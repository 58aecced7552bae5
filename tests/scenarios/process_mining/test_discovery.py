"""Cuts, trees, nets, replay, precision and alignments against answers known by hand, and as laws."""

from __future__ import annotations

from collections import Counter, deque

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tujing.scenarios.management.process_mining.align import Aligner, alignment_fitness
from tujing.scenarios.management.process_mining.bpmn import draw
from tujing.scenarios.management.process_mining.follows import Follows
from tujing.scenarios.management.process_mining.inductive import mine
from tujing.scenarios.management.process_mining.net import of_tree
from tujing.scenarios.management.process_mining.replay import Replayer, fitness, precision
from tujing.scenarios.management.process_mining.tree import TAU, leaf, node

NAMES = "abcdef"


def log(*traces: str) -> Counter:
    return Counter(tuple(NAMES.index(letter) for letter in trace) for trace in traces)


def text(*traces: str, noise: float = 0.0) -> str:
    return mine(log(*traces), noise, NAMES).text(NAMES)


@pytest.mark.parametrize(
    ("traces", "tree"),
    [
        (["a"], "'a'"),
        (["ab"], "->( 'a', 'b' )"),
        (["a", "b"], "X( 'a', 'b' )"),
        (["ab", "ba"], "+( 'a', 'b' )"),
        (["a", "aba", "ababa"], "*( 'a', 'b' )"),
        (["a", "aa"], "*( 'a', tau )"),
        (["ab", "b"], "->( X( tau, 'a' ), 'b' )"),
        (["abc", "c"], "->( X( tau, ->( 'a', 'b' ) ), 'c' )"),
        # b never without a, d never without c: options of their own, one within the other or side by side.
        (["abc", "ac", "c"], "->( X( tau, ->( 'a', X( tau, 'b' ) ) ), 'c' )"),
        (
            ["abcd", "a", "c", "abc", "acd"],
            "->( X( tau, ->( 'a', X( tau, 'b' ) ) ), X( tau, ->( 'c', X( tau, 'd' ) ) ) )",
        ),
        # b only with a and with c: the first has it.
        (["a", "c", "abc", "ac"], "->( X( tau, ->( 'a', X( tau, 'b' ) ) ), X( tau, 'c' ) )"),
        (["abcd", "acbd"], "->( 'a', +( 'b', 'c' ), 'd' )"),
        (["abd", "acd"], "->( 'a', X( 'b', 'c' ), 'd' )"),
    ],
)
def test_the_tree_of_a_small_log(traces, tree):
    assert text(*traces) == tree


def test_noise_passes_over_what_is_rare():
    traces = ["abcd"] * 50 + ["acbd"] * 50 + ["dabc"]
    assert text(*traces, noise=0.2) == "->( 'a', +( 'b', 'c' ), 'd' )"
    assert text(*traces) != text(*traces, noise=0.2)


def test_the_directly_follows_relation_counts():
    follows = Follows.of(log("aab", "aab", ""))
    assert follows.edges == {(0, 0): 2, (0, 1): 2}
    assert (follows.starts, follows.ends, follows.empty) == ({0: 2}, {1: 2}, 1)


def test_token_replay_counts_what_lacks_and_remains():
    tokens = Replayer(of_tree(node("sequence", [leaf(0), leaf(1), leaf(2)]))).counts((0, 2))
    assert (tokens.produced, tokens.consumed, tokens.missing, tokens.remaining) == (3, 3, 1, 1)
    assert tokens.fitness == pytest.approx(2 / 3)


def test_an_activity_that_the_model_does_not_know_costs_fitness():
    tokens = Replayer(of_tree(leaf(0))).counts((0, 5))
    assert (tokens.missing, tokens.remaining) == (1, 1)


FLOWER = node("loop", [node("choice", [leaf(0), leaf(1), leaf(2)]), TAU])
OPTIONS = node(
    "parallel",
    [
        node("choice", [TAU, leaf(0)]),
        node("choice", [TAU, node("loop", [leaf(1), TAU])]),
        node("choice", [TAU, leaf(2)]),
    ],
)


@pytest.mark.parametrize(
    ("tree", "traces", "value"),
    [
        # Of three activities allowed in either state, one is taken in the first, two in the second.
        (FLOWER, ["ab", "ab", "ac"], 1 / 2),
        (FLOWER, ["abc"], 1 / 3),
        (OPTIONS, ["ab", "cbb", "cbb"], 11 / 19),
        (node("sequence", [leaf(0), leaf(1)]), ["ab"], 1.0),
    ],
)
def test_precision_is_the_share_of_what_is_allowed_that_happens(tree, traces, value):
    assert precision(Replayer(of_tree(tree)), log(*traces)).value == pytest.approx(value)


def test_states_that_the_model_cannot_reach_are_left_out():
    found = precision(Replayer(of_tree(node("sequence", [leaf(0), leaf(1)]))), log("ab", "bab"))
    assert (found.value, found.states, found.left_out) == (pytest.approx(1.0), 4, 2)


def test_an_alignment_is_the_cheapest():
    aligner = Aligner(of_tree(node("sequence", [leaf(0), leaf(1), leaf(2)])))
    assert aligner.shortest == 3
    assert aligner.align((0, 1, 2)).cost == 0
    swapped = aligner.align((0, 2, 1))
    assert swapped.cost == 2
    assert len(swapped.skipped) == len(swapped.inserted) == 1
    assert aligner.align(()).inserted == (2, 1, 0)


def test_alignments_stop_when_the_time_is_over():
    left = iter([True, False])
    found = alignment_fitness(of_tree(leaf(0)), Counter({(0,): 3, (1,): 1}), lambda: next(left))
    assert (found.aligned, found.log) == (0.75, 1.0)


traces_of_any_kind = st.lists(st.lists(st.integers(0, 4), max_size=7).map(tuple), min_size=1, max_size=8).map(Counter)


@settings(max_examples=120, deadline=None)
@example(Counter([(0, 1, 0, 3), (3, 0, 3, 2), (3, 4, 3, 3, 2, 4, 1)]))  # the shortest silent ways end badly
@given(traces_of_any_kind)
def test_without_noise_the_model_replays_the_whole_log(traces):
    net = of_tree(mine(traces, 0.0, NAMES))
    replayer = Replayer(net)
    found = fitness(replayer, traces)
    assert (found.log, found.mean, found.fitting) == (1.0, 1.0, 1.0)
    assert alignment_fitness(net, traces, lambda: True).log == 1.0
    assert 0 < precision(replayer, traces).value <= 1


@settings(max_examples=40, deadline=None)
@given(traces_of_any_kind, st.floats(0.1, 0.9))
def test_with_noise_the_model_is_still_sound(traces, noise):
    net = of_tree(mine(traces, noise, NAMES))
    found = fitness(Replayer(net), traces)
    assert 0 <= found.log <= 1
    assert Aligner(net).align(()) is not None


def allowed(net, marking) -> set[int]:
    """What may come next, by going through every silent run."""
    seen, waiting, found = {marking}, deque([marking]), set()
    while waiting:
        at = waiting.popleft()
        for number, label in enumerate(net.labels):
            if not net.enabled(at, number):
                continue
            if label >= 0:
                found.add(label)
            elif (reached := net.fire(at, number)) not in seen:
                seen.add(reached)
                waiting.append(reached)
    return found


@settings(max_examples=60, deadline=None)
@given(traces_of_any_kind)
def test_what_is_enabled_is_what_a_full_search_finds(traces):
    net = of_tree(mine(traces, 0.0, NAMES))
    replayer = Replayer(net)
    for trace in traces:
        marking = net.initial
        for activity in trace:
            assert replayer.enabled(marking) == allowed(net, marking)
            marking = replayer.fitting_step(marking, activity).marking


@settings(max_examples=40, deadline=None)
@given(traces_of_any_kind)
def test_every_shape_of_the_diagram_is_connected_and_none_overlap(traces):
    tree = mine(traces, 0.0, NAMES)
    diagram = draw(tree, NAMES)
    tasks = [shape for shape in diagram.shapes.values() if shape.tag == "task"]
    assert len(tasks) == len(list(tree.leaves()))
    for shape in diagram.shapes.values():
        assert shape.tag == "startEvent" or any(flow.target == shape.id for flow in diagram.flows)
        assert shape.tag == "endEvent" or any(flow.source == shape.id for flow in diagram.flows)
    shapes = list(diagram.shapes.values())
    for at, one in enumerate(shapes):
        for other in shapes[at + 1 :]:
            apart_x = abs(one.x - other.x) >= (one.size[0] + other.size[0]) / 2
            apart_y = abs(one.y - other.y) >= (one.size[1] + other.size[1]) / 2
            assert apart_x or apart_y
