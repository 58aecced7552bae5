"""The map as files: a workbook to read and print, a JSON document that can be read back."""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tujing.atlas.graph import data_edges, prerequisite_edges
from tujing.atlas.labels import labels
from tujing.atlas.lists import Row, four_lists
from tujing.atlas.loader import Atlas
from tujing.atlas.manifest import Manifest
from tujing.elements.definition import elements
from tujing.problems import check_model, refuse
from tujing.words import LANGUAGES, Language, Text

ENUMERATED = frozenset({"direction", "kind", "deployment", "level", "grade"})
"""Columns whose values have wordings in `labels.yaml`."""
WIDEST_COLUMN = 48
"""Characters; longer text wraps."""


class AtlasDocument(BaseModel):
    """The exported atlas. A later change that is more than a new field with a default gets a new `schema_version`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Literal["tujing.atlas"] = "tujing.atlas"
    schema_version: Literal[1] = 1
    scenarios: tuple[Manifest, ...]


def export(atlas: Atlas, path: Path) -> None:
    """Writes the atlas as `.xlsx` or `.json`, by the file's ending. The file is whole or not there.

    Raises
    ------
    BadInput
        When the ending is another one, or the file cannot be written.
    """
    if path.suffix.lower() not in (".xlsx", ".json"):
        raise refuse(
            "unknown_format",
            f"不支持导出为 {path.suffix or '无后缀文件'}，请用 .xlsx 或 .json。",
            f"Cannot export to {path.suffix or 'a file without ending'}; use .xlsx or .json.",
            file=path,
        )
    content = as_workbook(atlas) if path.suffix.lower() == ".xlsx" else as_json(atlas).encode()
    export_to(path, path.suffix, content)


def export_to(path: Path, ending: str, content: bytes) -> None:
    """Writes a file whole or not at all.

    Raises
    ------
    BadInput
        When the file does not have the ending, or cannot be written.
    """
    if path.suffix.lower() != ending.lower():
        raise refuse("unknown_format", f"文件名应以 {ending} 结尾。", f"The file's name ends in {ending}.", file=path)
    try:
        _write_whole(path, content)
    except OSError as error:
        raise refuse(
            "unwritable_file",
            "无法写入这个文件，请检查文件夹是否存在、文件是否正被打开。",
            "Cannot write this file; check that the folder exists and that the file is not open elsewhere.",
            file=path,
            detail=str(error),
        ) from error


def as_json(atlas: Atlas) -> str:
    """Returns the manifests as one JSON document, readable by `from_json`."""
    document = AtlasDocument(scenarios=tuple(atlas.manifests.values()))
    return document.model_dump_json(indent=2) + "\n"


def from_json(text: str, file: Path | str = "") -> dict[str, Manifest]:
    """Reads back what `as_json` wrote.

    Raises
    ------
    BadInput
        When the text is no JSON, or an entry breaks the schema; names its key.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refuse(
            "bad_json",
            "不是有效的 JSON，请重新导出。",
            "Not valid JSON; export it again.",
            file=file,
            row=getattr(error, "lineno", None),
            detail=str(error),
        ) from error
    return {manifest.id: manifest for manifest in check_model(AtlasDocument, content, file).scenarios}


def as_workbook(atlas: Atlas) -> bytes:
    """Returns an Excel workbook: scenarios, links and the four lists, each as a Chinese and an English sheet."""
    import xlsxwriter

    tables = {"scenarios": _scenarios(atlas), "links": _links(atlas), **four_lists(atlas)}
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#fafafa", "bottom": 1, "valign": "top"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for language in LANGUAGES:
            for name, rows in tables.items():
                sheet = book.add_worksheet(labels().sheets[name][language])
                _fill(sheet, rows, language, head, body)
    return buffer.getvalue()


def _fill(sheet: Any, rows: list[Row], language: Language, head: Any, body: Any) -> None:
    other = "_zh" if language == "en" else "_en"
    keys = [key for key in rows[0] if not key.endswith(other)] if rows else []
    for column, key in enumerate(keys):
        heading = labels().headings[key.removesuffix(f"_{language}")][language]
        shown = [_shown(key, row[key], language) for row in rows]
        sheet.write_string(0, column, heading, head)
        for place, value in enumerate(shown, start=1):
            # Text goes in as text, never as a formula or a link, whatever it begins with.
            if isinstance(value, str):
                sheet.write_string(place, column, value, body)
            else:
                sheet.write_number(place, column, value, body)
        widest = max(_width(str(value)) for value in (heading, *shown))
        sheet.set_column(column, column, min(widest + 2, WIDEST_COLUMN))
    if keys:
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, len(rows), len(keys) - 1)


def _scenarios(atlas: Atlas) -> list[Row]:
    rows = []
    for name, card in atlas.cards.items():
        manifest = card.manifest
        row: Row = {"scenario": name}
        for key, text in (
            ("scenario_name", manifest.name),
            ("wing", labels().wings[manifest.wing]),
            ("summary", manifest.summary),
        ):
            row |= {f"{key}_zh": text.zh, f"{key}_en": text.en}
        row |= {"clause": manifest.guide.clause, "passage": manifest.guide.passage, "version": manifest.version}
        rows.append(row | {"runnable": card.runnable, "light_app": card.has_light_app})
    return rows


def _links(atlas: Atlas) -> list[Row]:
    manifests = atlas.manifests
    rows = []
    for edge in (*data_edges(manifests), *prerequisite_edges(manifests)):
        through = elements()[edge.element].label if edge.element else Text(zh="—", en="—")
        row: Row = {"source": edge.source, "target": edge.target, "kind": edge.kind, "element": edge.element}
        rows.append(row | {"element_name_zh": through.zh, "element_name_en": through.en})
    return rows


def _shown(key: str, value: Any, language: Language) -> str | float:
    if isinstance(value, bool):
        return labels().values["yes" if value else "no"][language]
    if isinstance(value, str):
        return labels().values[value][language] if key in ENUMERATED else value
    return float(value)


def _width(text: str) -> int:
    """Returns the width in columns; a Chinese character takes two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _write_whole(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
