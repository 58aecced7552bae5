"""The factory lives on: its next year, with what it has taken up in use, comes in as an ordinary import."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import yaml
from pydantic import BaseModel, ConfigDict, Field

from tujing.elements.definition import parents_first
from tujing.problems import check_model, read_yaml

from .changes import InUse
from .export import write_csv
from .generate import END, MONTHS, NEW_ONLY, SEED, generate

if TYPE_CHECKING:
    from tujing.enterprise.models import Organisation

SOURCE = "example:motor-works"
DIARY = "motor-works.yaml"
YEAR = 12
LAST = date(2029, 9, 30)
"""The plant's calendar is known up to here."""
REWRITTEN = ("calendar", "work_order", "purchase_order", "sales_order", "shipment", "cash_flow")
"""Tables whose open rows change as time goes on; each export holds them whole."""


@dataclass(frozen=True)
class Life:
    """How far the factory has lived: the last days of its exports, and what went live since the first of them."""

    ends: tuple[date, ...]
    in_use: tuple[InUse, ...]

    @property
    def today(self) -> date:
        return self.ends[-1]

    @property
    def next_end(self) -> date | None:
        """The last day of the next export; None when the example's story has ended."""
        then = _year_later(self.today)
        return then if then <= LAST else None


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scenario: str
    level: int
    go_live: date
    expected: dict[str, float]
    cost: float
    start: date | None


class _Diary(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ends: list[date] = Field(min_length=1)
    in_use: list[_Step]


def read(home: Path, organisation: Organisation) -> Life | None:
    """Returns the life of the workspace's factory; None when its enterprise is not motor-works.

    Raises
    ------
    BadInput
        When the diary was changed by hand and no longer fits.
    """
    from tujing.dataspace import services as dataspace

    versions = dataspace.versions(organisation, "work_order")
    if not versions or versions[-1].source != SOURCE:
        return None
    path = home / DIARY
    if not path.exists():
        return Life((END,), ())
    content = check_model(_Diary, read_yaml(path), path)
    return Life(tuple(content.ends), tuple(InUse(**one.model_dump()) for one in content.in_use))


def live_on(home: Path, organisation: Organisation, life: Life, taken_up: Sequence[InUse]) -> Life:
    """Lives through the next year, imports what the factory writes down in it, and keeps the diary.

    Parameters
    ----------
    taken_up
        What goes live within the year, each from its go-live on.

    Raises
    ------
    BadInput
        When the import refuses a table; nothing of it is taken in then.
    """
    from django.db import transaction

    from tujing.dataspace import services as dataspace

    end = life.next_end
    assert end is not None
    in_use = (*life.in_use, *taken_up)
    months = MONTHS + YEAR * len(life.ends)
    tables = generate(SEED, end, months, seams=life.ends, in_use=in_use)
    moving = {name: table for name, table in tables.items() if name in NEW_ONLY or name in REWRITTEN}
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        paths = {path.stem: path for path in write_csv(Path(folder), moving)}
        for name in parents_first(moving):
            dataspace.import_file(organisation, name, paths[name], mode="append" if name in NEW_ONLY else "replace")
    lived = Life((*life.ends, end), in_use)
    _write(home / DIARY, lived)
    return lived


def _year_later(day: date) -> date:
    following = day + timedelta(days=1)
    return date(following.year + 1, following.month, following.day) - timedelta(days=1)


def _write(path: Path, life: Life) -> None:
    content = {"ends": list(life.ends), "in_use": [asdict(one) for one in life.in_use]}
    head = "# Written by tujing: how far the example has lived. Its next year continues from here.\n"
    path.write_text(head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


class Factory:
    """The factory of one workspace, as the loop lets it live on."""

    def __init__(self, home: Path, organisation: Organisation, life: Life) -> None:
        self.home, self.organisation, self.life = home, organisation, life

    @property
    def today(self) -> date:
        return self.life.today

    @property
    def next_end(self) -> date | None:
        return self.life.next_end

    def lives_with(self, scenario: str, level: int) -> bool:
        return any((one.scenario, one.level) == (scenario, level) for one in self.life.in_use)

    def live_on(self, taken_up: Sequence[Step]) -> None:
        steps = [
            InUse(one.scenario, one.level, one.go_live, dict(one.expected), one.cost, one.start) for one in taken_up
        ]
        self.life = live_on(self.home, self.organisation, self.life, steps)


class Step(Protocol):
    """What the loop tells of a level that went live."""

    @property
    def scenario(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def start(self) -> date: ...
    @property
    def go_live(self) -> date: ...
    @property
    def expected(self) -> Mapping[str, float]: ...
    @property
    def cost(self) -> float: ...
