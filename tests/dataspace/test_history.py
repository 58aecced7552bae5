"""Versions: the way back to any, what changed between two, their rows and what their columns hold."""

from datetime import datetime

import pyarrow as pa
import pytest
from django.contrib.auth import get_user_model

from tujing.dataspace import history_services as history
from tujing.dataspace import query_services as queries
from tujing.dataspace import services as dataspace
from tujing.dataspace.browsing import Wish
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput


def write(organisation, rows):
    columns = ("work_order_id", "product_id", "quantity", "release_time", "due_time", "status")
    table = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    return dataspace.write_table(organisation, "work_order", pa.table(table), source="test", by="eva")


def order(number, quantity=10.0, status="released"):
    return (f"W{number:03}", "P1", quantity, datetime(2026, 3, 1, 8), datetime(2026, 3, 1 + number % 20, 8), status)


@pytest.fixture
def works(organisation):
    write(organisation, [order(number) for number in range(60)])
    write(organisation, [order(number, 11.0 if number == 5 else 10.0) for number in range(1, 61)])
    return organisation


def test_a_difference_is_told_by_key(works):
    found = history.changes(works, "work_order", 1, 2)
    assert (found.added, found.removed, found.changed) == (1, 1, 1)
    assert found.changed_rows[0].key == ("W005",) and found.changed_rows[0].columns == {"quantity": (10.0, 11.0)}
    assert found.changed_columns == {"quantity": 1} and found.added_rows[0]["work_order_id"] == "W060"


def test_an_earlier_version_is_restored_as_a_new_one_and_that_can_be_undone(works):
    made = history.restore(works, "work_order", 1, note="第二版导错了", by="eva")
    assert (made.number, made.rows, made.mode, made.note) == (3, 60, "restore", "第二版导错了")
    assert dataspace.arrow(works, "work_order")["work_order_id"][0].as_py() == "W000"
    assert dataspace.undo(works, "work_order").number == 2
    with pytest.raises(BadInput):
        history.restore(works, "work_order", 2)
    with pytest.raises(BadInput):
        history.restore(works, "work_order", 99)


@pytest.mark.parametrize(
    ("wish", "first", "count"),
    [
        (Wish(), "W001", 50),
        (Wish(page=2), "W051", 10),
        (Wish(search="w05"), "W050", 10),
        (Wish(filters={"quantity": ">10"}), "W005", 1),
        (Wish(filters={"quantity": "10..10.5"}, sort="-work_order_id"), "W060", 50),
        (Wish(filters={"due_time": "2026-03-06"}), "W005", 3),
        (Wish(filters={"status": "=finished"}), None, 0),
        (Wish(filters={"status": "="}), None, 0),
        (Wish(filters={"status": "!="}, sort="work_order_id"), "W001", 50),
        (Wish(search="'; drop table x --"), None, 0),
    ],
)
def test_rows_are_searched_filtered_sorted_and_paged(works, wish, first, count):
    found = history.rows(history.version(works, "work_order", 2), wish)
    assert len(found.rows) == count and (found.rows[0][0] if found.rows else None) == first
    assert found.has_next == (count == 50)


@pytest.mark.parametrize("filters", [{"quantity": ">many"}, {"due_time": "spring..summer"}, {"nothing": "x"}])
def test_a_filter_nobody_understands_is_refused_by_its_column(works, filters):
    with pytest.raises(BadInput):
        history.rows(history.version(works, "work_order", 2), Wish(filters=filters))


def test_a_profile_counts_all_rows_once_and_is_kept(works, django_assert_num_queries):
    version = history.version(works, "work_order", 2)
    found = history.profile_of(version)["columns"]
    assert found["work_order_id"]["filled"] == 60 and sum(found["quantity"]["counts"]) == 60
    assert (found["quantity"]["low"], found["quantity"]["high"]) == (10.0, 11.0)
    assert sum(found["due_time"]["counts"]) == 60 and found["status"]["top"] == [["released", 60]]
    again = history.version(works, "work_order", 2)
    with django_assert_num_queries(0):
        assert history.profile_of(again)["columns"] == found


def test_quality_over_time_knows_the_versions_that_were_measured(works):
    dataspace.facts(works)
    assert [version.number for version, _facts in history.quality_over_time(works, "work_order")] == [2]


def test_a_query_sees_only_ones_own_company_and_history_only_oneself(works):
    eva = get_user_model().objects.create_user("eva")
    max_ = get_user_model().objects.create_user("max")
    asked = queries.ask(works, eva, "select status, count(*) as n, sum(quantity) as q from work_order group by 1")
    assert queries.result(asked).rows == [("released", 60, 601.0)] and asked.reads == [["work_order", 2]]
    other = Organisation.objects.create(slug="others", name={"zh": "别厂", "en": "Others"})
    with pytest.raises(BadInput) as refused:
        queries.ask(other, eva, "select * from work_order")
    assert refused.value.problems[0].code == "unknown_table"
    assert [one.rows for one in queries.history(works, eva)] == [1] and not queries.history(works, max_)
    assert queries.history(other, eva).get().error[0]["code"] == "unknown_table"


def test_saved_queries_are_ones_own_unless_shared(works):
    eva, max_ = (get_user_model().objects.create_user(name) for name in ("eva", "max"))
    kept = queries.save(works, eva, " 在制 ", "select * from work_order")
    queries.save(works, eva, "在制", "select count(*) from work_order")
    assert [one.sql for one in queries.saved(works, eva)] == ["select count(*) from work_order"]
    assert not queries.saved(works, max_)
    queries.save(works, eva, "在制", "select count(*) from work_order", shared=True)
    assert queries.saved(works, max_).get().pk == kept.pk and not queries.remove(works, max_, kept.pk)
    assert queries.remove(works, eva, kept.pk)
    with pytest.raises(BadInput):
        queries.save(works, eva, "", "select 1")
    with pytest.raises(BadInput):
        queries.save(works, eva, "x", "drop table work_order")
