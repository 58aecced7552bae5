"""`{% load tujing_delivery %}`: wording of what projects keep: roles, kinds and weights of findings."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from tujing.delivery.responsibility import responsibilities
from tujing.planning.departments import departments
from tujing.web.words import say

register = template.Library()

LOG = {
    "supervision": noop("Supervision"),
    "quality": noop("Quality"),
    "rights": noop("Rights"),
    "risk": noop("Risk"),
    "note": noop("Remark"),
    "minor": noop("Minor"),
    "major": noop("Major"),
}


@register.filter
def role_name(key: str) -> str:
    """A project role in words."""
    known = responsibilities().roles.get(key)
    return say(known.name) if known else key


@register.filter
def log_word(key: str) -> str:
    """Kind or weight of a finding in words."""
    return gettext(LOG[key]) if key in LOG else key


@register.filter
def department_name(key: str) -> str:
    """A department of the plan in words; one that the enterprise named itself stays."""
    known = departments().departments.get(key)
    return say(known.label) if known else key
