"""What a run's tables show."""

from __future__ import annotations

import pytest
from django.utils import translation

from tujing.web.outcomes import chart_for_page, shown_tables


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


def test_a_picture_names_its_file_and_the_other_charts_speak_one_language():
    picture = {"kind": "image", "title": {"zh": "热力图", "en": "Heat map"}, "data": {"file": "heat.png", "alt": None}}
    steps = {
        "kind": "graph",
        "title": {"zh": "流程", "en": "Process"},
        "data": {"nodes": [{"id": "a", "name": {"zh": "车削", "en": "Turning"}}], "edges": []},
    }
    with translation.override("en"):
        shown = [chart_for_page("one", chart, 1) for chart in (picture, steps)]
    assert (shown[0].image, shown[0].alt) == ("heat.png", "Heat map")
    assert shown[1].data["nodes"][0]["name"] == "Turning" and shown[1].size == "chart-xl"
