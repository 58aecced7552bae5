"""Every instrument's questions in one shape for a form to show: what may be picked, what a pick stores, and what is
stored in words. Pure.

A pick is what a form sends: the values of the choices picked, and a number where one is asked for.

    SME indicator          one or several options
    SME scenario           level 0 to 4
    ladder                 levels fully met, and of the next one a part: "2+0.5"
    level, degree, 1 to 5  the number
    share                  0, 25, 50, 75 or 100 %, or the exact percentage
    condition              a number in the item's unit
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tujing.diagnosis.catalogue import Either, item_ids
from tujing.diagnosis.grading.form import Form, Item
from tujing.diagnosis.grading.rules import ByConditions, ByLevels, ByMatrix, ByShares, Ladder, Usability
from tujing.diagnosis.instrument import Indicator, Instrument, Scenario
from tujing.diagnosis.questionnaire import sections
from tujing.problems import refuse
from tujing.words import Text

SHARES = (0, 25, 50, 75, 100)
"""Per cent."""

NOT_MET = Text(zh="一级也未达到", en="not even level 1")
HARM = (
    Text(zh="无危害", en="no harm"),
    Text(zh="一般危害", en="ordinary harm"),
    Text(zh="严重危害", en="serious harm"),
    Text(zh="特别严重危害", en="extremely serious harm"),
)
NONE_OF_THESE = "-"
NONE = Text(zh="以上均无", en="None of these")
AGREE = (
    Text(zh="完全不同意", en="strongly disagree"),
    Text(zh="不太同意", en="disagree"),
    Text(zh="说不准", en="neither"),
    Text(zh="比较同意", en="agree"),
    Text(zh="完全同意", en="strongly agree"),
)


@dataclass(frozen=True)
class Choice:
    """One thing to pick. `points` is None where picking it gives none by itself."""

    value: str
    label: Text
    points: float | None = None
    alone: bool = False
    """Of several: cannot stand beside another."""


@dataclass(frozen=True)
class Question:
    """One question as a form shows it."""

    id: str
    section: str
    label: Text
    kind: Literal["single", "multi", "number", "share"]
    choices: tuple[Choice, ...] = ()
    text: Text | None = None
    note: Text | None = None
    points: float | None = None
    mandatory: bool = False
    unit: str = ""
    """Of a number."""


def questions(one: Either) -> tuple[Question, ...]:
    """Returns an instrument's questions in its order."""
    section = {id: name for name, (_, ids) in sections(one).items() for id in ids}
    return tuple(_question(one, id, section[id]) for id in item_ids(one))


def _question(one: Either, id: str, section: str) -> Question:
    if isinstance(one, Form):
        return _of_item(one, one.items[one.places[id]], section)
    if id in one.indicator_by_id:
        return _of_indicator(one.indicator_by_id[id], section)
    return _of_scenario(one, one.scenario_by_id[id], section)


def _of_indicator(one: Indicator, section: str) -> Question:
    choices = [Choice(option.id, option.label, option.points, option.exclusive) for option in one.options]
    if one.kind == "multi" and not any(choice.alone for choice in choices):
        choices.insert(0, Choice(NONE_OF_THESE, NONE, 0, alone=True))
    return Question(one.id, section, one.label, one.kind, tuple(choices), one.question, one.note, one.points)


def _of_scenario(form: Instrument, one: Scenario, section: str) -> Question:
    levels = ((0, form.no_level), *sorted(one.levels.items()))
    choices = tuple(Choice(str(level), words) for level, words in levels)
    return Question(one.id, section, one.label, "single", choices, mandatory=one.mandatory)


def _of_item(form: Form, item: Item, section: str) -> Question:
    rule = form.rule
    if isinstance(rule, ByConditions):
        return Question(item.id, section, item.label, "number", unit=item.unit)
    if isinstance(rule, ByShares):
        shares = tuple(Choice(str(share), Text(zh=f"{share}%", en=f"{share} %")) for share in SHARES)
        return Question(item.id, section, item.label, "share", shares, unit="%")
    return Question(item.id, section, item.label, "single", _choices(form, item))


def _choices(form: Form, item: Item) -> tuple[Choice, ...]:
    rule = form.rule
    if item.choices:
        rising = sorted(item.choices, key=lambda choice: choice.points)
        return tuple(Choice(choice.id, choice.label, choice.points) for choice in rising)
    if isinstance(rule, Ladder):
        return tuple(_step(level, part) for level in range(len(rule.cuts) + 1) for part in _parts(rule, level))
    if isinstance(rule, ByMatrix):
        return tuple(Choice(str(degree), words) for degree, words in enumerate(HARM))
    if isinstance(rule, Usability):
        return tuple(Choice(str(place), words) for place, words in enumerate(AGREE, start=1))
    assert isinstance(rule, ByLevels), form.id
    return tuple(Choice(str(level), _level(level)) for level in range(rule.highest + 1))


def _level(level: int) -> Text:
    return Text(zh=f"{level} 级", en=f"level {level}")


def _parts(rule: Ladder, level: int) -> tuple[float, ...]:
    """What may be reached of the level after one that is fully met; only the first below the top asks it."""
    return (0,) if level == len(rule.cuts) else tuple(grade for grade in rule.grades if grade < 1)


