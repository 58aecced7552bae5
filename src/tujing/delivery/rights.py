"""The checklist of intellectual property and data rights that a project must settle."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from tujing.atlas.manifest import Entry, Status
from tujing.delivery.breakdown import Option
from tujing.problems import check_model, read_yaml, refuse
from tujing.words import Text

FILE = Path(__file__).parent / "rights.yaml"
STATES = ("met", "open", "not_applicable")


class Item(Entry):
    name: Text
    why: Text
    basis: str
    """The law and clause, or contract practice."""
    options: tuple[Option, ...]
    """Ways of getting the scenario for which it matters."""


class Checklist(Entry):
    source: str = Field(min_length=3)
    status: Status
    items: dict[str, Item]


@cache
def checklist() -> Checklist:
    """Reads the checklist shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return check_model(Checklist, read_yaml(FILE), FILE)


def items_for(option: str) -> dict[str, Item]:
    """Returns the items that matter for an option."""
    return {key: item for key, item in checklist().items.items() if option in item.options}


def check_answer(item: str, state: str, option: str) -> None:
    """Refuses an answer to an item that is not on the list, or one that is none.

    Raises
    ------
    BadInput
        Names what there is.
    """
    known = items_for(option)
    if item not in known:
        raise refuse(
            "unknown_item",
            f"核对清单没有 {item}，可用的有：{'、'.join(known)}。",
            f"The checklist has no {item}; there are: {', '.join(known)}.",
            key="item",
            value=item,
        )
    if state not in STATES:
        raise refuse(
            "unknown_state",
            f"没有状态 {state}，可用的有：{'、'.join(STATES)}。",
            f"There is no state {state}; there are: {', '.join(STATES)}.",
            key="state",
            value=state,
        )
