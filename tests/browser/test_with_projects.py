"""Pages of one object, looked at as all others: a project and its tabs, an effect, a KPI and the rows behind it."""

from __future__ import annotations

import pytest
from tests.browser.visitor import DESKTOP, TABLET

pytestmark = pytest.mark.browser

PROJECT = ("plan", "gates", "money", "records", "contracts", "rights", "people", "documents")
PAGES = {
    "delivery-of-projects": "/delivery/",
    "delivery-timeline-of-projects": "/delivery/timeline/",
    "delivery-list-of-projects": "/delivery/projects/",
    "project": "/delivery/project/{project}/",
    **{f"project-{name}": f"/delivery/project/{{project}}/{name}/" for name in PROJECT},
    "project-plan-edit": "/delivery/project/{project}/plan/?edit=1",
    "milestone": "/delivery/milestone/{milestone}/",
    "effect": "/evaluation/effect/{effect}/",
    "evaluation-missing": "/evaluation/missing/",
    "kpi": "/evaluation/kpi/setup_share/",
    "kpi-editor": "/evaluation/kpis/editor/",
    "iteration-with-a-plan": "/iteration/",
    "iteration-versions": "/iteration/versions/",
}
LOOKS = [("zh", DESKTOP, ""), ("en", TABLET, ""), ("zh", TABLET, "dark")]


@pytest.mark.parametrize(("language", "size", "theme"), LOOKS, ids=["zh-desktop", "en-tablet", "zh-tablet-dark"])
def test_pages_of_objects(visit, furnished, language, size, theme):
    person = visit(language, size)
    person.context.add_init_script(f"localStorage.setItem('tujing-theme', '{theme}')" if theme else "")
    wrong: dict[str, list[str]] = {}
    for name, path in PAGES.items():
        person.open(path.format(**furnished))
        person.shot(f"{name}{theme and '-'}{theme}")
        found = person.barriers()
        if (beyond := person.beyond()) > 0:
            found.append(f"{beyond} pixels too wide")
        if found:
            wrong[name] = found
    assert not wrong, "\n".join(f"{name}: {one}" for name, found in wrong.items() for one in found)
    person.leave()
