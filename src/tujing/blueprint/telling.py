"""How the document tells elements and figures: lists of codes, names with codes, money, sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from tujing.blueprint.given import Given
from tujing.blueprint.model import Element, Model
from tujing.planning.departments import departments
from tujing.reports import words
from tujing.words import Text

SOURCES: dict[str, Text] = {
    "plan": Text(zh="图景规划（优化求解）", en="Tujing plan (optimiser)"),
    "atlas": Text(zh="图景场景清单", en="Tujing scenario manifests"),
    "diagnosis": Text(zh="图景诊断", en="Tujing diagnosis"),
    "delivery": Text(zh="图景实施（工作分解与里程碑）", en="Tujing delivery (breakdown and milestones)"),
    "model": Text(zh="规划方案模型", en="the blueprint's model"),
    "finance": Text(zh="企业财务基线", en="the enterprise's financial baseline"),
    "content": Text(zh="图景编写，依据实施指南", en="written by Tujing after the guide"),
    "dataspace": Text(zh="企业数据空间", en="the enterprise's data space"),
}


def source(language: str, *names: str) -> str:
    """Returns the sources of a table or picture as one phrase."""
    return ("、" if language == "zh" else "; ").join(SOURCES[name][language] for name in names)


def codes(elements: Iterable[Element]) -> str:
    """Returns codes in order, runs drawn together: `R001–R004, R007`; a dash for none."""
    numbers: dict[str, list[int]] = {}
    for one in elements:
        numbers.setdefault(one.code[0], []).append(int(one.code[1:]))
    told = []
    for letter, found in numbers.items():
        ordered = sorted(set(found))
        breaks = [place for place, (one, other) in enumerate(pairwise(ordered), start=1) if other - one > 1]
        for first, last in zip([0, *breaks], [*breaks, len(ordered)], strict=True):
            run = ordered[first:last]
            begin, end = f"{letter}{run[0]:03d}", f"{letter}{run[-1]:03d}"
            told.append(begin if begin == end else f"{begin}–{end}" if len(run) > 2 else f"{begin}, {end}")
    return ", ".join(told) or words.MISSING


def listed(names: Sequence[str], language: str, most: int = 8) -> str:
    """Returns names one after the other, at most so many and how many there are beside; a dash for none."""
    comma = "、" if language == "zh" else ", "
    told = comma.join(names[:most])
    if len(names) > most:
        told += f"等 {len(names)} 个" if language == "zh" else f" and {len(names) - most} more"
    return told or words.MISSING


def said(element: Element, language: str) -> str:
    """Returns what an element's text says; its name where it has none."""
    return words.sentence((element.text or element.name).as_dict(), language)


_BODIES = r"ISO(?:/IEC)?|IEC|IEEE|IATF|IAS|GB/T|GB|SCOR(?: DS)?|ISA-95(?: Part \d+)?"
_NUMBER = re.compile(rf"(?:{_BODIES})(?: [\d.]+(?:-\d+)?)?")


def standard_numbers(told: str) -> str:
    """Returns the numbers that a data element's standard names, without the terms taken from each."""
    return ", ".join(dict.fromkeys(_NUMBER.findall(told))) or words.MISSING


def months(start: Any, end: Any) -> str:
    return f"{words.day(start)[:7]} – {words.day(end)[:7]}"


def clause(numeral: str, language: str) -> str:
    """Returns a section of the guide: 二（一） in Chinese, 2(1) in English."""
    if language == "zh":
        return numeral
    digits = {letter: str(place) for place, letter in enumerate("一二三四五六七八九", start=1)}
    told = "".join(digits.get(letter, letter) for letter in numeral)
    return re.sub(r"附件(\d)", r"annex \1", told.replace("（", "(").replace("）", ")").replace("、", ", "))


def risk_parts(told: Mapping[str, str], language: str) -> tuple[str, str]:
    """Splits a manifest's risk into the risk and the answer to it, which stands after a semicolon."""
    mark = "；" if language == "zh" else ";"
    text = told[language]
    before, found, after = text.partition(mark)
    stop = "。" if language == "zh" else "."
    answer = after.strip()
    if not found:
        return text, words.MISSING
    return before.strip() + stop, answer[:1].upper() + answer[1:]


def department(code: Any, language: str) -> str:
    """Returns a department's name; one that the plan does not know by a code stays as it is."""
    if not code:
        return ""
    known = departments().departments.get(str(code))
    return known.label[language] if known else str(code)


def short_name(model: Model, task: Element, language: str) -> str:
    """Returns a task by its scenario and level: `排程排产 3 级`, `Production scheduling L3`."""
    name = model.by_id[f"scenario.{task.facts['scenario']}"].name[language]
    return f"{name} {task.facts['level']} 级" if language == "zh" else f"{name} L{task.facts['level']}"


def starts(given: Given) -> list[date]:
    """Returns the first day of each quarter of the plan."""
    return [date.fromisoformat(row["start"]) for row in given.plan["budget"]]
