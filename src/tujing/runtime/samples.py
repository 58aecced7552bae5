"""Example rows of a data element, from the samples that scenarios ship."""

from __future__ import annotations

import csv
from itertools import islice

from tujing.atlas.loader import atlas


def example_rows(element: str, most: int = 3) -> list[dict[str, str]]:
    """Returns the first rows of the first sample of an element, by the headings of the sample; none without one."""
    for card in atlas().cards.values():
        path = card.folder / "sample" / f"{element}.csv"
        if path.is_file():
            with path.open(encoding="utf-8-sig", newline="") as file:
                return [dict(row) for row in islice(csv.DictReader(file), most)]
    return []
