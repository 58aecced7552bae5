"""What people do on the pages of projects: move cards, edit, take back, keep records, attach, change many at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.web.conftest import SCENARIO, factory

from tujing.adoption.models import Stage
from tujing.delivery.models import LevelProject, Milestone, ProjectTask
from tujing.delivery.services import Project, adopt_plan
from tujing.enterprise.models import Role

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def mill(db):
    """A factory with two projects, one of them begun; no data, so it is quick to make."""
    made = factory("mill", "丙厂", "The mill")
    start = timezone.localdate() - timedelta(days=40)
    adopt_plan(
        made,
        [
            Project(SCENARIO, 1, start, start + timedelta(days=120), cost=90_000.0, person_days=40.0),
            Project(SCENARIO, 2, start + timedelta(days=121), start + timedelta(days=260), cost=50_000.0),
        ],
    )
    return made


def project(level: int = 1) -> LevelProject:
    return LevelProject.objects.get(level=level)


def send(client, name: str, /, *args, **form):
    return client.post(reverse(name, args=args), form, headers=HTMX)


def test_the_pages_of_projects_take_few_queries_however_many_there_are(mill, sign_in, django_assert_max_num_queries):
    client = sign_in(mill)
    start = date(2027, 1, 1)
    more = ("supply_chain/inventory", "production/quality_inspection", "management/process_mining")
    adopt_plan(mill, [Project(one, 1, start, start + timedelta(days=150), cost=9e4, person_days=30.0) for one in more])
    for name in ("delivery", "delivery_timeline", "delivery_list", "delivery_warnings", "delivery_people"):
        with django_assert_max_num_queries(60):
            assert client.get(reverse(name)).status_code == 200
    tabs = ("project", "plan", "gates", "money", "records", "contracts", "rights", "people_of", "documents")
    for tab in tabs:
        with django_assert_max_num_queries(60):
            assert client.get(reverse(f"delivery_{tab}", args=[project(2).pk])).status_code == 200


def test_a_card_moves_where_the_rules_allow_and_with_a_reason(mill, sign_in):
    client, mine = sign_in(mill), project()
    assert "未开工" in client.get(reverse("delivery")).content.decode()
    refused = send(client, "delivery_move", mine.pk, to="data", reason="先放它过去吧")
    assert refused.status_code == 422 and "只凭检查的证据" in refused.content.decode()
    assert send(client, "delivery_move", mine.pk, to="begin", reason="").status_code == 422
    assert send(client, "delivery_move", mine.pk, to="begin", reason="领导小组批准")["HX-Redirect"] == reverse(
        "delivery"
    )
    assert mill.adoptions.get().stage == Stage.IMPLEMENTING
    assert send(client, "delivery_move", project(2).pk, to="begin", reason="一起开工").status_code == 422
    send(client, "delivery_move", mine.pk, to="waiting", reason="预算推迟到明年")
    assert mill.adoptions.get().stage == Stage.PLANNED
    assert [one.person for one in mine.log.all()] == ["owner-mill"] * 2
    assert send(sign_in(mill, Role.LINE_WORKER), "delivery_move", mine.pk, to="begin", reason="我来").status_code == 403


def test_projects_are_withdrawn_together_and_come_back(mill, sign_in):
    client = sign_in(mill)
    keys = [project(1).pk, project(2).pk]
    assert send(client, "delivery_bulk", what="withdraw", reason="", project=keys).status_code == 422
    assert not LevelProject.objects.filter(withdrawn__isnull=False).exists()
    send(client, "delivery_bulk", what="withdraw", reason="规划已不含", project=keys)
    assert not LevelProject.objects.filter(withdrawn__isnull=True).exists()
    page = client.get(reverse("delivery_project", args=[keys[0]])).content.decode()
    assert "规划已不含" in page and "恢复项目" in page
    send(client, "delivery_move", keys[0], to="reinstate", reason="现在又需要了")
    assert project(1).withdrawn is None and mill.adoptions.get().stage == Stage.PLANNED


def test_many_projects_are_changed_at_once_or_none(mill, sign_in):
    client = sign_in(mill)
    keys, before = [project(1).pk, project(2).pk], project(1).start
    send(client, "delivery_bulk", what="shift", days="14", project=keys)
    assert project(1).start == before + timedelta(days=14)
    send(client, "delivery_bulk", what="department", department="工艺部", project=keys)
    send(client, "delivery_bulk", what="role", role="owner", person="王工", project=keys)
    assert [one.role_holders.get().person for one in LevelProject.objects.all()] == ["王工", "王工"]
    for wrong in ({"what": "shift", "days": "x"}, {"what": "role", "role": "king", "person": "w"}, {"what": "?"}):
        assert send(client, "delivery_bulk", project=keys, **wrong).status_code == 422
    assert send(client, "delivery_bulk", what="shift", days="1").status_code == 422
    assert {one.department for one in LevelProject.objects.all()} == {"工艺部"}
    page = client.get(reverse("delivery_list"), {"department": "工艺部", "q": "排程"}).content.decode()
    assert page.count('name="project"') == 2
    assert client.get(reverse("delivery_list"), {"as": "xlsx"})["Content-Disposition"].startswith("attachment")


def test_a_bar_is_dragged_a_conflict_is_told_and_undo_takes_it_back(mill, sign_in):
    client, mine = sign_in(mill), project()
    task = mine.tasks.first()
    wish = {"number": task.number, "start": task.start.isoformat(), "end": (task.end + timedelta(days=9)).isoformat()}
    shown = send(client, "delivery_drag", mine.pk, seen=mine.version, **wish)
    assert shown.status_code == 200 and "顺延" in shown.content.decode() and "<html" not in shown.content.decode()
    late = send(client, "delivery_drag", mine.pk, seen=mine.version, number=task.number, end="2030-01-01")
    assert late.status_code == 422 and "已被他人修改" in late.content.decode()
    send(client, "delivery_undo", mine.pk, seen=mine.version + 1)
    assert ProjectTask.objects.get(pk=task.pk).end == task.end
    assert (
        reverse("delivery_undo", args=[mine.pk])
        not in client.get(reverse("delivery_plan", args=[mine.pk])).content.decode()
    )


def test_the_table_of_tasks_saved_as_it_is_changes_nothing_and_takes_new_rows(mill, sign_in):
    client, mine = sign_in(mill), project()
    address = reverse("delivery_plan", args=[mine.pk])
    assert 'name="person_days"' in client.get(address, {"edit": "1"}).content.decode()
    columns: dict[str, list[str]] = {name: [] for name in ("number", "phase", "role", "name", "needs")}
    columns |= {name: [] for name in ("start", "end", "cost", "person_days")}
    for task in mine.tasks.all():
        columns["name"].append(task.name["zh"])
        columns["needs"].append(", ".join(number for number, _ in task.needs))
        for name in ("number", "phase", "role", "start", "end"):
            columns[name].append(str(getattr(task, name)))
        for name in ("cost", "person_days"):
            columns[name].append(f"{getattr(task, name):.2f}")
    send(client, "delivery_edit", mine.pk, seen=mine.version, **columns)
    assert project().version == mine.version, "what is typed in is what was shown"
    new = {"number": "8.1", "phase": "accept", "role": "owner", "name": "复测", "needs": "1.1+2", "cost": "1.2万"}
    new |= {"start": str(mine.start), "end": str(mine.start + timedelta(days=3)), "person_days": ""}
    for name in columns:
        columns[name].append(new[name])
    columns["name"][0] = "立项"
    send(client, "delivery_edit", mine.pk, seen=mine.version, **columns)
    added = mine.tasks.get(number="8.1")
    first = mine.tasks.get(number="1.1")
    assert added.cost == 12_000 and added.start > first.end
    assert first.name["zh"] == "立项" and first.name["en"] != "立项"
    assert send(client, "delivery_edit", mine.pk, seen=9, **{**columns, "end": ["x"] * 50}).status_code == 422


def test_progress_money_and_the_project_as_a_whole(mill, sign_in):
    client, mine = sign_in(mill), project()
    send(client, "delivery_report", mine.pk, number="1.1", share="60%", amount="1200", reference="V1")
    task = mine.tasks.get(number="1.1")
    assert (task.progress.get().share, task.costs.get().amount) == (0.6, 1200.0)
    assert send(client, "delivery_report", mine.pk, number="1.1", share="many").status_code == 422
    assert "60%" in client.get(reverse("delivery_plan", args=[mine.pk])).content.decode()
    send(client, "delivery_whole", mine.pk, seen=mine.version, days="3", department="质量部")
    assert project().department == "质量部"
    letters = {"sponsor-1.1": "A", "owner-1.1": "R"}
    send(client, "delivery_matrix", mine.pk, seen=project().version, number="1.1", **letters)
    assert mine.tasks.get(number="1.1").raci == {"sponsor": "A", "owner": "R"}
    wrong = {"sponsor-1.1": "A", "owner-1.1": "A"}
    assert send(client, "delivery_matrix", mine.pk, seen=project().version, number="1.1", **wrong).status_code == 422


def test_records_are_kept_in_place_in_the_name_of_who_is_signed_in(mill, sign_in):
    client, mine = sign_in(mill), project()
    send(
        client,
        "delivery_keep",
        mine.pk,
        "log",
        kind="risk",
        severity="major",
        finding="服务器到货推迟",
        due="2026-12-01",
    )
    entry = mine.log.get()
    assert entry.person == "owner-mill" and entry.closed is None
    close = {"day": str(entry.on), "kind": "risk", "severity": "major", "person": entry.person}
    send(client, "delivery_keep", mine.pk, "log", finding=entry.finding, closed=str(entry.on), action="已到货", **close)
    assert mine.log.get().closed == entry.on and mine.log.get().action == "已到货"
    send(client, "delivery_keep", mine.pk, "rights", item="exit", state="met", note="第 12 条")
    assert mine.rights.get().note == "第 12 条"
    contract = {"number": "HT-1", "provider": "某软件", "amount": "6万", "signed": str(mine.start)}
    owed = {"owed": ["部署", ""], "gate": ["data", "data"], "due": [str(mine.end), ""], "payment": ["3万", ""]}
    owed["paid"] = ["", ""]
    assert send(client, "delivery_keep", mine.pk, "contracts", **contract, **owed)["HX-Redirect"]
    assert mine.contracts.get().deliverables.get().payment == 30_000
    early = send(client, "delivery_keep", mine.pk, "contracts", **contract, **{**owed, "paid": [str(mine.end), ""]})
    assert early.status_code == 422 and "不能付款" in early.content.decode()
    change = {"title": "多做一个接口", "task": "1.1", "cost": "-2000", "days": "4", "reason": "工艺部要求"}
    send(client, "delivery_keep", mine.pk, "changes", **change)
    assert mine.changes.get().cost == -2000 and mine.changes.get().requested_by == "owner-mill"
    decision = {"title": "多做一个接口", "decision": "approved", "decision_reason": "同意"}
    assert send(sign_in(mill, Role.DEPARTMENT_HEAD), "delivery_keep", mine.pk, "changes", **decision).status_code == 422
    end = project().end
    send(client, "delivery_keep", mine.pk, "changes", **decision)
    assert mine.changes.get().decision == "approved" and project().end == end + timedelta(days=4)
    for tab, words in (("records", "服务器到货推迟"), ("contracts", "HT-1"), ("rights", "第 12 条")):
        assert words in client.get(reverse(f"delivery_{tab}", args=[mine.pk])).content.decode()


def test_a_check_is_replaced_with_a_reason_and_roles_come_and_go(mill, sign_in):
    client, mine = sign_in(mill), project()
    wish = {"replaces": "run_green", "check": "run_green", "runs": "2", "reason": "两次才算稳定"}
    send(client, "delivery_keep", mine.pk, "checks", **wish)
    assert Milestone.objects.get(level=1, kind="run_green").criterion == {"kind": "run_green", "runs": 2}
    page = client.get(reverse("delivery_gates", args=[mine.pk])).content.decode()
    assert "最近 2 次运行" in page
    send(client, "delivery_keep_role", role="cio", person="陈工")
    send(client, "delivery_keep", mine.pk, "roles", role="owner", person="李工")
    assert [one.person for one in mill.role_holders.all()] == ["陈工", "李工"]
    held = mine.role_holders.get()
    assert "李工" in client.get(reverse("delivery_people_of", args=[mine.pk])).content.decode()
    send(client, "delivery_release", held.pk, project=mine.pk)
    assert not mine.role_holders.exists()
    assert send(client, "delivery_keep", mine.pk, "nothing").status_code == 404


def test_documents_are_attached_downloaded_taken_away_and_put_back(mill, sign_in):
    client, mine = sign_in(mill), project()
    file = SimpleUploadedFile("纪要.txt", "要点".encode())
    send(client, "delivery_attach", mine.pk, file=file, note="启动会")
    kept = mine.attachments.get()
    got = client.get(reverse("delivery_document", args=[kept.pk]))
    assert got.content.decode() == "要点" and got["Content-Disposition"].startswith("attachment")
    address = reverse("delivery_documents", args=[mine.pk])
    assert "启动会" in client.get(address).content.decode()
    send(client, "delivery_document_remove", kept.pk)
    assert "放回" in client.get(address).content.decode()
    send(client, "delivery_document_remove", kept.pk, back="1")
    assert mine.attachments.get().removed is None
    assert send(client, "delivery_attach", mine.pk).status_code == 422
    bad = SimpleUploadedFile("x.exe", b"MZ")
    assert send(client, "delivery_attach", mine.pk, file=bad).status_code == 422
