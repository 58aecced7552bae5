"""Putting the example factory into a workspace, and making it anew for people who have played with it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model, ProtectedError
from pydantic import BaseModel, ConfigDict

from tujing.adoption.models import Cycle
from tujing.adoption.services import ensure
from tujing.audit.acting import unwatched
from tujing.audit.recording import record
from tujing.audit.watching import watched
from tujing.dataspace import services as dataspace
from tujing.diagnosis import services as diagnosis
from tujing.diagnosis.answer_file import read as read_answers
from tujing.diagnosis.crosswalk.services import answer_facts
from tujing.diagnosis.instrument import instrument
from tujing.diagnosis.pain.services import read_pain_points
from tujing.elements.definition import parents_first
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import create_organisation, set_profile
from tujing.examples.motor_works.generate import generate
from tujing.problems import check_model, read_yaml, refuse

NAME = "motor-works"
HERE = Path(__file__).parent
PEOPLE = ("enterprise", "audit", "notices", "api")
"""Apps whose rows a new beginning keeps: accounts and roles, what was done, how people are told, their tokens."""
KEPT = {"runtime.job", "runtime.schedule"}
MADE_ANEW = ("tables", "rejects", "runs", "evidence", "work")
"""Folders of an organisation's own files."""


def make() -> Organisation:
    """Makes the example: profile, two years of data, answers, and a pilot in use. All or nothing."""
    profile = _profile()
    with transaction.atomic():
        organisation = create_organisation(profile["slug"], profile["name"], profile["profile"])
        _fill(organisation)
    dataspace.facts(organisation)  # measured and kept now, so that the first page need not wait for it
    return organisation


def is_example(organisation: Organisation) -> bool:
    return bool(organisation.slug == _profile()["slug"])


def make_anew(organisation: Organisation) -> None:
    """Removes what was done in the example and makes it as it was; accounts, roles and the trail stay. All or nothing.

    Raises
    ------
    BadInput
        When it is not the example.
    """
    if not is_example(organisation):
        raise refuse(
            "not_the_example",
            "只有示例工厂可以重置，企业自己的数据不会被清空。",
            "Only the example factory can be made anew; a company's own data is never cleared.",
        )
    tables = generate()
    with _files_aside(organisation), transaction.atomic(), unwatched():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        _empty(organisation)
        Organisation.objects.filter(pk=organisation.pk).update(name=_profile()["name"])
        set_profile(organisation, _profile()["profile"])
        _fill(organisation, tables)
        record(organisation, "重置示例工厂", "Made the example factory anew")
    dataspace.facts(organisation)


def _profile() -> dict[str, Any]:
    return dict(read_yaml(HERE / "profile.yaml"))


def _fill(organisation: Organisation, tables: Any = None) -> None:
    tables = tables or generate()
    for element in parents_first(tables):
        dataspace.write_table(organisation, element, tables[element], source=f"example:{NAME}")
    answers = read_answers(HERE / "answers.sme_2024.yaml", instrument("sme_2024"))
    diagnosis.record(organisation, answers, "sme_2024")
    facts = HERE / "facts.yaml"
    answer_facts(organisation, dict(read_yaml(facts))["facts"], str(facts))
    read_pain_points(organisation, HERE / "pain_points.yaml")
    _adopt(organisation, HERE / "adoptions.yaml")


def _empty(organisation: Organisation) -> None:
    """Removes the organisation's rows, those that others hold on to last."""
    left = [model for model in apps.get_models() if _goes(model)]
    while left:
        held = []
        for model in left:
            own = watched(model)
            lookup = "__".join(own.path) if own is not None else "organisation"
            try:
                with transaction.atomic():
                    model._base_manager.filter(**{lookup: organisation}).delete()
            except ProtectedError:
                held.append(model)
        if len(held) == len(left):
            raise RuntimeError(f"rows hold on to one another: {[one._meta.label for one in held]}")
        left = held


def _goes(model: type[Model]) -> bool:
    label, app = model._meta.label_lower, model._meta.app_label
    if app in PEOPLE or label in KEPT or not model.__module__.startswith("tujing."):
        return False
    own = watched(model)
    if own is not None:
        return bool(own.path)
    return any(one.name == "organisation" for one in model._meta.concrete_fields)


@contextmanager
def _files_aside(organisation: Organisation) -> Iterator[None]:
    """Puts the organisation's files aside, and back again when what is done inside fails."""
    home = Path(settings.HOME)
    aside = Path(tempfile.mkdtemp(prefix=".reset-", dir=home))
    own = [home / name / str(organisation.pk) for name in MADE_ANEW]
    moved = [path for path in own if path.is_dir()]
    for path in moved:
        path.rename(aside / path.parent.name)
    try:
        yield
    except BaseException:
        for path in own:
            shutil.rmtree(path, ignore_errors=True)
        for path in moved:
            (aside / path.parent.name).rename(path)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


class _Taken(BaseModel):
    model_config = ConfigDict(extra="forbid")
    scenario: str
    stage: str
    level_today: int
    level_target: int
    start: date
    go_live: date
    scope: dict[str, list[str]]
    is_pilot: bool


class _Adoptions(BaseModel):
    model_config = ConfigDict(extra="forbid")
    opened: date
    adoptions: list[_Taken]


def _adopt(organisation: Organisation, path: Path) -> None:
    checked = check_model(_Adoptions, read_yaml(path), path)
    cycle = Cycle.objects.create(organisation=organisation, number=1, opened=checked.opened)
    for taken in checked.adoptions:
        adoption = ensure(organisation, taken.scenario, cycle, taken.is_pilot)
        for name, value in taken.model_dump(exclude={"scenario"}).items():
            setattr(adoption, name, value)
        adoption.save()
