"""A blueprint that is built: what every file is written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tujing.blueprint.gaps import Gap
from tujing.blueprint.given import Given
from tujing.blueprint.model import KINDS, Model


@dataclass(frozen=True)
class Blueprint:
    """A model with what it was built from and what is broken in it."""

    given: Given
    model: Model
    gaps: tuple[Gap, ...]

    def summary(self) -> dict[str, Any]:
        """Returns counts, digest, gaps and the requirements' verification as a plain document."""
        return {
            "plan": self.given.plan["id"],
            "digest": self.model.digest,
            "elements": {kind: len(self.model.of(kind)) for kind in KINDS},
            "relations": len(self.model.relations),
            "errors": sum(gap.severity == "error" for gap in self.gaps),
            "warnings": sum(gap.severity == "warning" for gap in self.gaps),
            "gaps": [gap.as_dict() for gap in self.gaps],
        }
