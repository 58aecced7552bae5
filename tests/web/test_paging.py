"""A list that may hold any number of rows is counted to a limit only, and its pages are those of the whole list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tujing.notices.models import Notice
from tujing.notices.services import notices
from tujing.runtime.models import Run
from tujing.web import paging
from tujing.web.addresses import numbered
from tujing.web.paging import Uncounted, endless

ROWS, PER_PAGE = 23, 5


@pytest.fixture
def told(organisation, django_user_model):
    """Notices of one person; four at a time came at the same moment, across the borders of pages."""
    person = django_user_model.objects.create_user("reader")
    now = timezone.now()
    for number in range(ROWS):
        row = Notice.objects.create(
            organisation=organisation, person=person, kind="mention", words={}, about_kind="plan", about_key=str(number)
        )
        Notice.objects.filter(pk=row.pk).update(created=now - timedelta(minutes=number // 4))
    return notices(organisation, person)


@pytest.mark.parametrize("counted", [ROWS, 12, 0])
def test_the_pages_of_an_endless_list_are_its_rows_in_order(told, rf, monkeypatch, counted):
    monkeypatch.setattr(paging, "COUNTED", counted)
    pages = [endless(rf.get("/", {"page": str(number)}), told, PER_PAGE) for number in range(1, 6)]
    assert [row.pk for page in pages for row in page] == [row.pk for row in told]
    assert [bool(page.has_next() if callable(page.has_next) else page.has_next) for page in pages] == [True] * 4 + [
        False
    ]
    keys = [row for page in pages for row in endless(rf.get("/", {"page": page.number}), told, PER_PAGE, ("pk",))]
    assert keys == [(row.pk,) for row in told]


@pytest.mark.parametrize(("asked", "shown"), [("99", 5), ("5", 5), ("x", 1), ("", 1), ("2", 2)])
@pytest.mark.parametrize("counted", [ROWS, 12])
def test_a_page_too_far_is_the_last_and_no_number_is_the_first(told, rf, monkeypatch, counted, asked, shown):
    monkeypatch.setattr(paging, "COUNTED", counted)
    page = endless(rf.get("/", {"page": asked}), told, PER_PAGE)
    assert page.number == shown and len(list(page)) == (3 if shown == 5 else 5)
    assert isinstance(page, Uncounted) == (counted < ROWS)


def test_an_endless_list_without_rows_has_one_empty_page(told, rf):
    page = endless(rf.get("/", {"page": "3"}), told.filter(kind="late"), PER_PAGE)
    assert page.number == 1 and list(page) == [] and not page.has_other_pages()


def test_no_row_far_down_is_read_that_the_page_does_not_show(told, rf, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(paging, "COUNTED", 12)
    with django_assert_num_queries(2) as asked:
        endless(rf.get("/", {"page": "4"}), told, PER_PAGE)
    keys, rows = (one["sql"] for one in asked.captured_queries)
    assert "words" not in keys.lower() and "OFFSET" in keys and "OFFSET" not in rows


def test_a_long_list_tells_that_it_was_not_counted_to_its_end(works, sign_in, monkeypatch):
    like = Run.objects.filter(organisation=works).first()
    for _ in range(60):
        like.pk, like.job = None, None
        like.save()
    monkeypatch.setattr(paging, "COUNTED", 40)
    page = sign_in(works).get(reverse("scenarios_runs", args=[like.scenario]), {"page": "2"}).content.decode()
    assert "第 2 页 · 超过 40 行" in page and 'rel="prev"' in page and 'rel="next"' not in page


def test_an_address_resolved_once_is_that_of_each():
    at = numbered("scenarios_outcome", "production/scheduling")
    assert at(42) == reverse("scenarios_outcome", args=["production/scheduling", 42])
    assert numbered("notices_mark")(7) == reverse("notices_mark", args=[7])
