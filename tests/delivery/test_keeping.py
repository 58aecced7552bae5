"""The records beside the tasks: kept once, refused by name, and no gate is closed by hand."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from tests.delivery.examples import PROJECTS, SCENARIO

from tujing.adoption.models import Adoption, Stage
from tujing.delivery.document import delivery_document
from tujing.delivery.editing_services import find
from tujing.delivery.keeping_services import keep, waive
from tujing.delivery.models import ChangeRequest, Contract, LogEntry, Milestone, RoleHolder, Waiver
from tujing.delivery.record_book import RecordBook, read_book
from tujing.delivery.services import accept_all, adopt_plan
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import add_member
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db
OF = {"scenario": SCENARIO, "level": 2}
BOOK = f"""
roles:
  - {{role: sponsor, person: 陈总}}
  - {{role: cio, person: 张伟}}
  - {{role: integrator, person: 云图软件 李工, scenario: {SCENARIO}, level: 2}}
contracts:
  - scenario: {SCENARIO}
    level: 2
    number: HT-2026-01
    provider: 云图软件
    amount: 8 万元
    signed: 2026年1月10日
    deliverables:
      - {{name: 数据接口, gate: data, due: 2026/2/10, payment: 30000}}
      - {{name: 系统上线, gate: close, due: 20260331, payment: 5万}}
log:
  - {{scenario: {SCENARIO}, level: 2, day: 2026-01-20, kind: supervision, severity: minor, finding: 接口文档缺少错误码,
      action: 一周内补齐, person: 张伟, due: 2026-01-27}}
rights:
  - {{scenario: {SCENARIO}, level: 2, item: custom_code, state: met, note: 合同第九条, person: 张伟, day: 2026-01-10}}
changes:
  - {{scenario: {SCENARIO}, level: 2, title: 增加看板, task: "1.2", cost: 6000, days: 5, reason: 车间提出,
      requested: 2026-01-15, requested_by: 张伟}}
