"""Data in the browser: analysts ask in SQL and cannot write, the matrix tells what lacks, tables are read."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def test_a_question_in_sql_is_answered_and_a_write_refused(visit):
    person = visit("zh")
    page = person.page
    person.open("/data/query/")
    page.fill("#sql", "SELECT count(*) AS orders FROM work_order")
    page.press("#sql", "Control+Enter")
    page.wait_for_selector("#query-outcome th:has-text('orders')", timeout=60_000)
    person.shot("query")
    assert person.barriers() == []
    page.fill("#sql", "DROP TABLE work_order")
    with page.expect_response(lambda answer: "/query/" in answer.url):
        page.press("#sql", "Control+Enter")
    page.wait_for_selector("#query-outcome:has-text('SELECT')")
    person.complaints.clear()  # the refusal is the point
    person.leave()


def test_the_matrix_and_a_table_in_english(visit):
    person = visit("en")
    person.open("/data/matrix/")
    person.shot("matrix")
    assert person.barriers() == []
    person.open("/data/work_order/rows/")
    assert re.search(r"WO-\d+", person.text())
    person.shot("rows")
    assert person.barriers() == []
    person.leave()
