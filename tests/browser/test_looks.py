"""Every page in both languages, on a desk and on a tablet: nothing runs off, no barrier, no complaint."""

from __future__ import annotations

import pytest
from tests.browser.pages import COMPANY, STEPS
from tests.browser.visitor import DESKTOP, TABLET

pytestmark = pytest.mark.browser

LOOKS = [("zh", DESKTOP), ("en", DESKTOP), ("zh", TABLET), ("en", TABLET)]


@pytest.mark.parametrize("pages", [STEPS, COMPANY], ids=["steps", "company"])
@pytest.mark.parametrize(("language", "size"), LOOKS, ids=["zh-desktop", "en-desktop", "zh-tablet", "en-tablet"])
def test_every_page(visit, language, size, pages):
    person = visit(language, size)
    wrong: dict[str, list[str]] = {}
    for name, path in pages.items():
        person.open(path)
        person.shot(name)
        found = person.barriers()
        if (beyond := person.beyond()) > 0:
            found.append(f"{beyond} pixels too wide")
        if found:
            wrong[name] = found
    assert not wrong, "\n".join(f"{name}: {one}" for name, found in wrong.items() for one in found)
    person.leave()
