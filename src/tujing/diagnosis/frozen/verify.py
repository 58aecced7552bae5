"""Whether a frozen copy is what was frozen. Pure: bytes in, checks out.

The file alone shows an accident or a careless edit: its parts fit together or they do not. Whoever means harm can
compute every hash anew; against that stands the copy in the workspace where it was taken, or the hash noted elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tujing.diagnosis.catalogue import Either, every_instrument
from tujing.diagnosis.frozen.canonical import canonical, digest
from tujing.diagnosis.questionnaire import outcome
from tujing.problems import BadInput, refuse
from tujing.words import Text

SCHEMA = "tujing-assessment/1"
LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True)
class Check:
    """One thing that must hold. `held` is None where it could not be checked here."""

    id: str
    held: bool | None
    words: Text


def instrument_digest(one: Either) -> str:
    """Returns the SHA-256 of an instrument's whole content."""
    return digest(one.model_dump(mode="json"))


def parse(content: bytes, file: str = "") -> dict[str, Any]:
    """Returns the document of a frozen copy.

    Raises
    ------
    BadInput
        When it is no frozen copy at all.
    """
    try:
        document = json.loads(content) if len(content) <= LARGEST else None
        canonical(document)  # refuses NaN and what is nested without end, which JSON readers let pass
    except (ValueError, RecursionError):
        document = None
    if (
        not isinstance(document, dict)
        or document.get("schema") != SCHEMA
        or not isinstance(document.get("assessed"), dict)
        or not isinstance(document["assessed"].get("instrument"), dict)
    ):
        raise refuse(
            "no_snapshot",
            "这不是评测存档文件，请选择用 --snapshot 导出的文件。",
            "This is no frozen assessment; choose a file that --snapshot wrote.",
            file=file,
        )
    return document


def checks(content: bytes, document: Mapping[str, Any], known_here: bool | None = None) -> list[Check]:
    """Checks a frozen copy against itself, the installed instrument and (`known_here`) the workspace."""
    assessed = document["assessed"]
    one = every_instrument().get(str(assessed["instrument"].get("id")))
    return [
        Check(
            "canonical",
            _canonical(content, document),
            Text(zh="文件是规范写法，一个字节不多不少", en="The file is in canonical form, to the byte"),
        ),
        Check(
            "signature",
            document.get("signature") == digest(assessed),
            Text(
                zh="签名与答卷、证据的内容相符（SHA-256）",
                en="The signature fits answers and evidence (SHA-256)",
            ),
        ),
        Check(
            "instrument",
            None if one is None else assessed["instrument"].get("sha256") == instrument_digest(one),
            Text(zh="所用评测指标与本机安装的逐字相同", en="The instrument is the one installed here, word for word"),
        ),
        Check(
            "result",
            None if one is None else _same_result(one, document),
            Text(zh="重新计分，得分与等级一致", en="Scored again, score and level are the same"),
        ),
        Check(
            "record",
            known_here,
            Text(zh="与本工作区留存的存档逐字节一致", en="Byte for byte the copy kept in this workspace"),
        ),
    ]


def _canonical(content: bytes, document: Mapping[str, Any]) -> bool:
    try:
        return content == canonical(document)
    except (ValueError, TypeError):
        return False


def _same_result(one: Either, document: Mapping[str, Any]) -> bool:
    assessed = document["assessed"]
    try:
        found = outcome(one, assessed["answers"], assessed.get("enterprise_kind", ""))
    except (BadInput, KeyError, TypeError, ValueError, AttributeError):
        return False
    return bool(document.get("result") == json.loads(canonical(result_of(found))))


def result_of(found: Any) -> dict[str, Any]:
    """Returns an outcome as it stands in a frozen copy."""
    return {"score": found.score, "level": found.level, "level_name": found.level_name.as_dict()}
