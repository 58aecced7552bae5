"""`{% load tujing %}`: wording in the reader's language, figures as the reader writes them, icons."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tujing.web import sources, trail_words, words
from tujing.web.glossary import Term, explained_kpis, glossary

register = template.Library()
_popovers = itertools.count()
"""Two mentions of a term on one page need two ids."""

register.filter("say", words.say)
register.filter("listed", words.listed)
register.filter("source", sources.source)
register.filter("money", words.money)
register.filter("cell_money", words.cell_money)
register.filter("figure", words.figure)
register.filter("percent", words.percent)
register.filter("scenario_name", words.scenario_name)
register.filter("element_name", words.element_name)
register.filter("column_name", words.column_name)
register.filter("kpi_name", words.kpi_name)
register.filter("label", words.label)
register.filter("kind_name", words.kind_name)
register.filter("column_type", words.column_type)
register.filter("unit", words.unit)
register.filter("measured", words.measured)
register.filter("found_kind", words.found_kind)
register.filter("change_words", words.change_words)
register.filter("term_group", words.term_group)
register.filter("term_name", words.term_name)
register.filter("department_name", words.department_name)
register.filter("work_name", words.work_name)
register.filter("trail_field", trail_words.field_name)


@register.filter
def day(moment: date | datetime | str | None) -> str:
    """2026-11-23, in both languages."""
    if moment is None or moment == "":
        return "–"
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment) if timezone.is_aware(moment) else moment
        return moment.strftime("%Y-%m-%d")
    return str(moment)[:10]


@register.filter
def minute(moment: datetime | str | None) -> str:
    """2026-11-23 14:05, in the factory's time zone; text is a moment of a document, in ISO 8601."""
    if moment is None:
        return "–"
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return (timezone.localtime(moment) if timezone.is_aware(moment) else moment).strftime("%Y-%m-%d %H:%M")


BLANK = SafeString("")
"""Safe as it is: nothing has to be escaped."""


@register.filter
def cells(row: Sequence[Any]) -> str:
    """The cells of a row of a table, in one piece: a page of rows has hundreds, many of them blank. None is blank."""
    shown = (BLANK if value in (None, "") else value for value in row)
    return format_html('<td class="nowrap">{}</td>' * len(row), *shown)


@register.filter
def say_problem(problem: dict[str, Any]) -> str:
    """The sentence of a stored problem."""
    return str(problem.get(words.language(), ""))


@register.filter
def person(user: Any) -> str:
    """How people are called: their full name, or their account."""
    return _("somebody who left") if user is None else user.get_full_name() or user.get_username()


@register.simple_tag
def other_language(words_in_both: Any) -> str:
    """A content text in the language that the reader does not read the site in."""
    return str(words_in_both["zh" if words.language() == "en" else "en"])


@register.inclusion_tag("parts/term.html")
def term(identity: str, word: str = "") -> dict[str, Any]:
    """`{% term "adoption" %}`: a word of the glossary that opens what it means; `word` is shown instead of its name.

    Raises
    ------
    KeyError
        When the glossary has no such term: a mistake in the template.
    """
    return _beside(glossary()[identity], word)


@register.inclusion_tag("parts/term.html")
def kpi_term(kpi: str, word: str) -> dict[str, Any]:
    """`{% kpi_term "oee" kpi.name %}`: a KPI's name, which opens what it means where the glossary has it."""
    found = explained_kpis().get(kpi)
    return _beside(found, word) if found else {"word": word}


@register.inclusion_tag("parts/term_mark.html")
def term_mark(identity: str) -> dict[str, Any]:
    """`{% term_mark "npv" %}`: a question mark, for beside a word that is a button or a link already."""
    return _beside(glossary()[identity])


def _beside(one: Term, word: str = "") -> dict[str, Any]:
    return {"one": one, "word": word or words.say(one.name), "popover": f"term-{one.id}-{next(_popovers)}"}


@register.inclusion_tag("conversation/place.html", takes_context=True)
def conversation(context: Any, kind: str, key: Any) -> dict[str, Any]:
    """`{% conversation "plan" plan.pk %}`: comments, assignments and followers of an object; loaded once it is seen."""
    return {"kind": kind, "key": str(key), "request": context.get("request")}


@register.simple_tag
def icon(name: str) -> str:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name)


@register.simple_tag
def trail_value(kind: str, field: str, value: Any) -> str:
    """`{% trail_value one.kind "stage" pair.0 %}`: a value of the audit trail."""
    return trail_words.value_name(value, kind, field)
