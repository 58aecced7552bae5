"""The organisation's data ledger: every table it holds, with its grade and the duties that follow."""

from __future__ import annotations

from typing import Any

from tujing.assurance.grading import ORDER, duties
from tujing.dataspace import services as dataspace
from tujing.elements.definition import elements
from tujing.enterprise.models import Organisation


def ledger(organisation: Organisation) -> dict[str, Any]:
    """Returns the tables with their grades, the highest grade held, and its duties, as plain JSON values."""
    facts = dataspace.facts(organisation)
    held = [elements()[name] for name, known in facts.items() if known.rows]
    highest = max((element.grade for element in held), key=ORDER.index, default="general")
    found = duties(highest)
    return {
        "tables": [
            {
                "element": element.name,
                "label": element.label.as_dict(),
                "grade": element.grade,
                "rows": facts[element.name].rows,
            }
            for element in sorted(held, key=lambda item: (-ORDER.index(item.grade), item.name))
        ],
        "highest_grade": highest,
        "label": found.label.as_dict(),
        "duties": [words.as_dict() for words in found.duties],
        "source": found.source,
        "status": found.status,
    }
