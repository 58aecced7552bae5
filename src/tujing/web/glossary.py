"""The words of the site with what they mean, read from `glossary.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter

from tujing.problems import read_yaml
from tujing.words import Text

Group = Literal["loop", "data", "plan", "delivery", "evaluation", "kpi", "status", "site"]
GROUPS: tuple[Group, ...] = get_args(Group)


class Term(BaseModel):
    """One word: its name in both languages, what it means here, and where that is from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    zh: str
    en: str
    group: Group
    means: Text
    source: str
    status: Literal["found", "recalled", "constructed", "measured"]
    see: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()
    """Ids of the KPIs that are this: beside their names it is explained."""

    @property
    def name(self) -> Text:
        return Text(zh=self.zh, en=self.en)


@cache
def glossary() -> Mapping[str, Term]:
    """Returns the terms by id, in the order of the file.

    Raises
    ------
    ValueError
        When an id is there twice.
    """
    terms = TypeAdapter(list[Term]).validate_python(read_yaml(Path(__file__).with_suffix(".yaml")))
    found = {one.id: one for one in terms}
    if len(found) != len(terms):
        raise ValueError("a term is there twice")
    return found


@cache
def explained_kpis() -> Mapping[str, Term]:
    """Returns the terms that explain a KPI, by the KPI's id."""
    return {kpi: one for one in glossary().values() for kpi in one.kpis}
