"""What a spreadsheet would change, set against what others did since the download. Pure: a three-way comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tujing.diagnosis.catalogue import Either, item_ids

Kind = Literal["added", "changed", "conflict", "newer"]
"""`added` to an open question; `changed` from what it was at the download; `conflict`: changed there and here, to
different answers; `newer`: untouched in the file, changed here since."""


@dataclass(frozen=True)
class Difference:
    question: str
    kind: Kind
    base: Any
    here: Any
    file: Any


def differences(
    one: Either, base: Mapping[str, Any], here: Mapping[str, Any], file: Mapping[str, Any]
) -> Iterator[Difference]:
    """Yields what differs between the file and the draft, in the instrument's order.

    A question that the file leaves open stays as it is: an empty mark takes nothing back.

    Parameters
    ----------
    base
        The answers at the download; those of the draft now where the file does not say when that was.
    """
    for id in item_ids(one):
        if id not in file or file[id] == here.get(id):
            continue
        if file[id] == base.get(id):
            kind: Kind = "newer"
        elif here.get(id) != base.get(id):
            kind = "conflict"
        else:
            kind = "changed" if id in here else "added"
        yield Difference(id, kind, base.get(id), here.get(id), file[id])
