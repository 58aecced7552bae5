"""`{% load identity %}`: what the reader may do, in templates."""

from __future__ import annotations

from typing import Any

from django import template

from tujing.enterprise import services

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], action: str) -> bool:
    """`{% may "administer" as yes %}`: whether the reader may do an action in the current company. No query."""
    request = context["request"]
    return request.organisation is not None and services.may(request.user, request.organisation, action)
