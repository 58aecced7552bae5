"""The record book: what an organisation keeps beside its tasks, as one YAML or JSON file.

Roles, contracts with their deliverables, log entries, answers on rights, change requests, waivers, and checks that are
other than the default. Days may be written in any spelling that tables may use, amounts in yuan or with 万元.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from tujing.atlas.manifest import Entry
from tujing.delivery.breakdown import Level
from tujing.delivery.cells import read_amount, read_day
from tujing.problems import BadInput, check_model, read_yaml


def _day(value: Any) -> Any:
    return _read(read_day, value) if isinstance(value, (str, int)) and not isinstance(value, bool) else value


def _amount(value: Any) -> Any:
    return _read(read_amount, value) if isinstance(value, str) else value


def _read(read: Any, value: Any) -> Any:
    try:
        return read(str(value), "")
    except BadInput as error:
        raise ValueError(error.problems[0].words.en) from error


Day = Annotated[date, BeforeValidator(_day)]
Amount = Annotated[float, BeforeValidator(_amount), Field(ge=0, le=1e12)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class OfProject(Entry):
    scenario: str
    level: Level


class RoleEntry(Entry):
    role: str
    person: Name
    scenario: str = ""
    """Empty: in every project."""
    level: Level = 1
    """Counts only with a scenario."""


class DeliverableEntry(Entry):
    name: str = Field(min_length=1, max_length=120)
    gate: str
    due: Day
    payment: Amount = 0.0
    paid: Day | None = None


class ContractEntry(OfProject):
    number: str = Field(min_length=1, max_length=60)
    provider: str = Field(min_length=1, max_length=120)
    amount: Amount
    signed: Day
    deliverables: tuple[DeliverableEntry, ...] = ()


class LogRecord(OfProject):
    day: Day
    kind: Literal["supervision", "quality", "rights", "risk"]
    severity: Literal["note", "minor", "major"]
    finding: str = Field(min_length=1)
    action: str = ""
    person: Name
    due: Day | None = None
    closed: Day | None = None


class RightsEntry(OfProject):
    item: str
    state: str
    note: str = ""
    person: Name
    day: Day


class ChangeEntry(OfProject):
    title: str = Field(min_length=1, max_length=120)
    scope: str = ""
    task: str
    cost: float = Field(default=0.0, ge=-1e12, le=1e12)
    days: int = Field(default=0, ge=-3650, le=3650)
    reason: str = Field(min_length=1)
    requested: Day
    requested_by: Name
    decision: Literal["open", "approved", "rejected"] = "open"
    decided: Day | None = None
    decided_by: str = ""
    decision_reason: str = ""


class WaiverEntry(OfProject):
    check: str
    """Kind of the milestone's check."""
    person: Name
    reason: str = Field(min_length=5)
    until: Day


class CheckEntry(OfProject):
    replaces: str = ""
    """Kind of the milestone's check that is replaced."""
    gate: str = ""
    """The gate to which a check is added."""
    check: dict[str, Any]
    person: Name
    reason: str = Field(min_length=5)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.replaces) == bool(self.gate):
            raise ValueError("give either replaces or gate")
        return self


class RecordBook(Entry):
    roles: tuple[RoleEntry, ...] = ()
    contracts: tuple[ContractEntry, ...] = ()
    log: tuple[LogRecord, ...] = ()
    rights: tuple[RightsEntry, ...] = ()
    changes: tuple[ChangeEntry, ...] = ()
    waivers: tuple[WaiverEntry, ...] = ()
    checks: tuple[CheckEntry, ...] = ()


def read_book(file: Path) -> RecordBook:
    """Reads a record book.

    Raises
    ------
    BadInput
        When the file cannot be read or an entry does not fit; names each key.
    """
    return check_model(RecordBook, read_yaml(file) or {}, file)
