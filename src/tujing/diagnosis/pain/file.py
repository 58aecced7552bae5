"""Pain points in a file: .csv (UTF-8 or GBK) or .xlsx with one row each, or .yaml and .json with the same entries.

pain_points:
  - department: 计划科
    words: {zh: 插单多，计划天天改, en: Rush orders change the plan every day}   # or one text
    severity: 4                  # 1 a nuisance … 5 stops the business
    frequency: daily             # daily, weekly, monthly, quarterly, yearly
    yuan_per_year: 300000        # only when somebody knows
    scenarios: [production/scheduling]
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tujing.diagnosis.answer_file import check_size, read_document
from tujing.diagnosis.spreadsheet.workbook import rows_of
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

COLUMNS = {
    "department": "部门 department",
    "words": "痛点 words",
    "words_en": "英文 words_en",
    "severity": "严重程度 severity",
    "frequency": "频率 frequency",
    "yuan_per_year": "每年损失（元） yuan_per_year",
    "scenarios": "场景 scenarios",
}
NEEDED = ("department", "words", "severity", "frequency")
FREQUENCIES = {
    "daily": "每天",
    "weekly": "每周",
    "monthly": "每月",
    "quarterly": "每季",
    "yearly": "每年",
}
KINDS = Text(
    zh="痛点清单只能是 .xlsx、.csv、.yaml 或 .json 文件。", en="Pain points come as .xlsx, .csv, .yaml or .json."
)
TEN_THOUSAND = "万元"
LONGEST, MOST_ROWS, DEAREST = 500, 2000, 1e12


@dataclass(frozen=True)
class Pain:
    """One pain point as it came in, checked. `yuan_per_year` is None where nobody knows."""

    department: str
    words: dict[str, str]
    severity: int
    frequency: str
    yuan_per_year: float | None
    scenarios: tuple[str, ...]


def read(path: Path, known: Iterable[str]) -> list[Pain]:
    """Reads a list of pain points.

    Parameters
    ----------
    known
        Ids of the scenarios that may be named.

    Raises
    ------
    BadInput
        With every fault and its row: a column that is missing, an unknown frequency or scenario, a severity that is not
        1 to 5, money that is no amount, a pain point given twice.
    """
    if path.suffix.lower() in (".xlsx", ".csv"):
        check_size(path)
        return checked(_sheet(path), known, str(path))
    document = read_document(path, KINDS)
    entries = document.get("pain_points") if isinstance(document, Mapping) else None
    if not isinstance(entries, list):
        raise refuse(
            "no_pain_points",
            "文件里没有 pain_points 一项，应写成 pain_points: [{department: …, words: …}]。",
            "The file has no pain_points entry; write pain_points: [{department: …, words: …}].",
            file=path,
            key="pain_points",
        )
    return checked(enumerate(entries, start=1), known, str(path))


def checked(entries: Iterable[tuple[int, Any]], known: Iterable[str], file: str = "") -> list[Pain]:
    """Checks numbered entries.

    Raises
    ------
    BadInput
        With every fault.
    """
    scenarios, found, problems = set(known), [], []
    seen: dict[tuple[str, str], int] = {}
    for row, entry in entries:
        faults = list(_faults(entry, scenarios))
        problems += [Problem(code, Text(zh=zh, en=en), file=file, row=row, key=key) for code, key, zh, en in faults]
        if faults:
            continue
        pain = _pain(entry)
        same = (pain.department, pain.words.get("zh") or pain.words["en"])
        if same in seen:
            words = Text(zh=f"与第 {seen[same]} 行重复，请只保留一行。", en=f"The same as row {seen[same]}; keep one.")
            problems.append(Problem("repeated_row", words, file=file, row=row))
        seen.setdefault(same, row)
        found.append(pain)
    if problems:
        raise BadInput(problems)
    return found


def _sheet(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = rows_of(path)
    heading = [str(cell or "").strip() for cell in next(rows, [])]
    place = {name: column for column, cell in enumerate(heading) if (name := _column(cell))}
    absent = [COLUMNS[name] for name in NEEDED if name not in place]
    if absent:
        raise refuse(
            "missing_column",
            f"缺少列：{'、'.join(absent)}。",
            f"Columns are missing: {', '.join(absent)}.",
            file=path,
            row=1,
        )
    money = place.get("yuan_per_year")
    unit = 10_000 if money is not None and TEN_THOUSAND in heading[money] else 1
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise refuse(
                "too_many_rows", f"超过 {MOST_ROWS} 行，请拆分。", f"Over {MOST_ROWS} rows; split the file.", file=path
            )
        cells = {name: _text(row[column]) if column < len(row) else "" for name, column in place.items()}
        if any(cells.values()):
            yield number, _entry(cells, unit)


def _column(heading: str) -> str:
    """Returns the column that a heading means: its English name, its Chinese one, or both; empty for a stranger."""
    last = heading.split()[-1] if heading else ""
    if last in COLUMNS:
        return last
    if heading.startswith("每年损失"):
        return "yuan_per_year"
    return next((name for name, both in COLUMNS.items() if heading == both.split()[0]), "")


def _entry(cells: Mapping[str, str], unit: int) -> dict[str, Any]:
    words = {"zh": cells["words"], "en": cells.get("words_en", "")}
    entry: dict[str, Any] = {
        "department": cells["department"],
        "words": {language: text for language, text in words.items() if text},
        "severity": _number(cells["severity"]),
        "frequency": cells["frequency"],
        "scenarios": [one for one in re.split(r"[;；、,\s]+", cells.get("scenarios", "")) if one],
    }
    if cells.get("yuan_per_year"):
        amount = _number(cells["yuan_per_year"])
        entry["yuan_per_year"] = amount * unit if isinstance(amount, float) else amount
    return entry


Fault = tuple[str, str, str, str]
"""Code, key, sentence zh, sentence en."""


def _faults(entry: Any, known: set[str]) -> Iterator[Fault]:
    if not isinstance(entry, Mapping):
        yield "bad_entry", "", "每条痛点要写成 {department: …, words: …}。", "Write {department: …, words: …}."
        return
    for name in set(entry) - (set(COLUMNS) - {"words_en"}):
        yield "unknown_key", str(name), "不认识这一项，请删去。", "This entry is not known; remove it."
    department, words = entry.get("department"), entry.get("words")
    if not isinstance(department, str) or not 0 < len(department.strip()) <= 60:
        yield "bad_department", "department", "请写明部门（60 字以内）。", "Name the department (60 letters at most)."
    texts = {"zh": words} if isinstance(words, str) else words
    if (
        not isinstance(texts, Mapping)
        or not texts
        or set(texts) - {"zh", "en"}
        or not all(isinstance(text, str) and 0 < len(text.strip()) <= LONGEST for text in texts.values())
    ):
        yield "bad_words", "words", f"请写明痛点（{LONGEST} 字以内）。", f"Say what hurts ({LONGEST} letters at most)."
    severity = entry.get("severity")
    if isinstance(severity, bool) or severity not in (1, 2, 3, 4, 5):
        yield "bad_severity", "severity", "严重程度填 1 到 5 的整数。", "Severity is a whole number from 1 to 5."
    if not isinstance(entry.get("frequency"), str) or _frequency(entry["frequency"]) is None:
        shown = "、".join(f"{name}（{zh}）" for name, zh in FREQUENCIES.items())
        yield "bad_frequency", "frequency", f"频率只能是 {shown}。", f"Frequency is one of {', '.join(FREQUENCIES)}."
    money = entry.get("yuan_per_year")
    if money is not None and not (
        isinstance(money, int | float) and not isinstance(money, bool) and math.isfinite(money) and 0 <= money < DEAREST
    ):
        yield (
            "bad_money",
            "yuan_per_year",
            "每年损失要填以元为单位的数字；不知道就留空。",
            "Money a year is a number of yuan; leave it empty when nobody knows.",
        )
    named = entry.get("scenarios") or []
    if not isinstance(named, list):
        yield "bad_scenarios", "scenarios", "场景要写成列表。", "Scenarios are a list."
        return
    for stranger in [one for one in named if one not in known]:
        yield (
            "unknown_scenario",
            "scenarios",
            f"图谱里没有场景 {stranger}，可用 tujing atlas 查编号。",
            f"There is no scenario {stranger} on the map; tujing atlas shows the ids.",
        )


def _pain(entry: Mapping[str, Any]) -> Pain:
    words = entry["words"]
    money = entry.get("yuan_per_year")
    frequency = _frequency(entry["frequency"])
    assert frequency is not None
    return Pain(
        department=entry["department"].strip(),
        words={"zh": words.strip()} if isinstance(words, str) else {key: text.strip() for key, text in words.items()},
        severity=int(entry["severity"]),
        frequency=frequency,
        yuan_per_year=None if money is None else float(money),
        scenarios=tuple(dict.fromkeys(entry.get("scenarios") or ())),
    )


def _frequency(given: str) -> str | None:
    return next((name for name, zh in FREQUENCIES.items() if given.strip() in (name, zh)), None)


def _number(text: str) -> float | str:
    try:
        return float(text.replace(",", "").replace("，", ""))
    except ValueError:
        return text


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()
