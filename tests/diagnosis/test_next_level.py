"""The cheapest way to the next level is the cheapest: against brute force, and on the whole form."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given, settings
from tests.diagnosis.drawn import SME, answers_to, extreme

from tujing.diagnosis.instrument import Instrument, LevelRule, LevelTest, Part
from tujing.diagnosis.next_level import Effort, next_level
from tujing.diagnosis.scoring import picked, score
from tujing.words import Text

NAME = Text(zh="级", en="level")


def reduced(chance: random.Random) -> Instrument:
    """A small instrument cut from the form: a few of its indicators and scenarios, with a random two-level rule."""
    indicators = tuple(chance.sample([one for one in SME.indicators if one.id != "B4"], 3))
    scenarios = tuple(chance.sample(SME.scenarios, 3))
    total = sum(one.points for one in indicators)
    starred = sum(one.mandatory for one in scenarios)
    low, high = sorted(chance.uniform(0, total) for _ in range(2))
    counts = sorted(chance.randint(0, 3) for _ in range(2))
    mandatory = sorted(chance.randint(0, starred) for _ in range(2))
    levels = tuple(
        LevelTest(
            level=level + 1, name=NAME, score=round(points, 2), scenarios=counts[level], mandatory=mandatory[level]
        )
        for level, points in enumerate((low, high))
    )
    rule = LevelRule(none=NAME, provenance=SME.level_rule.provenance, levels=levels)
    parts = tuple(Part(id=one.id, label=one.label, points=one.points) for one in SME.parts)
    return SME.model_copy(
        update={"indicators": indicators, "scenarios": scenarios, "level_rule": rule, "parts": parts, "total": total}
    ).model_copy(deep=True)


def random_answers(known: Instrument, chance: random.Random) -> dict[str, dict]:
    answers: dict[str, dict] = {}
    for one in known.indicators:
        if chance.random() < 0.2:
            continue
        ids = [option.id for option in one.options if not option.exclusive]
        if one.kind == "single":
            answers[one.id] = {"option": chance.choice(ids)}
        else:
            answers[one.id] = {"options": chance.sample(ids, chance.randint(0, len(ids)))}
    for one in known.scenarios:
        answers[one.id] = {"level": chance.randint(0, 4)}
    return answers


def brute_force(known: Instrument, answers: dict, wanted: int, weights: Effort) -> float:
    """Tries every answer that is not behind today's, question by question; returns the least effort that does."""
    choices = []
    for one in known.indicators:
        weight = weights.indicators.get(one.id, weights.step if one.kind == "single" else weights.option)
        held = picked(one, answers.get(one.id, {}))
        ids = [option.id for option in one.options]
        if one.kind == "single":
            now = ids.index(held[0]) if held else 0
            here = [((one.id, {"option": ids[at]}), weight * (at - now)) for at in range(now, len(ids))]
        else:
            free = [option.id for option in one.options if not option.exclusive and option.id not in held]
            here = []
            for kept in product((False, True), repeat=len(free)):
                added = [id for id, keep in zip(free, kept, strict=True) if keep]
                still = [id for id in held if not one.option_by_id[id].exclusive] if added else list(held)
                here.append(((one.id, {"options": [*still, *added]}), weight * len(added)))
        choices.append(here)
    for one in known.scenarios:
        now = answers.get(one.id, {"level": 0})["level"]
        climb = [sum(weights.scenario_levels[step] for step in range(now + 1, at + 1)) for at in range(now, 5)]
        choices.append([((one.id, {"level": at}), climb[at - now]) for at in range(now, 5)])
    best = float("inf")
    for combination in product(*choices):
        cost = sum(effort for _, effort in combination)
        if cost < best and score(known, dict(answer for answer, _ in combination)).level >= wanted:
            best = cost
    return best


def random_effort(chance: random.Random) -> Effort:
    return Effort(
        provenance=SME.level_rule.provenance,
        option=chance.randint(1, 4),
        step=chance.choice([0.5, 1, 2.5]),
        scenario_levels={level: chance.randint(1, 5) for level in range(1, 5)},
        indicators={"R1": chance.randint(1, 6), "B1": chance.randint(1, 6)},
    )


@pytest.mark.parametrize("seed", range(100))
def test_the_effort_is_the_least_that_brute_force_finds(seed):
    chance = random.Random(seed)
    known = reduced(chance)
    answers = random_answers(known, chance)
    weights = random_effort(chance)
    now = score(known, answers).level
    way = next_level(known, answers, weights=weights)
    if now == 2:
        assert way is None
        return
    assert way is not None
    assert way.effort == pytest.approx(brute_force(known, answers, now + 1, weights))
    assert score(known, applied(known, answers, way)).level >= now + 1


def applied(known: Instrument, answers: dict, way) -> dict:
    """The answers with the changes made."""
    after = {id: dict(answer) for id, answer in answers.items()}
    for change in way.changes:
        if change.kind == "scenario":
            after[change.question] = {"level": int(change.value)}
        elif change.kind == "single":
            after[change.question] = {"option": change.value}
        else:
            one = known.indicator_by_id[change.question]
            held = [id for id in after.get(one.id, {"options": []})["options"] if not one.option_by_id[id].exclusive]
            after[one.id] = {"options": [*held, change.value]}
    return after


@settings(max_examples=25, deadline=None)
@given(answers_to(complete=False))
def test_on_the_whole_form_the_changes_reach_the_level_and_no_answer_goes_back(answers):
    before = score(SME, answers)
    way = next_level(SME, answers)
    if before.level == 4:
        assert way is None
        return
    assert way is not None and way.level == before.level + 1
    after = score(SME, applied(SME, answers, way))
    assert after.level >= way.level
    assert after.score == way.score_after
    assert all(after.points[id] >= points for id, points in before.points.items())
    assert all(after.scenario_levels[id] >= level for id, level in before.scenario_levels.items())
    assert way.effort == pytest.approx(sum(change.effort for change in way.changes))


def test_the_same_answers_get_the_same_advice():
    first, second = (next_level(SME, extreme(SME, 0)) for _ in range(2))
    assert first == second


def test_at_the_highest_level_nothing_is_advised():
    assert next_level(SME, extreme(SME, -1)) is None


def test_none_of_these_gives_way_to_an_option():
    """An exclusive answer worth nothing is replaced, not kept beside the new one."""
    answers = {**extreme(SME, -1), "B1": {"options": ["none"]}, "R1": {"option": "up"}, "R2": {"option": "down"}}
    way = next_level(SME, answers)
    assert way is not None and way.level == 4
    assert score(SME, applied(SME, answers, way)).level == 4