def _step(level: int, part: float) -> Choice:
    if not part:
        return Choice(str(level), _level(level) if level else NOT_MET)
    words = Text(zh=f"{level} 级，{level + 1} 级满足 {part:.0%}", en=f"level {level}, and {part:.0%} of {level + 1}")
    return Choice(f"{level}+{part:g}", words)


def value_of(one: Either, question: Question, picked: Sequence[str], number: str = "") -> Any:
    """Returns the answer that picks stand for, None where nothing is picked; the grammar checks it when it is stored.

    Raises
    ------
    BadInput
        When a number cannot be read.
    """
    if question.kind == "multi":
        return {"options": [pick for pick in picked if pick != NONE_OF_THESE]} if picked else None
    if number.strip() and question.kind in ("number", "share"):
        value = _number(question, number)
        return value / 100 if question.kind == "share" else value
    if not picked:
        return None
    [pick] = picked[:1]
    if isinstance(one, Instrument):
        return {"option": pick} if question.id in one.indicator_by_id else {"level": _whole(question, pick)}
    if question.kind == "share":
        return _number(question, pick) / 100
    if one.items[one.places[question.id]].choices:
        return pick
    return _ladder(question, pick) if isinstance(one.rule, Ladder) else _whole(question, pick)


def _ladder(question: Question, pick: str) -> dict[str, float]:
    full, _, part = pick.partition("+")
    level = _whole(question, full)
    answer = {str(each): 1.0 for each in range(1, level + 1)} or {"1": 0.0}
    return answer | ({str(level + 1): _number(question, part)} if part else {})


def _whole(question: Question, text: str) -> int:
    value = _number(question, text)
    if not value.is_integer():
        raise _unreadable(question, text)
    return int(value)


def _number(question: Question, text: str) -> float:
    try:
        value = float(text.replace(",", "").replace("%", "").strip())
    except ValueError:
        raise _unreadable(question, text) from None
    if not math.isfinite(value):
        raise _unreadable(question, text)
    return value


def _unreadable(question: Question, text: str) -> Exception:
    return refuse(
        "bad_number",
        f"“{question.label.zh}”要填数字，“{text[:20]}”看不懂。",
        f'{question.label.en} takes a number; "{text[:20]}" cannot be read.',
        key=question.id,
        value=text[:80],
    )


def picked_of(one: Either, question: Question, answer: Any) -> tuple[str, ...]:
    """Returns the choices that a stored answer picks; empty where it is none of them, as a share of 0.3 is not."""
    if answer is None:
        return ()
    if isinstance(one, Instrument):
        if "level" in answer:
            return (str(answer["level"]),)
        if question.kind == "multi":
            return tuple(answer["options"]) or claims_nothing(question)
        return (answer["option"],)
    if isinstance(answer, Mapping):
        found = next((choice.value for choice in question.choices if _same_ladder(question, choice, answer)), None)
        return () if found is None else (found,)
    value = f"{answer * 100:g}" if question.kind == "share" else f"{answer:g}" if _is_number(answer) else str(answer)
    return (value,) if value in {choice.value for choice in question.choices} else ()


def _same_ladder(question: Question, choice: Choice, answer: Mapping[str, Any]) -> bool:
    steps = {str(level): value for level, value in answer.items() if value}
    return steps == {level: value for level, value in _ladder(question, choice.value).items() if value}


def _is_number(answer: Any) -> bool:
    return isinstance(answer, int | float) and not isinstance(answer, bool)


def number_of(question: Question, answer: Any) -> str:
    """Returns what stands in the number's field: the number, or the percentage of a share."""
    if not _is_number(answer) or question.kind not in ("number", "share"):
        return ""
    return f"{answer * 100 if question.kind == 'share' else answer:.12g}"


def spoken(one: Either, question: Question, answer: Any) -> Text | None:
    """Returns a stored answer in words, None where there is none."""
    if answer is None:
        return None
    picked = picked_of(one, question, answer)
    labels = [choice.label for choice in question.choices if choice.value in picked]
    if labels:
        return Text(zh="；".join(each.zh for each in labels), en="; ".join(each.en for each in labels))
    number = number_of(question, answer)
    if number:
        unit = "%" if question.kind == "share" else ""
        return Text(zh=f"{number}{unit}", en=f"{number} {unit}".strip())
    if isinstance(answer, Mapping):
        steps = "; ".join(f"{level}: {value}" for level, value in answer.items())
        return Text(zh=steps, en=steps)
    return Text(zh="是", en="yes") if answer else Text(zh="否", en="no")


def claims_nothing(question: Question) -> tuple[str, ...]:
    """Returns the picks that claim nothing: "none of these", the lowest option or level. Empty where even the lowest
    answer says something, as on a rating scale, or where there is nothing to pick."""
    alone = [choice.value for choice in question.choices if choice.alone]
    if alone:
        return (alone[0],)
    lowest = next(iter(question.choices), None)
    nothing = lowest is not None and (lowest.points == 0 or (lowest.points is None and lowest.value == "0"))
    return (lowest.value,) if lowest is not None and nothing else ()
