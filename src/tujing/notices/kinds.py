"""The kinds of notices, read from `kinds.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter

from tujing.problems import read_yaml
from tujing.words import Text

Mail = Literal["never", "at_once", "digest"]
MAILS: tuple[Mail, ...] = get_args(Mail)


class Kind(BaseModel):
    """One kind: its name in the preferences, and whether it goes by mail unless a person says otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text
    mail: Mail


@cache
def kinds() -> Mapping[str, Kind]:
    return TypeAdapter(dict[str, Kind]).validate_python(read_yaml(Path(__file__).with_suffix(".yaml")))
