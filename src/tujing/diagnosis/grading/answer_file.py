"""Answer files of forms.

instrument: cmmm_2020
assessor: self             # or third_party
kind: discrete             # optional: one of the form's kinds
switches: {weights: equal} # optional: assumption → choice
answers:
  M1: {1: 1, 2: [0.8, 1], 3: 0.5}
  M13: null                # left out by tailoring
evidence:                  # as in `diagnosis/answers.py`
  M1: [{kind: file, reference: plan.pdf}]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tujing.diagnosis.answer_file import read_document
from tujing.diagnosis.answers import ASSESSORS, Evidence, check_evidence
from tujing.diagnosis.grading.form import Form
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

KEYS = ("instrument", "assessor", "kind", "switches", "answers", "evidence")


@dataclass(frozen=True)
class FormAnswers:
    """What an answer file of a form holds."""

    answers: dict[str, Any]
    kind: str = ""
    switches: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)
    assessor: str = "self"


def read(path: Path, form: Form) -> FormAnswers:
    """Reads a .yaml or .json answer file; the answers themselves are checked when they are graded.

    Raises
    ------
    BadInput
        When the file cannot be read, is for another form, or has entries that are not known.
    """
    document = read_document(path)
    if not isinstance(document, Mapping) or not isinstance(document.get("answers"), Mapping):
        raise refuse(
            "no_answers",
            "文件里没有 answers 一项，应写成 answers: {编号: 答案}。",
            "The file has no answers entry; write answers: {id: answer}.",
            file=path,
            key="answers",
        )
    problems = [
        Problem(
            "unknown_key",
            Text(zh=f"不认识 {key} 这一项，请删去。", en=f"The entry {key} is not known; remove it."),
            file=str(path),
            key=str(key),
        )
        for key in document
        if key not in KEYS
    ]
    named = str(document.get("instrument", form.id)).replace("-", "_")
    if named != form.id:
        words = Text(
            zh=f"答卷用的是 {named}，不是 {form.id}。", en=f"These answers are for {named}, not for {form.id}."
        )
        problems.append(Problem("other_instrument", words, file=str(path), key="instrument", value=named))
    switches = document.get("switches") or {}
    if not isinstance(switches, Mapping):
        words = Text(zh="switches 应写成 {假设: 选择}。", en="Write switches as {assumption: choice}.")
        problems.append(Problem("bad_switches", words, file=str(path), key="switches"))
        switches = {}
    assessor = document.get("assessor", "self")
    if assessor not in ASSESSORS:
        words = Text(
            zh="评估方只能是 self（企业自评）或 third_party（第三方）。", en="The assessor is self or third_party."
        )
        problems.append(Problem("unknown_assessor", words, file=str(path), key="assessor"))
    if problems:
        raise BadInput(problems)
    return FormAnswers(
        {str(id): answer for id, answer in document["answers"].items()},
        str(document.get("kind") or ""),
        {str(name): str(choice) for name, choice in switches.items()},
        check_evidence(form, document.get("evidence") or {}),
        assessor,
    )
