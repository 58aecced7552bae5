"""The objects that people speak of, find and are told of: by kind and key, with name and address.

An area declares its kinds here. A thing is found only in the reader's organisation, by whom may see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tujing.enterprise.models import Organisation
from tujing.enterprise.services import may
from tujing.notices.about import About
from tujing.words import Text


@dataclass(frozen=True)
class Thing:
    """What a finder returns: how people call it, and its page."""

    name: Text
    url: str


Finder = Callable[[Organisation, str], Thing | None]


@dataclass(frozen=True)
class Kind:
    action: str
    find: Finder
    model: str = ""
    """Its label in the audit trail, such as `planning.plan`; empty for what no company owns."""


_kinds: dict[str, Kind] = {}


def kind(name: str, action: str = "view", model: str = "") -> Callable[[Finder], Finder]:
    """Declares a kind of object, with the action that a role must allow to see it."""

    def register(find: Finder) -> Finder:
        _kinds[name] = Kind(action, find, model)
        return find

    return register


def look(organisation: Organisation, user: Any, kind: str, key: str) -> tuple[About, str]:
    """Returns the object and its address.

    Raises
    ------
    Http404
        When there is no such kind, or the organisation has no such object.
    PermissionDenied
        When the role may not see it.
    """
    known = _kinds.get(kind)
    if known is None:
        raise Http404
    if not may(user, organisation, known.action):
        raise PermissionDenied(_("Your role does not allow this; ask the owner of your company."))
    found = known.find(organisation, key)
    if found is None:
        raise Http404
    return About(kind, key, found.name), found.url


def look_up(organisation: Organisation, kind: str, key: str) -> About:
    """The object, for the machine, which sees all of an organisation.

    Raises
    ------
    LookupError
        When there is none.
    """
    found = _kinds[kind].find(organisation, key)
    if found is None:
        raise LookupError(f"{kind} {key}")
    return About(kind, key, found.name)


def model_of(kind: str) -> str:
    """Returns the label by which the audit trail knows objects of a kind; empty where it follows none."""
    return _kinds[kind].model


def asked_for(request: HttpRequest, kind: str, key: str) -> tuple[About, str]:
    return look(request.organisation, request.user, kind, key)


def _row(model: type[Model], organisation: Organisation, key: str) -> Any:
    """The organisation's row of this number; None when there is none, or the key is no number."""
    if not key.isascii() or not key.isdecimal() or len(key) > 18:
        return None
    return model._default_manager.filter(organisation=organisation, pk=int(key)).first()


def _scenario_name(scenario: str) -> Text:
    from tujing.atlas.loader import atlas

    known = atlas().manifests.get(scenario)
    return known.name if known else Text(zh=scenario, en=scenario)


@kind("scenario")
def _scenario(organisation: Organisation, key: str) -> Thing | None:
    from tujing.atlas.loader import atlas

    return Thing(_scenario_name(key), reverse("atlas_card", args=[key])) if key in atlas().manifests else None


@kind("element")
def _element(organisation: Organisation, key: str) -> Thing | None:
    from tujing.elements.definition import elements

    known = elements().get(key)
    return Thing(known.label, reverse("data_element", args=[key])) if known else None


@kind("assessment", model="diagnosis.assessment")
def _assessment(organisation: Organisation, key: str) -> Thing | None:
    from tujing.diagnosis.models import Assessment

    row = _row(Assessment, organisation, key)
    if row is None:
        return None
    page = "diagnosis_result" if row.status == "submitted" else "diagnosis_questions"
    return Thing(Text(zh=f"评测 {row.pk}", en=f"Assessment {row.pk}"), reverse(page, args=[row.pk]))


@kind("plan", model="planning.plan")
def _plan(organisation: Organisation, key: str) -> Thing | None:
    from tujing.planning.models import Plan

    row = _row(Plan, organisation, key)
    return row and Thing(Text(zh=f"规划 {row.pk}", en=f"Plan {row.pk}"), reverse("plan_one", args=[row.pk]))


@kind("project", model="delivery.levelproject")
def _project(organisation: Organisation, key: str) -> Thing | None:
    from tujing.delivery.models import LevelProject

    row = _row(LevelProject, organisation, key)
    if row is None:
        return None
    name = _scenario_name(row.adoption.scenario)
    words = Text(zh=f"项目：{name.zh}（{row.level} 级）", en=f"Project: {name.en} (level {row.level})")
    return Thing(words, reverse("delivery_project", args=[row.pk]))


@kind("milestone", model="delivery.milestone")
def _milestone(organisation: Organisation, key: str) -> Thing | None:
    from tujing.delivery.models import Milestone

    row = _row(Milestone, organisation, key)
    if row is None:
        return None
    name, own = _scenario_name(row.adoption.scenario), Text(**row.name)
    words = Text(zh=f"{name.zh}：{own.zh}", en=f"{name.en}: {own.en}")
    return Thing(words, reverse("delivery_milestone", args=[row.pk]))


@kind("run", model="runtime.run")
def _run(organisation: Organisation, key: str) -> Thing | None:
    from tujing.runtime.models import Run

    row = _row(Run, organisation, key)
    if row is None:
        return None
    name = _scenario_name(row.scenario)
    words = Text(zh=f"{name.zh}：运行 {row.pk}", en=f"{name.en}: run {row.pk}")
    return Thing(words, reverse("scenarios_outcome", args=[row.scenario, row.pk]))


@kind("evaluation", model="evaluation.evaluation")
def _evaluation(organisation: Organisation, key: str) -> Thing | None:
    from tujing.evaluation.models import Evaluation

    row = _row(Evaluation, organisation, key)
    if row is None:
        return None
    name = _scenario_name(row.adoption.scenario)
    words = Text(zh=f"成效：{name.zh}", en=f"Effect: {name.en}")
    return Thing(words, reverse("evaluation_one", args=[row.pk]))


@kind("cycle", model="adoption.cycle")
def _cycle(organisation: Organisation, key: str) -> Thing | None:
    from tujing.adoption.models import Cycle

    row = _row(Cycle, organisation, key)
    return row and Thing(Text(zh=f"第 {row.number} 轮", en=f"Cycle {row.number}"), reverse("iteration"))


@kind("job")
def _job(organisation: Organisation, key: str) -> Thing | None:
    from uuid import UUID

    from tujing.runtime.models import Job

    try:
        row = Job.objects.filter(organisation=organisation, pk=UUID(key)).first()
    except ValueError:
        return None
    return row and Thing(Text(zh="后台任务", en="Background job"), reverse("jobs_progress", args=[row.pk]))


@kind("members", action="administer")
def _members(organisation: Organisation, key: str) -> Thing | None:
    found = key == str(organisation.pk)
    return Thing(Text(zh="成员", en="Members"), reverse("people_members")) if found else None


@kind("company")
def _company(organisation: Organisation, key: str) -> Thing | None:
    return Thing(Text(**organisation.name), reverse("home")) if key == str(organisation.pk) else None