"""


@pytest.fixture
def taken(organisation):
    adopt_plan(organisation, PROJECTS)
    return organisation


@pytest.fixture
def book(tmp_path) -> RecordBook:
    file = tmp_path / "records.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return read_book(file)


def refused(organisation, **entries) -> str:
    with pytest.raises(BadInput) as error:
        keep(organisation, RecordBook.model_validate(entries), file="records.yaml")
    problem = error.value.problems[0]
    assert problem.file == "records.yaml" and problem.key
    return problem.code


def test_a_book_is_kept_once(taken, book):
    assert sum(keep(taken, book).values()) == 7
    assert sum(keep(taken, book).values()) == 0
    one = delivery_document(taken, date(2026, 2, 15))["projects"][0]
    assert one["roles"] == {"sponsor": ["陈总"], "cio": ["张伟"], "integrator": ["云图软件 李工"]}
    assert [(owed["due"], owed["payment"]) for owed in one["contracts"][0]["deliverables"]] == [
        ("2026-02-10", 30_000.0),
        ("2026-03-31", 50_000.0),
    ]
    assert one["contracts"][0]["amount"] == 80_000.0
    kinds = {warning["kind"] for warning in one["warnings"]}
    assert {"finding_open", "deliverable_late", "change_undecided", "rights_open"} <= kinds
    second = delivery_document(taken, date(2026, 2, 15))["projects"][1]
    assert "integrator" not in second["roles"]  # named for the other project only


def test_nothing_of_a_book_is_kept_when_one_entry_is_bad(taken, book):
    bad = book.model_copy(update={"rights": (book.rights[0].model_copy(update={"item": "moon"}),)})
    with pytest.raises(BadInput) as error:
        keep(taken, bad, file="records.yaml")
    assert error.value.problems[0].key.startswith("rights.0")
    assert not RoleHolder.objects.exists() and not Contract.objects.exists()


def test_a_deliverable_is_paid_only_when_its_gate_is_passed(works, book):
    adopt_plan(works, PROJECTS)
    keep(works, book)
    contract = book.contracts[0].model_dump()
    contract["deliverables"] = [{**one, "paid": date(2026, 3, 1)} for one in contract["deliverables"][:1]]
    assert refused(works, contracts=[contract]) == "paid_before_accepted"
    accept_all(works)
    assert keep(works, RecordBook.model_validate({"contracts": [contract]}))["contracts"] == 1


def test_an_approved_change_moves_dates_and_money_once_and_the_baseline_stays(taken, book):
    keep(taken, book)
    before = find(taken, SCENARIO, 2)
    task = before.tasks.get(number="1.2")
    decided = {"decision": "approved", "decided": "2026-01-16", "decided_by": "陈总", "decision_reason": "必要"}
    change = {**book.changes[0].model_dump(), **decided}
    assert refused(taken, changes=[{**change, "decided_by": "张伟"}]) == "may_not"
    assert refused(taken, changes=[{**change, "decided": "2026-01-01"}]) == "no_decision_day"
    for count in (1, 0):
        assert keep(taken, RecordBook.model_validate({"changes": [change]}))["changes"] == count
    after = find(taken, SCENARIO, 2)
    assert after.budget == before.budget + 6_000
    assert after.end == before.end + timedelta(days=5)
    assert after.tasks.get(number="1.2").end == task.end + timedelta(days=5)
    assert (after.baseline_end, after.tasks.get(number="1.2").baseline_end) == (before.baseline_end, task.baseline_end)
    assert refused(taken, changes=[{**change, "cost": 9_000}]) == "decided_already"
    assert ChangeRequest.objects.get().cost == 6_000


WAIVER = {**OF, "check": "run_green", "person": "陈总", "reason": "服务器到货推迟，先行试点", "until": "2026-12-31"}


def test_no_gate_is_closed_by_hand(works, book, run_scheduling):
    today = timezone.localdate()
    adopt_plan(works, PROJECTS)
    keep(works, book)
    accept_all(works)  # data are ready, nothing has run
    assert Adoption.objects.get().stage == Stage.IMPLEMENTING
    until = today + timedelta(days=60)
    for kind in ("run_green", "output_present", "beats_today"):
        milestone = Milestone.objects.get(level=2, kind=kind)
        with pytest.raises(BadInput):
            waive(works, milestone.pk, "张伟", "我们赶时间呢", until)  # not his to waive
        waive(works, milestone.pk, "陈总", "服务器到货推迟，先行试点", until)
    # The work goes on, and what was waived stays waived, not passed.
    assert Adoption.objects.get().level_today == 2
    assert Milestone.objects.filter(level=2, passed=True).count() == 1
    gates = {gate["gate"]: gate for gate in delivery_document(works, today)["projects"][0]["gates"]}
    assert [gates[key]["state"] for key in ("data", "run", "close")] == ["passed", "waived", "waived"]
    waiver = gates["run"]["milestones"][0]["waivers"][0]
    assert (waiver["person"], waiver["stands"]) == ("陈总", True)
    later = delivery_document(works, until + timedelta(days=1))["projects"][0]["gates"]
    assert later[1]["state"] == "open" and later[1]["milestones"][0]["waivers"][0]["person"] == "陈总"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"person": "陌生人"}, "may_not"),
        ({"person": "张伟"}, "may_not"),
        ({"until": "2020-01-01"}, "bad_expiry"),
        ({"until": "2999-01-01"}, "bad_expiry"),
        ({"check": "by_hand"}, "no_such_check"),
        ({"level": 4}, "no_project"),
    ],
)
def test_a_waiver_takes_a_person_who_may_a_reason_and_an_end(taken, book, change, code):
    keep(taken, book)
    assert refused(taken, waivers=[{**WAIVER, **change}]) == code
    assert not Waiver.objects.exists()


def test_an_owner_of_the_organisation_may_waive_by_account(taken):
    user = get_user_model().objects.create_user("boss", password="a good pass word")
    add_member(taken, user, "owner")
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    assert (
        keep(taken, RecordBook.model_validate({"waivers": [{**WAIVER, "person": "boss", "until": until}]}))["waivers"]
        == 1
    )


def test_a_check_may_be_declared_anew_with_a_name_and_a_reason_until_it_has_passed(works, book):
    adopt_plan(works, PROJECTS)
    keep(works, book)
    entry = {
        **OF,
        "replaces": "data_ready",
        "check": {"kind": "element_quality", "elements": ["work_order"], "at_least": 0.99, "rows": 3},
        "person": "陈总",
        "reason": "只用工单数据即可启动",
    }
    assert refused(works, checks=[{**entry, "person": "张伟"}]) == "may_not"
    assert refused(works, checks=[{**entry, "check": {"kind": "by_hand"}}]) == "unknown_check"
    assert (
        refused(works, checks=[{**entry, "check": {"kind": "kpi_target", "kpi": "profit", "at": 1}}]) == "unknown_kpi"
    )
    for count in (1, 0):
        assert keep(works, RecordBook.model_validate({"checks": [entry]}))["checks"] == count
    assert "只用工单" in LogEntry.objects.get(kind="quality").action
    added = {**OF, "gate": "data", "check": {"kind": "data_ready"}, "person": "陈总", "reason": "两项检查都要通过"}
    assert refused(works, checks=[{**added, "gate": "moon"}]) == "unknown_gate"
    for count in (1, 0):
        assert keep(works, RecordBook.model_validate({"checks": [added]}))["checks"] == count
    assert Milestone.objects.filter(level=2, gate="data").count() == 2
    accept_all(works)
    milestone = Milestone.objects.get(level=2, gate="data", kind="element_quality")
    assert milestone.passed
    harder = {**entry, "replaces": "element_quality", "check": {**entry["check"], "rows": 1}}
    assert refused(works, checks=[harder]) == "check_closed"


CHANGE = {**OF, "title": "t", "task": "1.1", "reason": "r", "requested": "2026-01-02", "requested_by": "张伟"}
CONTRACT = {**OF, "number": "1", "provider": "p", "amount": 80_000, "signed": "2026-01-02"}
OWED = {"name": "d", "gate": "data", "due": "2026-02-02"}
FOUND = {**OF, "day": "2026-01-02", "kind": "risk", "severity": "note", "finding": "x", "person": "张伟"}
RIGHT = {**OF, "item": "exit", "state": "met", "person": "张伟", "day": "2026-01-02"}


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ({"roles": [{"role": "wizard", "person": "甲"}]}, "unknown_role"),
        ({"log": [{**FOUND, "person": "无名"}]}, "unknown_person"),
        ({"log": [{**FOUND, "closed": "2026-01-01"}]}, "closed_before_found"),
        ({"changes": [{**CHANGE, "task": "9.9"}]}, "unknown_task"),
        ({"changes": [{**CHANGE, "requested_by": "无名"}]}, "unknown_person"),
        ({"changes": [{**CHANGE, "cost": 6}]}, "unit_suspected"),
        ({"contracts": [{**CONTRACT, "amount": 8}]}, "unit_suspected"),
        ({"contracts": [{**CONTRACT, "deliverables": [{**OWED, "payment": 90_000}]}]}, "pays_too_much"),
        ({"contracts": [{**CONTRACT, "deliverables": [{**OWED, "gate": "moon"}]}]}, "unknown_gate"),
        ({"contracts": [{**CONTRACT, "deliverables": [{**OWED, "due": "2026-01-01"}]}]}, "due_before_signed"),
        ({"contracts": [{**CONTRACT, "level": 3, "number": "HT-2026-01"}]}, "contract_elsewhere"),
        ({"rights": [{**RIGHT, "state": "maybe"}]}, "unknown_state"),
        ({"rights": [{**RIGHT, "item": "registration"}]}, "unknown_item"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_by_name(taken, book, entries, code):
    keep(taken, book)
    assert refused(taken, **entries) == code


def test_a_deliverable_names_a_gate_that_can_be_passed(taken, book):
    keep(taken, book)
    Milestone.objects.filter(level=2, gate="run").delete()
    assert refused(taken, contracts=[{**CONTRACT, "deliverables": [{**OWED, "gate": "run"}]}]) == "gate_without_checks"


def test_a_broken_book_names_its_keys(tmp_path):
    file = tmp_path / "records.yaml"
    file.write_text("roles: [{role: cio}]\nlog: [{day: 开春}]\nmoon: 1\n", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        read_book(file)
    assert {"roles.0.person", "log.0.day", "moon"} <= {one.key for one in error.value.problems}


def test_a_book_of_another_organisation_finds_nothing(taken, book):
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    with pytest.raises(BadInput):
        keep(stranger, book)
    with pytest.raises(BadInput):
        waive(stranger, Milestone.objects.first().pk, "陈总", "别家的里程碑", timezone.localdate())
    assert not RoleHolder.objects.exists() and not Waiver.objects.exists()
