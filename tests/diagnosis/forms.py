"""Answers drawn to the forms beside the SME one, whatever their rule."""

from __future__ import annotations

import random
from typing import Any

from tujing.diagnosis.grading.form import Form, form
from tujing.diagnosis.grading.rules import ByConditions, ByLevels, ByMatrix, ByShares, Ladder

GRADES = (0, 0.5, 0.8, 1, 1, 1, 1, 1)


def drawn_answers(one: Form, chance: random.Random, share: float = 0.9) -> dict[str, Any]:
    """Answers to about `share` of the items."""
    return {item.id: _drawn(one, item, chance) for item in one.items if chance.random() < share}


def _drawn(one: Form, item: Any, chance: random.Random) -> Any:
    rule = one.rule
    if item.choices:
        return chance.choice(item.choices).id
    if isinstance(rule, Ladder):
        return {level: chance.choice(GRADES) for level in range(1, len(rule.cuts) + 1)}
    if isinstance(rule, ByLevels):
        return chance.randint(0, rule.highest)
    if isinstance(rule, ByShares):
        return chance.choice((0, 0.25, 0.5, 1))
    if isinstance(rule, ByConditions):
        return chance.choice((True, False, 10, 5000))
    return chance.randint(0, 3) if isinstance(rule, ByMatrix) else chance.randint(1, 5)


def cut(one: Form, chance: random.Random, items: int) -> Form:
    """A small form: a few items of a form, with their groups."""
    kept = tuple(chance.sample(one.items, min(items, len(one.items))))
    needed = {item.group for item in kept}
    while True:
        above = {group.parent for group in one.groups if group.id in needed and group.parent}
        if above <= needed:
            break
        needed |= above
    groups = tuple(group for group in one.groups if group.id in needed)
    fields = {name: getattr(one, name) for name in Form.model_fields}
    return Form.model_validate(fields | {"items": kept, "groups": groups})


ADDITIVE = [
    form(id) for id in ("cmmm_2020", "dcmm_2018", "dtm_45341_2025", "iii_23020_2013", "sme_2022", "ii_security_2024")
]
"""A ladder, levels out of 5 and of 10, shares, points."""
