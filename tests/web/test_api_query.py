"""By the API as by the pages: the analysts' console, and the audit trail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.web.api_client import calling, refused

from tujing.audit.models import AuditEvent
from tujing.client import ApiProblem, Pages, Stream
from tujing.documents.audit import Retention
from tujing.documents.iteration import LessonWishes
from tujing.documents.query import QueryWishes, SavedQueryWishes
from tujing.enterprise.models import Role

__all__ = ["calling"]
SQL = "SELECT * FROM work_order ORDER BY 1"


@pytest.fixture
def owner(works, calling):
    return calling(works)


def test_one_select_is_asked_paged_and_downloaded(works, owner, tmp_path):
    table = next(one for one in owner.query.tables() if one.name == "work_order")
    assert table.rows > 3 and table.columns
    asked = owner.query.ask(QueryWishes(sql=SQL))
    assert asked.rows == table.rows and not asked.truncated and asked.reads == {"work_order": 1}
    rows = owner.query.rows(asked.id, page_size=2)
    assert len(rows) == table.rows and len(list(rows)) == table.rows and rows.first.columns == table.columns
    file = owner.query.export(asked.id, "csv", tmp_path)
    assert file.read_text(encoding="utf-8-sig").count("\n") == table.rows + 1
    few = owner.query.ask(QueryWishes(sql=SQL, rows=2))
    assert few.rows == 2 and few.truncated
    assert [one.id for one in owner.query.history()] == [few.id, asked.id]
    assert owner.query.query(asked.id).sql == SQL


def test_what_json_has_no_word_for_comes_as_text(owner):
    odd = (
        "'\\xFF'::BLOB AS b, ['\\xFE'::BLOB] AS l, {'n': 'nan'::DOUBLE} AS s, TIME '06:00' AS t, DATE '2026-01-05' AS d"
    )
    asked = owner.query.ask(QueryWishes(sql=f"SELECT {odd} FROM work_order LIMIT 1"))
    row = next(iter(owner.query.rows(asked.id)))
    assert row == [r"b'\xff'", [r"b'\xfe'"], {"n": None}, "06:00:00", "2026-01-05"]


@pytest.mark.parametrize("sql", ["DROP TABLE work_order", "SELECT * FROM '/etc/passwd'", "SELECT 1; SELECT 2", "x", ""])
def test_a_statement_that_may_not_be_is_refused_and_stands_in_the_history(owner, sql):
    with pytest.raises(ApiProblem) as told:
        owner.query.ask(QueryWishes(sql=sql))
    assert told.value.status == 422
    failed = next(iter(owner.query.history()))
    assert failed.rows is None and failed.problems[0].code == told.value.code
    with refused("result_gone"):
        list(owner.query.rows(failed.id))


def test_nobody_sees_what_another_asked_and_everybody_what_is_shared(works, owner, calling):
    asked = owner.query.ask(QueryWishes(sql=SQL))
    kept = owner.query.save(SavedQueryWishes(name="orders", sql=SQL))
    colleague = calling(works, Role.MANAGER)
    assert not list(colleague.query.history()) and not list(colleague.query.saved_queries())
    with refused("not_found", 404):
        list(colleague.query.rows(asked.id))
    shared = owner.query.save(SavedQueryWishes(name="orders", sql=SQL, shared=True))
    assert shared.id == kept.id and [one.owner for one in colleague.query.saved_queries(q="ord")] == ["owner-works"]
    with refused("not_found", 404):
        colleague.query.remove(kept.id)
    owner.query.remove(kept.id)
    assert not list(colleague.query.saved_queries())
    with refused("not_allowed", 403):
        list(calling(works, Role.VIEWER).query.tables())


def test_the_trail_is_found_by_person_kind_and_day_and_streams_on(works, owner, tmp_path):
    for number in range(5):
        owner.iteration.write(LessonWishes(note=f"lesson {number}"))
    found = owner.audit.events(kind="adoption.lesson", person="owner", action="created", page_size=2)
    assert isinstance(found, Stream) and not isinstance(found, Pages)
    events = list(found)
    assert len(events) == 5 and events == sorted(events, key=lambda one: (one.at, one.id), reverse=True)
    assert {one.account for one in events} == {"owner-works"} and events[0].via == "api"
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert list(owner.audit.events(since=tomorrow)) == []
    file = owner.audit.export("csv", tmp_path, kind="adoption.lesson", person="owner")
    assert len(file.read_text(encoding="utf-8-sig").splitlines()) == 6
    with refused("bad_place"):
        owner.session.call(dict, "GET", "/api/v1/audit/events", query={"after": "nowhere"})


def test_the_chain_is_followed_and_a_forged_event_found(works, owner):
    owner.iteration.write(LessonWishes(note="as it was"))
    chain = owner.audit.check()
    assert chain.is_whole and chain.links >= 1 and chain.waiting == 0
    event = AuditEvent.objects.filter(organisation=works.pk, kind="adoption.lesson").latest("id")
    AuditEvent.objects.filter(pk=event.pk).update(actor_name="somebody else")
    again = owner.audit.check()
    assert not again.is_whole and again.broken[0].code == "events_altered"


def test_the_trail_is_kept_as_long_as_the_law_asks(works, owner, calling):
    assert owner.audit.set_retention(Retention(months=24)).months == owner.audit.retention().months == 24
    with refused("bad_retention"):
        owner.audit.set_retention(Retention(months=3))
    with refused("not_allowed", 403):
        list(calling(works, Role.MANAGER).audit.events())
