"""What a notice, a comment or an assignment is about: an object by its kind and key."""

from __future__ import annotations

from dataclasses import dataclass

from tujing.words import Text

LONGEST_KEY = 120


@dataclass(frozen=True)
class About:
    """An object of an enterprise: `plan` 3, `scenario` production/scheduling. Its name is what people call it."""

    kind: str
    key: str
    name: Text
