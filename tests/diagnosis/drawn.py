"""The SME 2024 instrument with its extreme answers, and a strategy that draws answers to it."""

from __future__ import annotations

from hypothesis import strategies as st

from tujing.diagnosis.instrument import Instrument, instrument

SME = instrument("sme_2024")


def extreme(known: Instrument, place: int) -> dict[str, dict]:
    """Every question at its lowest (place 0) or highest (place −1) answer."""
    answers: dict[str, dict] = {}
    for one in known.indicators:
        if one.kind == "single":
            answers[one.id] = {"option": one.options[place].id}
        else:
            answers[one.id] = {"options": [option.id for option in one.options if place and not option.exclusive]}
    for one in known.scenarios:
        answers[one.id] = {"level": max(one.levels) if place else 0}
    return answers


@st.composite
def answers_to(draw, known: Instrument = SME, complete: bool = True):
    """Draws valid answers; some questions unanswered unless `complete`."""
    answers: dict[str, dict] = {}
    for one in known.indicators:
        if not complete and draw(st.booleans()):
            continue
        ids = [option.id for option in one.options]
        if one.kind == "single":
            answers[one.id] = {"option": draw(st.sampled_from(ids))}
            continue
        free = [option.id for option in one.options if not option.exclusive]
        chosen = draw(st.sets(st.sampled_from(free)))
        answers[one.id] = {"options": [id for id in ids if id in chosen]}
    for one in known.scenarios:
        if complete or draw(st.booleans()):
            answers[one.id] = {"level": draw(st.integers(0, max(one.levels)))}
    return answers
