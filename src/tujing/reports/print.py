"""The report's paper as PDF: the same calls as `paper.Paper`, set by typst. Says nothing of its own.

Words never become typst source: the page's program is fixed, and what is written is handed to it as JSON.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tujing.reports.drawings import BUNDLED_FONTS
from tujing.reports.shapes import FONTS, clean

PROGRAM = Path(__file__).parent / "print.typ"


class Print:
    """A document being written in one language; `t` chooses between two wordings."""

    def __init__(self, language: str, title: str, header: str, page_words: tuple[str, str]) -> None:
        self.language = "en" if language.startswith("en") else "zh"
        self._head = {"title": clean(title), "header": clean(header), "page": page_words, "language": self.language}
        self._blocks: list[dict[str, Any]] = []
        self._pictures: list[str] = []

    def t(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def title(self, words: str, below: str) -> None:
        self._add("title", words=words, below=below)

    def chapter(self, words: str, new_page: bool = False) -> None:
        self._add("chapter", words=words, new_page=new_page)

    def section(self, words: str) -> None:
        self._add("section", words=words)

    def say(self, words: str, lead: str = "") -> None:
        """Writes a paragraph, with `lead` in bold before it."""
        self._add("say", words=words, lead=lead)

    def note(self, words: str) -> None:
        self._add("note", words=words)

    def points(self, lines: Sequence[str]) -> None:
        self._add("points", lines=list(lines))

    def figures(self, cells: Sequence[tuple[str, str]]) -> None:
        """A row of large figures, each over what it is."""
        self._add("figures", cells=[list(cell) for cell in cells])

    def table(self, heads: Sequence[tuple[str, float, str]], rows: Sequence[Sequence[str]]) -> None:
        """A table whose head repeats on each page. Each head is (words, relative width, "left" | "right")."""
        self._add("table", heads=[list(head) for head in heads], rows=[list(row) for row in rows])

    def picture(self, svg: str, caption: str) -> None:
        """A drawing of `drawings.py` with its caption."""
        self._pictures.append(svg)
        self._add("picture", file=f"picture-{len(self._pictures)}.svg", caption=caption)

    def content(self) -> bytes:
        """Returns the file's bytes."""
        import typst

        with tempfile.TemporaryDirectory(prefix="tujing-print-") as name:
            folder = Path(name)
            (folder / "page.typ").write_bytes(PROGRAM.read_bytes())
            for number, svg in enumerate(self._pictures, start=1):
                (folder / f"picture-{number}.svg").write_text(svg, encoding="utf-8")
            told = {**self._head, "fonts": FONTS.split(", "), "blocks": self._blocks}
            (folder / "told.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
            made = typst.compile(
                str(folder / "page.typ"),
                root=name,
                font_paths=[str(BUNDLED_FONTS)] if BUNDLED_FONTS.is_dir() else [],
                format="pdf",
            )
        return bytes(made)

    def _add(self, kind: str, **told: Any) -> None:
        self._blocks.append({"kind": kind, **_clean(told)})


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return {key: _clean(one) for key, one in value.items()} if isinstance(value, dict) else value
