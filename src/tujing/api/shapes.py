"""A row as its document: most fields of a document are the row's own of the same name."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

Shape = TypeVar("Shape", bound=BaseModel)


def shaped(shape: type[Shape], row: Any, **told: Any) -> Shape:
    """Returns the document of a row: each field is the row's attribute of that name, unless it is told."""
    own = {name: getattr(row, name) for name in shape.model_fields if name not in told}
    return shape(**own, **told)
