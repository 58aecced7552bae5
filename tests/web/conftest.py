"""Two factories with something on every page, and people in them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.core.serializers import deserialize, serialize, sort_dependencies
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client, override_settings
from django.utils import timezone

import tujing.examples.motor_works as motor_works
import tujing.scenarios
from tujing.adoption.lesson_services import write_down
from tujing.adoption.models import Stage
from tujing.adoption.services import current_cycle, ensure
from tujing.dataspace import services as dataspace
from tujing.delivery.attachment_services import attach
from tujing.delivery.models import LevelProject, Milestone, ProjectTask, RoleHolder
from tujing.diagnosis import services as diagnosis
from tujing.diagnosis.answer_file import read as read_answers
from tujing.diagnosis.instrument import instrument
from tujing.enterprise.models import Organisation, Role
from tujing.enterprise.services import add_member, create_organisation
from tujing.evaluation.models import Evaluation
from tujing.iteration.services import make_plan
from tujing.planning.value import DRIVERS
from tujing.runtime import schedules
from tujing.runtime.contract import Budget
from tujing.runtime.services import RUN, run_now, run_payload, start_run

SCENARIO = "production/scheduling"
SAMPLE = Path(tujing.scenarios.__file__).parent / SCENARIO / "sample"
PASSWORD = "a good pass word"
PROFILE = {"industry": "C3812", "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}


def factory(slug: str, zh: str, en: str) -> Organisation:
    return create_organisation(slug, {"zh": zh, "en": en}, PROFILE)


def fill(organisation: Organisation) -> None:
    """Gives a factory data, an assessment, a plan, a run, a job, a milestone and an evaluation."""
    months = pa.array([date(2025, month, 1) for month in range(1, 13)])
    baseline = {"month": months, **{name: [1_000_000.0] * 12 for name in DRIVERS}}
    dataspace.write_table(organisation, "financial_baseline", pa.table(baseline), source="test")
    for name in ("product", "work_centre", "calendar", "operation_route", "setup_time", "work_order"):
        dataspace.import_file(organisation, name, SAMPLE / f"{name}.csv")
    answers = read_answers(Path(motor_works.__file__).parent / "answers.sme_2024.yaml", instrument("sme_2024"))
    # What the example measures needs its tables, which this small factory does not have.
    held = {id: [one for one in items if one["kind"] != "measured"] for id, items in answers.evidence.items()}
    diagnosis.record(organisation, replace(answers, evidence=held))
    diagnosis.open_assessment(organisation)
    make_plan(organisation, budget=600_000, quarters=4)
    adoption = ensure(organisation, SCENARIO, current_cycle(organisation))
    adoption.stage, adoption.go_live = Stage.IN_USE, date(2026, 4, 1)
    adoption.save()
    Milestone.objects.create(
        organisation=organisation,
        adoption=adoption,
        position=1,
        gate="data",
        kind="data_ready",
        name={"zh": "数据就绪", "en": "Data ready"},
        due=date(2026, 1, 1),
    )
    days = {"start": date(2026, 1, 1), "end": date(2026, 6, 30)}
    project = LevelProject.objects.create(
        **days,
        organisation=organisation,
        adoption=adoption,
        level=1,
        baseline_start=days["start"],
        baseline_end=days["end"],
        budget=10_000.0,
    )
    ProjectTask.objects.create(
        **days,
        organisation=organisation,
        project=project,
        position=1,
        number="1.1",
        phase="prepare",
        name={"zh": "立项", "en": "Charter"},
        role="owner",
        cost_class="people",
        baseline_start=days["start"],
        baseline_end=days["end"],
        baseline_cost=10_000.0,
        cost=10_000.0,
        raci={"owner": "AR"},
    )
    attach(organisation, project.pk, "minutes.txt", "会议纪要".encode(), "owner-works")
    RoleHolder.objects.create(organisation=organisation, role="cio", person="陈工")
    write_down(organisation, "先清洗主数据", "数据", "owner-works", SCENARIO)
    run_now(organisation, SCENARIO, budget=Budget(seconds=1, workers=1))
    start_run(organisation, SCENARIO)
    morning = timezone.now() + timedelta(days=1)
    schedules.plan(organisation, "early shift", RUN, run_payload(SCENARIO), period="day", first=morning)
    Evaluation.objects.create(
        organisation=organisation,
        adoption=adoption,
        measure="setup_minutes",
        method="interrupted_time_series",
        verdict="better",
        result={
            "name": {"zh": "换型时间", "en": "Set-up time"},
            "unit": "min",
            "formula": "mean(setup_minutes)",
            "weeks_before": 20,
            "weeks_after": 10,
            "before": 30.0,
            "after": 24.0,
            "counterfactual": None,
            "effect": {"relative": -0.2, "low": -0.3, "high": -0.1},
            "series": {"weeks": ["2026-03-23", "2026-03-30", "2026-04-06"], "treated": [30, 30, 24], "control": None},
        },
    )


@pytest.fixture(scope="session")
def filled_works(django_db_setup, django_db_blocker, tmp_path_factory) -> tuple[str, Path]:
    """The filled factory, made once: its rows as text and the folder of its tables. The database stays empty."""
    home = tmp_path_factory.mktemp("filled")
    with django_db_blocker.unblock(), override_settings(HOME=home), transaction.atomic():
        fill(factory("works", "甲厂专用名", "Works One"))
        rows = serialize("json", (row for model in own_models() for row in model.objects.order_by("pk")))
        transaction.set_rollback(True)
    return rows, home


def own_models() -> list[type[Model]]:
    """Every table of ours, those that others point to first."""
    return [model for model in sort_dependencies([(app, None) for app in apps.get_app_configs()]) if is_ours(model)]


def is_ours(model: type[Model]) -> bool:
    return model.__module__.startswith("tujing.")


@pytest.fixture
def works(db, filled_works, settings) -> Organisation:
    rows, home = filled_works
    shutil.copytree(home, settings.HOME, dirs_exist_ok=True)
    for row in deserialize("json", rows):
        row.save()
    resets = connection.ops.sequence_reset_sql(no_style(), own_models())
    with connection.cursor() as cursor:
        for reset in resets:
            cursor.execute(reset)
    return Organisation.objects.get(slug="works")


@pytest.fixture
def other_works(db) -> Organisation:
    return factory("other-works", "乙厂专用名", "Works Two")


@pytest.fixture
def sign_in(django_user_model):
    """Returns a client signed in with a role in an organisation, or with none."""

    def signed(organisation: Organisation | None, role: str = Role.OWNER, name: str = "") -> Client:
        account = name or f"{role}-{organisation.slug if organisation else 'nowhere'}"
        user = django_user_model.objects.create_user(account, password=PASSWORD)
        if organisation:
            add_member(organisation, user, role)
        client = Client(headers={"accept-language": "zh-hans"})
        client.force_login(user)
        return client

    return signed
