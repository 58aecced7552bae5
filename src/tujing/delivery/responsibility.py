"""Roles of a project and its RACI matrix: generated for every task, editable, always with exactly one who answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from tujing.atlas.manifest import Entry, Status
from tujing.delivery.breakdown import Option, templates
from tujing.problems import check_model, read_yaml, refuse
from tujing.words import Text

FILE = Path(__file__).parent / "responsibility.yaml"
LETTERS = "ARCI"


class Role(Entry):
    name: Text
    duty: Text


class Responsibilities(Entry):
    source: str = Field(min_length=3)
    status: Status
    roles: dict[str, Role]
    answers_by_phase: dict[str, str]
    asked_by_phase: dict[str, tuple[str, ...]]
    told_by_phase: dict[str, tuple[str, ...]]
    may_waive: tuple[str, ...] = Field(min_length=1)
    may_decide: tuple[str, ...] = Field(min_length=1)
    replaced_by_option: dict[Option, dict[str, str]]

    @model_validator(mode="after")
    def _names_known(self) -> Self:
        phases = set(templates().phases)
        if not phases == set(self.answers_by_phase) == set(self.asked_by_phase) == set(self.told_by_phase):
            raise ValueError("every phase of breakdown.yaml, and no other, must be spoken of")
        named = {*self.answers_by_phase.values(), *(task.role for task in templates().tasks)}
        named |= {*self.may_waive, *self.may_decide}
        for group in (self.asked_by_phase, self.told_by_phase):
            named |= {role for roles in group.values() for role in roles}
        for replaced in self.replaced_by_option.values():
            named |= {*replaced, *replaced.values()}
        if named - set(self.roles):
            raise ValueError(f"not a role: {', '.join(sorted(named - set(self.roles)))}")
        return self


@cache
def responsibilities() -> Responsibilities:
    """Reads the roles shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return check_model(Responsibilities, read_yaml(FILE), FILE)


def raci(phase: str, role: str, option: str) -> dict[str, str]:
    """Returns role → letters for a task of a phase that `role` does: A, R, AR, C or I."""
    known = responsibilities()
    instead = next((roles for name, roles in known.replaced_by_option.items() if name == option), {})
    matrix: dict[str, str] = {}
    wanted = (
        ("A", (known.answers_by_phase[phase],)),
        ("R", (role,)),
        ("C", known.asked_by_phase[phase]),
        ("I", known.told_by_phase[phase]),
    )
    for letter, roles in wanted:
        for each in roles:
            who = instead.get(each, each)
            if who not in matrix:
                matrix[who] = letter
            elif letter == "R":
                matrix[who] += "R"
    return matrix


def check_raci(matrix: Mapping[str, str], task: str) -> None:
    """Refuses a row of the matrix that nobody, or more than one, answers for, or that nobody does.

    Raises
    ------
    BadInput
        Names the task, the role or the letter.
    """
    for role, letters in matrix.items():
        check_role(role, task)
        if not letters or set(letters) - set(LETTERS):
            raise refuse(
                "unknown_letter",
                f"任务 {task} 的分工“{letters}”无法识别，请用 R、A、C、I。",
                f"“{letters}” for task {task} is no responsibility; use R, A, C, I.",
                key=role,
                value=letters,
            )
    answering = [role for role, letters in matrix.items() if "A" in letters]
    if len(answering) != 1:
        raise refuse(
            "one_accountable",
            f"任务 {task} 须恰有一个角色负责（A），现有 {len(answering)} 个，请改为一个。",
            f"Exactly one role must answer (A) for task {task}; there are {len(answering)}.",
            key=task,
            value=", ".join(answering),
        )
    if not any("R" in letters for letters in matrix.values()):
        raise refuse(
            "nobody_responsible",
            f"任务 {task} 没有执行角色（R），请指定一个。",
            f"Nobody does task {task} (R); name a role.",
            key=task,
        )


def check_role(role: str, key: str = "role") -> None:
    """Refuses a role that is not known.

    Raises
    ------
    BadInput
        Names the roles there are.
    """
    known = responsibilities().roles
    if role not in known:
        raise refuse(
            "unknown_role",
            f"没有角色 {role}，可用的有：{'、'.join(known)}。",
            f"There is no role {role}; there are: {', '.join(known)}.",
            key=key,
            value=role,
        )
