"""Every page in both languages, on a desk and on a tablet: nothing runs off or moves, no barrier, no complaint."""

from __future__ import annotations

import pytest
from tests.browser.made import made
from tests.browser.pages import COMPANY, STEPS
from tests.browser.visitor import DESKTOP, TABLET

pytestmark = pytest.mark.browser

LOOKS = pytest.mark.parametrize(
    ("language", "size"),
    [("zh", DESKTOP), ("en", DESKTOP), ("zh", TABLET), ("en", TABLET)],
    ids=["zh-desktop", "en-desktop", "zh-tablet", "en-tablet"],
)


@pytest.mark.parametrize("pages", [STEPS, COMPANY], ids=["steps", "company"])
@LOOKS
def test_every_page(visit, language, size, pages):
    look(visit(language, size), pages)


@LOOKS
def test_every_page_of_something_made(visit, language, size):
    person = visit(language, size)
    look(person, made(person))


def look(person, pages):
    """Opens each page, keeps its picture, and tells all that is wrong at once.

    axe-core takes longer than the page; each language and each size is under it once, the other two looks are of what
    the words do to the layout.
    """
    wrong = []
    with_axe = (person.language, person.size) in (("zh", DESKTOP), ("en", TABLET))
    for name, path in pages.items():
        person.open(path)
        person.shot(name)
        if with_axe:
            wrong += [f"{name}: {one}" for one in person.barriers()]
        wrong += [f"{name} moved by {one}" for one in person.moved()]
        if (beyond := person.beyond()) > 0:
            wrong.append(f"{name}: {beyond} pixels too wide")
    assert not wrong, "\n".join(wrong)
    person.leave()
