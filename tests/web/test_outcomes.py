"""What a run's tables show."""

from __future__ import annotations

import pytest
from django.utils import translation

from tujing.web.outcomes import shown_tables


def document(origin: str | None) -> dict:
    orders = {"columns": ["job", "due", "end", "late"], "rows": [["WO-1", -60, 90, 150], ["WO-2", None, 30, 0]]}
    gantt = {"kind": "gantt", "title": {"zh": "甘特图", "en": "Gantt"}, "data": {"origin": origin}}
    return {"tables": {"orders": orders}, "charts": {"gantt": gantt}}


@pytest.mark.parametrize(
    ("origin", "due", "end"),
    [("2026-10-01T08:00:00", "2026-10-01 07:00", "2026-10-01 09:30"), (None, "-60", "90")],
)
def test_due_and_end_are_clock_times_where_there_is_a_clock_and_delays_stay_minutes(origin, due, end):
    with translation.override("en"):
        (table,) = shown_tables(document(origin))
    assert [cell.text for cell in table.rows[0]] == ["WO-1", due, end, "150"]
    assert table.rows[1][1].text == "–"
    assert [column.title for column in table.columns][1] == ("Due date" if origin else "Due (min)")
