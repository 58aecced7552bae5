"""The blueprint's files: one model, written in the format asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tujing.blueprint.archimate import archimate
from tujing.blueprint.made import Blueprint
from tujing.blueprint.sysml import sysml
from tujing.problems import refuse
from tujing.words import Text

Format = Literal["docx", "xlsx", "archimate", "sysml"]

ENDINGS: dict[str, str] = {"docx": "{}.docx", "xlsx": "{}.xlsx", "archimate": "archimate.xml", "sysml": "{}.sysml"}
"""An ArchiMate file holds both languages."""


MEDIA: dict[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "archimate": "application/xml",
    "sysml": "text/plain; charset=utf-8",
}


def default_name(form: str, language: str) -> str:
    return "blueprint." + ENDINGS[form].format(language)


def write(made: Blueprint, form: str, language: str, path: Path) -> Path:
    """Writes one file, making its folder when there is none.

    Raises
    ------
    BadInput
        When the file cannot be written.
    """
    content = render(made, form, language)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise refuse(
            "cannot_write",
            "无法写入这个文件，请检查文件夹权限，或先关闭打开它的程序。",
            "Cannot write this file; check the folder's permissions, or close the program that has it open.",
            file=path,
            detail=str(error),
        ) from error
    return path


def render(made: Blueprint, form: str, language: str) -> bytes:
    """Returns the file's bytes: the same for the same plan."""
    if form == "archimate":
        return archimate(made.model, title(made))
    if form == "sysml":
        return sysml(made.model, title(made), language).encode()
    if form == "xlsx":
        from tujing.blueprint.workbook import workbook

        return workbook(made, language)
    from tujing.blueprint.word import word

    return word(made, language)


def title(made: Blueprint) -> Text:
    """The blueprint's name: the enterprise's and what it is."""
    name = made.given.enterprise.name
    return Text(
        zh=f"{name['zh']}数字化转型规划方案",
        en=f"{name.get('en') or name['zh']}: digital transformation blueprint",
    )
