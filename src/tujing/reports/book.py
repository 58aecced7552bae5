"""A long document on the report's paper: cover, contents with page numbers, numbered chapters, tables and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from tujing.reports.paper import BLUE, GREY, TEXT_WIDTH, Paper
from tujing.reports.shapes import clean

Head = tuple[str, float, str]
"""Words, relative width, "left" | "right"."""


class Book(Paper):
    """A document whose chapters, tables and pictures number themselves.

    Page numbers in the contents are fields: Word fills them in when it opens the file, LibreOffice as it lays it out.
    """

    def __init__(self, language: str, title: str, header: str, page_words: tuple[str, str]) -> None:
        super().__init__(language, title, header, page_words)
        self._chapter = self._section = self._table = self._picture = 0
        self._letter = ""
        self._entries: list[tuple[int, str, str]] = []
        self._contents: Any = None

    def cover(self, enterprise: str, title: str, below: str, rows: Sequence[tuple[str, str]]) -> None:
        """The first page: who, what, for which time, and a few facts; no header and no page number on it."""
        self._docx.sections[0].different_first_page_header_footer = True
        for _ in range(5):
            self._docx.add_paragraph()
        name = self._docx.add_paragraph()
        self._run(name, enterprise, 20, bold=True)
        rule = self._docx.add_paragraph()
        _rule_below(rule)
        heading = self._docx.add_paragraph()
        heading.paragraph_format.space_before = Pt(14)
        self._run(heading, title, 34, bold=True, colour=BLUE)
        time = self._docx.add_paragraph()
        self._run(time, below, 14, colour=GREY)
        for _ in range(9):
            self._docx.add_paragraph()
        for label, value in rows:
            line = self._docx.add_paragraph()
            line.paragraph_format.tab_stops.add_tab_stop(Cm(4.0))
            self._run(line, f"{label}\t", 11, colour=GREY)
            self._run(line, value, 11)

    def contents(self, words: str) -> None:
        """Marks where the contents stand; they are written when the document is finished."""
        heading = self._docx.add_paragraph()
        heading.paragraph_format.page_break_before = True
        heading.paragraph_format.space_after = Pt(10)
        self._run(heading, words, 17, bold=True, colour=BLUE)
        self._contents = self._docx.add_paragraph()

    def chapter(self, words: str, new_page: bool = True) -> None:
        self._chapter += 1
        self._begin(str(self._chapter), words, new_page)

    def appendix(self, words: str) -> None:
        """A chapter that is lettered."""
        self._letter = chr(ord(self._letter) + 1) if self._letter else "A"
        self._begin(self._letter, words, True, self.t("附录 ", "Appendix "))

    def section(self, words: str) -> None:
        self._section += 1
        number = f"{self._letter or self._chapter}.{self._section}"
        self._heading(2, f"{number}  {words}")

    def captioned_table(
        self, caption: str, heads: Sequence[Head], rows: Sequence[Sequence[str]], source: str = ""
    ) -> None:
        """A numbered table under its caption, with where its figures come from."""
        self._table += 1
        label = self.t("表", "Table")
        above = self._docx.add_paragraph(clean(f"{label} {self._number(self._table)}  {caption}"), style="Caption")
        above.alignment = WD_ALIGN_PARAGRAPH.CENTER
        above.paragraph_format.keep_with_next = True
        above.paragraph_format.space_before = Pt(6)
        above.paragraph_format.space_after = Pt(3)
        after = self.table(heads, rows)
        if source:
            after.paragraph_format.space_before, after.paragraph_format.space_after = Pt(2), Pt(8)
            self._run(after, self.t("来源：", "Source: ") + source, 8.5, colour=GREY)

    def captioned_picture(self, svg: str, caption: str, source: str = "") -> None:
        """A numbered picture over its caption, with where its figures come from."""
        self._picture += 1
        self.picture(svg, f"{self.t('图', 'Figure')} {self._number(self._picture)}  {caption}")
        if source:
            self.note(self.t("来源：", "Source: ") + source)

    def finish(self) -> None:
        """Writes the contents, now that all chapters are known."""
        for level, words, mark in self._entries:
            entry = self._contents.insert_paragraph_before()
            form = entry.paragraph_format
            form.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
            form.left_indent = Cm(0.7 * (level - 1))
            form.space_after, form.space_before = Pt(0), Pt(2 if level == 1 else 0)
            form.line_spacing = Pt(11.4)
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), mark)
            entry._p.append(link)
            for run in (
                self._run(entry, f"{words}\t", 9.5 if level == 1 else 9, bold=level == 1),
                *_field(entry, f"PAGEREF {mark} \\h"),
            ):
                link.append(run._r)

    def _begin(self, number: str, words: str, new_page: bool, before: str = "") -> None:
        self._section = self._table = self._picture = 0
        self._heading(1, f"{before}{number}  {words}").paragraph_format.page_break_before = new_page

    def _heading(self, level: int, words: str) -> Any:
        heading = self._docx.add_heading(clean(words), level=level)
        mark = f"part_{len(self._entries) + 1}"
        _bookmark(heading, mark, len(self._entries) + 1)
        self._entries.append((level, clean(words), mark))
        return heading

    def _number(self, place: int) -> str:
        return f"{self._letter or self._chapter}-{place}"

    def _run(self, paragraph: Any, words: str, size: float, bold: bool = False, colour: RGBColor | None = None) -> Any:
        run = paragraph.add_run(clean(words))
        run.font.size, run.font.bold = Pt(size), bold
        if colour is not None:
            run.font.color.rgb = colour
        return run


def _rule_below(paragraph: Any) -> None:
    borders = OxmlElement("w:pBdr")
    edge = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "1"), ("color", "1677FF")):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    paragraph._p.get_or_add_pPr().append(borders)


def _bookmark(paragraph: Any, name: str, number: int) -> None:
    begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (begin, end):
        mark.set(qn("w:id"), str(number))
    begin.set(qn("w:name"), name)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, begin)
    paragraph._p.append(end)


def _field(paragraph: Any, instruction: str) -> list[Any]:
    """A field whose result is to be worked out when the document is opened."""
    runs = []
    for kind, words in (("begin", ""), ("", instruction), ("separate", ""), ("shown", "–"), ("end", "")):
        run = paragraph.add_run(words if kind == "shown" else "")
        if kind == "shown":
            runs.append(run)
            continue
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
            if kind == "begin":
                part.set(qn("w:dirty"), "true")
        else:
            part.set(qn("xml:space"), "preserve")
            part.text = f" {words} "
        run._r.append(part)
        runs.append(run)
    for run in runs:
        run.font.size = Pt(9)
    return runs
