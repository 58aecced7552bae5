"""A walk over every address: members see their pages, nobody else does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.web.conftest import SCENARIO
from tests.web.walk import ELSEWHERE, NAMES, OWN_ACCOUNT, PAGES, PERSONAL, POST_ONLY, PUBLIC, address, owned

from tujing.delivery.models import Milestone
from tujing.enterprise.models import Role
from tujing.runtime.models import Run
from tujing.runtime.tidy_services import new_run_folder
from tujing.web import paging
from tujing.web.paging import Uncounted, counted

TEMPLATES = Path(paging.__file__).parent / "templates"


def test_every_page_answers_a_member(works, sign_in):
    client = sign_in(works)
    answers = {name: client.get(address(name, works)).status_code for name in PAGES}
    wanted = {name: ELSEWHERE.get(name, 200) for name in PAGES}
    assert answers == wanted


def test_a_file_of_a_run_is_shown_as_a_picture_or_downloaded_and_is_nobody_elses(works, other_works, sign_in):
    run = Run.objects.get(organisation=works)
    folder = new_run_folder(works, SCENARIO)
    folder.mkdir(parents=True)
    for name, kind in (("part.png", "image/png"), ("model.html", "text/html")):
        (folder / name).write_bytes(b"content")
        entry = {"path": str(folder / name), "bytes": 7, "media_type": kind, "title": {"zh": "文件", "en": "File"}}
        run.document.setdefault("files", {})[name] = entry
    run.save()
    links = {name: reverse("scenarios_file", args=[SCENARIO, run.pk, name]) for name in run.document["files"]}
    client = sign_in(works)
    picture, page = client.get(links["part.png"]), client.get(links["model.html"])
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert page["Content-Type"] == "application/octet-stream" and page["Content-Disposition"].startswith("attachment")
    assert client.get(reverse("scenarios_outcome", args=[SCENARIO, run.pk])).content.decode().count("model.html") >= 2
    assert sign_in(other_works).get(links["part.png"]).status_code == 404


def test_every_page_sends_an_anonymous_visitor_to_sign_in(works):
    for name in NAMES:
        if name in PUBLIC:
            continue
        response = (Client().post if name in POST_ONLY else Client().get)(address(name, works))
        assert response.status_code == 302 and response.url.startswith(reverse("login")), name


def test_another_factorys_objects_are_not_there(works, other_works, sign_in):
    client = sign_in(other_works)
    for name in NAMES:
        if not owned(name):
            continue
        response = (client.post if name in POST_ONLY else client.get)(address(name, works))
        # A milestone of somebody else is refused with a sentence, the rest is not found.
        assert response.status_code in (404, 422), name
        assert "甲厂专用名" not in response.content.decode(), name
    assert not Milestone.objects.get(organisation=works).passed


def test_no_page_shows_another_factorys_rows(works, other_works, sign_in):
    client = sign_in(other_works)
    for name in PAGES:
        if owned(name) or name in ELSEWHERE:
            continue
        response = client.get(address(name, works))
        assert response.status_code == 200, name
        assert "甲厂专用名" not in response.content.decode(errors="ignore"), name
    listing = client.get(reverse("data")).content.decode()
    assert "<progress" not in listing, "the other factory has no data, so no fill meter is shown"


def test_somebody_without_a_factory_is_told_what_to_do(works, sign_in):
    client = sign_in(None)
    for name in PAGES:
        if name in PUBLIC | OWN_ACCOUNT or name == "account_welcome":
            continue
        assert client.get(address(name, works)).url == reverse("account_welcome"), name
    assert "尚未加入任何企业" in client.get(reverse("account_welcome")).content.decode()


def test_a_viewer_changes_nothing(works, sign_in):
    client = sign_in(works, Role.VIEWER)
    for name in sorted(POST_ONLY - PUBLIC - PERSONAL):
        response = client.post(address(name, works))
        assert response.status_code == 403, name
        assert "无权" in response.content.decode(), name
    assert client.post(address("scenarios_bench", works)).status_code == 403


def test_a_person_of_two_factories_chooses_one_and_no_third(
    works, other_works, sign_in, organisation, django_user_model
):
    from tujing.enterprise.services import add_member

    client = sign_in(works, name="both")
    add_member(other_works, django_user_model.objects.get(username="both"), Role.VIEWER)
    client.post(reverse("organisation_choose"), {"organisation": str(other_works.pk)})
    assert "乙厂专用名" in client.get(reverse("people")).content.decode()
    assert client.post(reverse("organisation_choose"), {"organisation": str(organisation.pk)}).status_code == 404
    assert client.post(reverse("organisation_choose"), {"organisation": "nonsense"}).status_code == 404


@pytest.mark.any_engine
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_have_no_inline_code_and_a_strict_policy(works, sign_in, language):
    client = sign_in(works)
    client.cookies["django_language"] = language
    for name in PAGES:
        response = client.get(address(name, works))
        if "text/html" not in response.headers["Content-Type"] or response.status_code != 200:
            continue
        page = response.content.decode()
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert not re.search(r"<[^>]+\sstyle=", page), name
        assert not re.search(r"\son[a-z]+=", page), name
        scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", page)
        assert not scripts, name
        assert "<html" not in page or f'lang="{language}"' in page, name


@pytest.mark.any_engine
def test_in_english_no_chinese_is_left_in_the_interface(works, sign_in):
    """Chinese stays only where it is the original: the name of an official document, or marked with its language."""
    client = sign_in(works)
    client.cookies["django_language"] = "en"
    for name in (
        "home",
        "plan",
        "delivery",
        "evaluation",
        "iteration",
        "scenarios",
        "data",
        "atlas_table",
        "scenarios_bench",
    ):
        page = client.get(address(name, works)).content.decode().replace("中文", "").replace("图景", "")
        visible = re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)
        assert re.findall(r"[\u4e00-\u9fff]{2,}", visible) == [], name


def test_unknown_addresses_are_told_in_both_languages(works, sign_in):
    client = sign_in(works)
    assert "页面不存在" in client.get("/nowhere/").content.decode()
    client.cookies["django_language"] = "en"
    assert "No such page" in client.get("/nowhere/").content.decode()
    assert client.get(reverse("atlas_card", args=["production/nothing"])).status_code == 404
    assert client.get(reverse("data_element", args=["nothing"])).status_code == 404


def test_every_list_of_pages_is_the_shared_one():
    own = [
        str(page.relative_to(TEMPLATES))
        for page in TEMPLATES.rglob("*.html")
        if "Next page" in page.read_text(encoding="utf-8") and page.name != "pager.html"
    ]
    assert own == []


@pytest.mark.parametrize(
    ("page", "words", "ways"),
    [
        (counted(2, 120), "Page 2 of 3", ["?q=a&amp;page=1", "?q=a&amp;page=3"]),
        (counted(9, 120), "Page 3 of 3", ["?q=a&amp;page=2"]),
        (Uncounted(1, True), "Page 1<", ["?q=a&amp;page=2"]),
        (Uncounted(3, False), "Page 3<", ["?q=a&amp;page=2"]),
        (Uncounted(2, False, (), 10_000), "Page 2 · more than 10,000 rows", ["?q=a&amp;page=1"]),
        (Uncounted(1, False), "", []),
        (counted(1, 50), "", []),
    ],
)
def test_a_pager_leads_to_the_neighbours_of_rows_fetched_apart(rf, page, words, ways):
    with translation.override("en"):
        context = Context({"page": page})
        context.request = rf.get("/rows/", {"q": "a", "page": "7"})
        shown = get_template("parts/pager.html").template.render(context)
    assert words in shown and re.findall(r'href="([^"]*)"', shown) == ways
