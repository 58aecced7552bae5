"""The site tells the trail who asks and from where: signing in and out, failing to, and each file that goes out."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.web.conftest import PASSWORD

from tujing.audit.models import INSTALLATION, AuditEvent
from tujing.audit.services import field_names, names
from tujing.audit.watching import watched
from tujing.enterprise.models import Role
from tujing.web.sources import source
from tujing.web.trail_words import value_name

pytestmark = pytest.mark.django_db


def last() -> AuditEvent:
    return AuditEvent.objects.order_by("-id").first()


def test_signing_in_failing_and_out_are_told(other_works, sign_in):
    sign_in(other_works, Role.OWNER, "owner")
    client = Client(REMOTE_ADDR="10.0.0.7")
    client.post(reverse("login"), {"username": "owner", "password": "wrong"})
    assert (last().action, last().actor_name, last().address) == ("sign_in_failed", "owner", "10.0.0.7")
    assert last().organisation == other_works.pk
    answer = client.post(reverse("login"), {"username": "owner", "password": PASSWORD})
    assert (last().action, last().actor_name, last().organisation) == ("signed_in", "owner", other_works.pk)
    assert last().request == answer.headers["X-Request-ID"]
    client.post(reverse("logout"))
    assert (last().action, last().actor_name) == ("signed_out", "owner")


def test_an_account_that_does_not_exist_is_told_to_the_operator():
    Client().post(reverse("login"), {"username": "nobody", "password": "wrong"})
    assert (last().action, last().organisation, last().words["zh"]) == ("sign_in_failed", INSTALLATION, "nobody")


def test_a_file_that_goes_out_is_told(other_works, sign_in):
    client = sign_in(other_works)
    assert client.get(reverse("atlas_export", args=["xlsx"])).status_code == 200
    assert (last().action, last().object, last().actor_name) == ("downloaded", "atlas_export", "owner-other-works")
    assert last().words["zh"].startswith("/atlas/export")


def test_a_page_writes_no_event(other_works, sign_in):
    client = sign_in(other_works)
    client.get(reverse("home"))  # the first visit opens the first cycle
    count = AuditEvent.objects.count()
    assert client.get(reverse("home")).status_code == 200
    assert AuditEvent.objects.count() == count


def test_every_field_and_kind_that_the_trail_tells_of_has_its_words():
    audited = {model._meta.label_lower: watched(model) for model in apps.get_models() if watched(model)}
    fields = {field.name for one in audited.values() for field in one.fields}
    assert fields - set(field_names()) == set()
    assert set(audited) - set(names()) == set()


@pytest.mark.parametrize(
    ("kind", "field", "value", "zh", "en"),
    [
        ("adoption.forecast", "scenario", "production/scheduling", "排程排产", "Production scheduling"),
        ("adoption.forecast", "basis", "manifest", "场景卡片", "Scenario card"),
        ("delivery.projecttask", "phase", "roll_out", "推广", "Roll out"),
        ("delivery.projecttask", "raci", {"cio": "A"}, "首席信息官（CIO）：A", "Chief information officer: A"),
        ("delivery.projecttask", "role", "owner", "业务负责人", "Business owner"),
        ("enterprise.membership", "role", "owner", "所有者", "Owner"),
        ("delivery.milestone", "criterion", {"kind": "data_ready"}, "种类：数据就绪", "Kind: Data ready"),
        ("adoption.effectbelief", "source", "evaluation of production/scheduling, go-live 2026-04-01", None, None),
        ("planning.plan", "chosen", True, "是", "yes"),
        ("planning.plan", "result", {"size": 900, "sha256": "ab" * 32}, None, None),
        ("planning.plan", "something_new", "left_as_it_is", "left_as_it_is", "left_as_it_is"),
        ("runtime.run", "created", "2026-11-30T09:46:19.661715+00:00", "2026-11-30 17:46", "2026-11-30 17:46"),
        ("runtime.run", "input_versions", {"work_order": 2}, "生产工单：2", "Work order: 2"),
        (
            "diagnosis.verdict",
            "judged",
            {"numbers": {"digital_equipment": 12}, "options": ["nobody_named_it"]},
            "数值（数字化生产设备台数：12）；选项：nobody_named_it",
            "Numbers (Digital production equipment: 12); Options: nobody_named_it",
        ),
        (
            "evaluation.kpiseries",
            "lineage",
            {"tables": {"work_order": {"version": 1, "formula": "ab"}}},
            "数据表（生产工单（版本：1；公式：ab））",
            "Tables (Work order (Version: 1; Formula: ab))",
        ),
        ("dataspace.queryrun", "error", [{"code": "a", "zh": "空", "en": "empty"}], "空", "empty"),
        ("enterprise.profile", "facts", {"debt_ratio": 0.5}, "资产负债率：0.5", None),
        ("adoption.adoption", "scope", {}, "–", "–"),
        ("planning.plan", "seed", None, "–", "–"),
        ("planning.plan", "seed", 7, "7", "7"),
    ],
)
def test_what_stands_in_a_field_is_told_in_words(kind, field, value, zh, en):
    for language, told in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            found = value_name(value, kind, field)
            assert "{" not in found and "[" not in found, "nobody reads JSON"
            assert found == told or (told is None and ("zh" in language) == bool(re.search(r"[一-鿿]", found)))


def test_the_page_and_the_file_tell_fields_in_the_readers_language(works, sign_in):
    client = sign_in(works)
    found = client.get(reverse("operations_audit"), {"kind": "adoption.adoption"}).content.decode()
    assert "<dt>落地阶段</dt>" in found and "<dt>stage</dt>" not in found
    file = client.get(reverse("operations_audit_export", args=["csv"])).content.decode("utf-8-sig")
    assert "落地阶段：" in file and "stage:" not in file


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("run:12", "第 12 次运行", "Run 12"),
        ("pooled: 7 firms", "7 家企业汇总", "Pooled from 7 firms"),
        ("图景设定 · Tujing's choice", "图景设定", "Tujing's choice"),
        ("orders.xlsx", "orders.xlsx", "orders.xlsx"),
        (
            "evaluation of production/scheduling, go-live 2026-04-01",
            "排程排产的评估，2026-04-01 起在用",
            "Evaluation of Production scheduling, in use since 2026-04-01",
        ),
    ],
)
def test_a_source_is_told_in_words(written, zh, en):
    for language, told in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert source(written) == told
