"""The glossary and the help beside a word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from tujing.atlas.loader import atlas
from tujing.evaluation.words import METHODS
from tujing.web import glossary as words
from tujing.web.glossary import GROUPS, explained_kpis, glossary
from tujing.web.manual import manual

TEMPLATES = Path(words.__file__).parent / "templates"
DOCS = Path(__file__).parents[2] / "docs"
MET_BY_NEWCOMERS = [
    "npv",
    "p50",
    "loss_probability",
    "cvar",
    "payback",
    "irr",
    "pareto",
    "optimal",
    "readiness",
    "grade",
    "level",
    "ladder",
    "tier",
    "evidence",
    "gate",
    "milestone",
    "waiver",
    "raci",
    "planned_value",
    "earned_value",
    "cpi",
    "spi",
    "baseline",
    "critical_path",
    "effect",
    "interval",
    "counterfactual",
    "control",
    "placebo",
    "belief",
    "crps",
    "privacy_budget",
]


def test_terms_are_whole_and_lead_to_terms():
    known = glossary()
    assert len(known) > 70
    assert {one.group for one in known.values()} == set(GROUPS)
    for one in known.values():
        assert one.means.zh.endswith("。") and one.means.en.endswith("."), one.id
        assert set(one.see) <= set(known), one.id


def test_the_standards_kpis_are_all_there():
    """ISO 22400-2:2014 names 34."""
    assert len([one for one in glossary().values() if one.group == "kpi"]) == 34


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_word_opens_what_it_means_by_a_button_of_its_own(language):
    with translation.override(language):
        shown = Template('{% load tujing %}{% term "adoption" %}{% term "adoption" "landed" %}').render(Context())
    targets = re.findall(r'popovertarget="([^"]+)"', shown)
    assert len(set(targets)) == 2 and all(f'id="{one}" popover' in shown for one in targets)
    assert ("场景落地" if language == "zh-hans" else "Adoption") in shown
    assert ">landed<" in shown
    assert f"{reverse('help')}#term-adoption" in shown


def test_words_that_a_newcomer_meets_are_explained_where_they_stand():
    placed = {
        name
        for page in TEMPLATES.rglob("*.html")
        for pair in re.findall(r'{% term(?:_mark)? "(\w+)"| term="(\w+)"', page.read_text(encoding="utf-8"))
        for name in pair
        if name
    }
    assert placed <= set(glossary()) and set(MET_BY_NEWCOMERS) <= placed
    assert set(METHODS) <= set(glossary()), "an effect names its method, which is explained there"


def test_a_kpi_that_the_glossary_has_is_explained_beside_its_name():
    known = {kpi.id for manifest in atlas().manifests.values() for kpi in manifest.kpis}
    assert set(explained_kpis()) <= known
    with translation.override("en"):
        template = Template('{% load tujing %}{% kpi_term kpi "Late" %}')
        assert "popovertarget" in template.render(Context({"kpi": "weighted_tardiness"}))
        assert template.render(Context({"kpi": "something_own"})).strip() == "Late"


def test_a_term_that_is_none_is_a_mistake():
    with pytest.raises(KeyError):
        Template('{% load tujing %}{% term "nonsense" %}').render(Context())


@pytest.mark.parametrize(("typed", "there", "away"), [("oee", "oee", "adoption"), ("cjld", "adoption", "oee")])
def test_terms_are_found_as_everything_is(organisation, sign_in, typed, there, away):
    client = sign_in(organisation)
    page = client.get(reverse("help"), {"q": typed}, headers={"HX-Request": "true"}).content.decode()
    assert f'id="term-{there}"' in page and f'id="term-{away}"' not in page


def test_the_page_has_every_term_the_keys_and_the_tour(organisation, sign_in):
    page = sign_in(organisation).get(reverse("help")).content.decode()
    assert page.count('id="term-') == len(glossary())
    assert "data-tour-start" in page and "<kbd>g</kbd>" in page
    assert (
        reverse("help")
        in sign_in(organisation, name="b")
        .get(reverse("search"), {"q": "净现值"}, headers={"HX-Request": "true"})
        .content.decode()
    )


def test_the_manual_opens_in_the_site_and_its_links_stay_in_it(organisation, sign_in):
    client = sign_in(organisation)
    offered = client.get(reverse("help")).content.decode()
    inside = re.compile(r'<div class="card-body manual".*</article>', re.DOTALL)
    for one in manual().values():
        path = reverse("help_read", args=[one.page])
        assert f'href="{path}"' in offered
        response = client.get(path)
        text = inside.search(response.content.decode())[0]
        assert response.status_code == 200 and "<h1" in text and "style=" not in text, one.page
        for target in re.findall(r'href="([^"]+)"', text):
            assert target.startswith(("https://", "http://", "#")) or client.get(target).status_code == 200, target


def test_a_page_that_the_manual_has_not_is_not_there(organisation, sign_in):
    client = sign_in(organisation)
    for wish in ("reference/cli", "../README", "explanation/../../README", "tutorial/once-round-the-loop.zh"):
        assert client.get(f"/help/read/{wish}/").status_code == 404


def test_every_page_of_the_manual_that_is_written_is_offered():
    written = {
        str(page.relative_to(DOCS)).removesuffix(".md").removesuffix(".zh")
        for kind in ("tutorial", "how-to", "explanation")
        for page in (DOCS / kind).glob("*.md")
    }
    assert written == set(manual())
