"""The form of an enterprise's profile: what it offers, and what was given as the enterprise room takes it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from tujing.enterprise import codes, rules
from tujing.problems import refuse

FACT = "fact_"


def profile_page(form: QueryDict | None = None, state: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Returns what the form's template needs: values as given or as stored, codes, honours, further facts.

    Parameters
    ----------
    state
        As `profile_services.state` returns it.
    """
    stored = (state or {}).get("profile") or {}
    name = (state or {}).get("name") or {}
    values = {**stored, "name_zh": name.get("zh", ""), "name_en": name.get("en", "")}
    honours, facts = stored.get("honours", []), stored.get("facts", {})
    if form:
        values = form.dict()
        honours = form.getlist("honours")
        facts = {id: form.get(FACT + id, "") for id in rules.ladder().facts}
    return {
        "values": values,
        "industries": codes.industries().values(),
        "regions": codes.regions().values(),
        "honours": [(one, one.id in honours) for one in rules.honours().values()],
        "facts": [(FACT + id, fact, facts.get(id, "")) for id, fact in rules.ladder().facts.items()],
    }


def profile_from(form: QueryDict) -> tuple[dict[str, str], dict[str, Any]]:
    """Returns name and profile from a form. A blank English name is the Chinese one; a code's name may stand behind it.

    Raises
    ------
    BadInput
        When a number is none.
    """
    zh = form.get("name_zh", "").strip()
    profile: dict[str, Any] = {
        "industry": _code(form.get("industry", "")),
        "region": _code(form.get("region", "")),
        "staff": int(_number(form, "staff")),
        "revenue": _number(form, "revenue"),
        "production_type": form.get("production_type", ""),
        "chain_role": form.get("chain_role", "member"),
        "honours": form.getlist("honours"),
        "facts": {
            id: float(_number(form, FACT + id)) for id in rules.ladder().facts if form.get(FACT + id, "").strip()
        },
    }
    return {"zh": zh, "en": form.get("name_en", "").strip() or zh}, profile


def _number(form: QueryDict, name: str) -> Decimal:
    given = form.get(name, "").replace(",", "").replace("，", "").strip()
    try:
        number = Decimal(given)
        if not math.isfinite(float(number)):
            raise InvalidOperation
        return number
    except InvalidOperation:
        raise refuse(
            "not_a_number", "请填写数字，不带单位。", "Enter a number, without its unit.", key=name, value=given
        ) from None


def _code(chosen: str) -> str:
    """`C3812 电机制造` → `C3812`."""
    return chosen.strip().partition(" ")[0]
