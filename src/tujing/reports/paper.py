"""The report's paper: an A4 Word document with headings, tables and pictures in one look. Says nothing of its own."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from tujing.problems import refuse
from tujing.reports.drawings import png
from tujing.reports.shapes import clean

FONT = "Microsoft YaHei"
"""Known to Word by this name in every language; 微软雅黑."""
CELL = "Cell"
"""The style of a table's texts: one for all, as giving each cell a look of its own is slow."""
TEXT_WIDTH = 17.0
"""Centimetres between the margins."""
MOST_HEIGHT = 22.5
"""Centimetres that a picture may be tall, so that its caption stands on the same page."""
BLUE, GREY = RGBColor(0x16, 0x77, 0xFF), RGBColor(0x8C, 0x8C, 0x8C)


class Paper:
    """A document being written in one language; `t` chooses between two wordings."""

    def __init__(self, language: str, title: str, header: str, page_words: tuple[str, str]) -> None:
        self.language = "en" if language.startswith("en") else "zh"
        self._docx = Document()
        self._docx.core_properties.title = clean(title)[:250]
        self._docx.core_properties.author = "Tujing"
        self._docx.core_properties.language = "en-GB" if self.language == "en" else "zh-CN"
        self._set_up_styles()
        self._set_up_page(header, page_words)

    def t(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def title(self, words: str, below: str) -> None:
        self._docx.add_paragraph(clean(words), style="Title")
        self._docx.add_paragraph(clean(below), style="Subtitle")

    def chapter(self, words: str, new_page: bool = False) -> None:
        heading = self._docx.add_heading(clean(words), level=1)
        heading.paragraph_format.page_break_before = new_page

    def section(self, words: str) -> None:
        self._docx.add_heading(clean(words), level=2)

    def say(self, words: str, lead: str = "") -> None:
        """Writes a paragraph, with `lead` in bold before it."""
        paragraph = self._docx.add_paragraph()
        if lead:
            paragraph.add_run(clean(lead)).bold = True
        paragraph.add_run(clean(words))

    def note(self, words: str) -> None:
        paragraph = self._docx.add_paragraph()
        run = paragraph.add_run(clean(words))
        run.font.size, run.font.color.rgb = Pt(9), GREY

    def points(self, lines: Sequence[str]) -> None:
        for words in lines:
            self._docx.add_paragraph(clean(words), style="List Bullet")

    def figures(self, cells: Sequence[tuple[str, str]]) -> None:
        """A row of large figures, each over what it is."""
        table = self._docx.add_table(rows=1, cols=len(cells))
        self._shape(table, [1.0] * len(cells))
        for cell, (value, label) in zip(table.rows[0].cells, cells, strict=True):
            _shade(cell, "F0F5FF")
            head, below = cell.paragraphs[0], cell.add_paragraph()
            run = head.add_run(clean(value))
            run.font.size, run.font.bold, run.font.color.rgb = Pt(12.5 if len(value) > 9 else 15), True, BLUE
            small = below.add_run(clean(label))
            small.font.size, small.font.color.rgb = Pt(8.5), GREY
            for paragraph in (head, below):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                paragraph.paragraph_format.space_after = Pt(3)
        self._docx.add_paragraph().paragraph_format.space_after = Pt(0)

    def table(self, heads: Sequence[tuple[str, float, str]], rows: Sequence[Sequence[str]]) -> Any:
        """A table whose head repeats on each page. Each head is (words, relative width, "left" | "right").

        Returns the empty paragraph after it.
        """
        table = self._docx.add_table(rows=1, cols=len(heads))
        table.style = "Table Grid"
        self._shape(table, [width for _, width, _ in heads])  # the rows to come take their widths from this one
        for cell, (words, _, side) in zip(table.rows[0].cells, heads, strict=True):
            _shade(cell, "E6F4FF")
            self._fill(cell, words, side, bold=True)
        _mark_row(table.rows[0], "w:tblHeader")
        for row in rows:
            cells = table.add_row().cells
            for cell, words, (_, _, side) in zip(cells, row, heads, strict=True):
                self._fill(cell, words, side)
        for written in table.rows:
            _mark_row(written, "w:cantSplit")
        _set_borders(table)
        after = self._docx.add_paragraph()
        after.paragraph_format.space_after = Pt(2)
        return after

    def picture(self, svg: str, caption: str) -> None:
        paragraph = self._docx.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        shape = paragraph.add_run().add_picture(BytesIO(png(svg)), width=Cm(TEXT_WIDTH - 0.6))
        if shape.height > Cm(MOST_HEIGHT):  # a picture that is taller than the page is made smaller as a whole
            shape.width, shape.height = round(shape.width * Cm(MOST_HEIGHT) / shape.height), Cm(MOST_HEIGHT)
        shape._inline.docPr.set("descr", clean(caption))
        below = self._docx.add_paragraph(clean(caption), style="Caption")
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def content(self) -> bytes:
        """Returns the file's bytes: the same for the same words and pictures, as no clock is in them."""
        written, still = BytesIO(), BytesIO()
        self._docx.save(written)
        with ZipFile(written) as parts, ZipFile(still, "w", ZIP_DEFLATED) as kept:
            for name in parts.namelist():
                kept.writestr(ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), parts.read(name), ZIP_DEFLATED)
        return still.getvalue()

    def save(self, path: Path) -> Path:
        """Writes the file, making its folder when there is none.

        Raises
        ------
        BadInput
            When the file cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.content())
        except OSError as error:
            raise refuse(
                "cannot_write",
                "无法写入这个文件，请检查文件夹权限，或先在 Word 里关闭它。",
                "Cannot write this file; check the folder's permissions, or close it in Word first.",
                file=path,
                detail=str(error),
            ) from error
        return path

    def _fill(self, cell: Any, words: str, side: str, bold: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        paragraph._p.style = CELL
        run = paragraph.add_run(clean(words))
        if bold:
            run.font.bold = True
        if side == "right":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _shape(self, table: Any, widths: Sequence[float]) -> None:
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for place, width in enumerate(widths):
            size = Cm(TEXT_WIDTH * width / sum(widths))
            table.columns[place].width = size
            for cell in table.columns[place].cells:
                cell.width = size

    def _set_up_styles(self) -> None:
        styles = self._docx.styles
        # The language decides which glyphs stand in for a font that is absent, and the spelling that is checked.
        for language in styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), "en-GB")
            language.set(qn("w:eastAsia"), "zh-CN")
        sizes = {
            "Title": 24,
            "Subtitle": 11,
            "Heading 1": 17,
            "Heading 2": 12.5,
            "Caption": 9,
            "List Bullet": 10.5,
            "Header": 8.5,
            "Footer": 8.5,
        }
        for name in ("Normal", *sizes):
            style = styles[name]
            style.font.name = FONT
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            for script in ("ascii", "hAnsi", "eastAsia", "cs"):
                fonts.set(qn(f"w:{script}"), FONT)
            style.font.italic = False
            style.font.size = Pt(sizes.get(name, 10.5))
        for name in ("Title", "Heading 1", "Heading 2"):
            styles[name].font.bold = True
            styles[name].font.color.rgb = BLUE if name == "Heading 1" else RGBColor(0x26, 0x26, 0x26)
            styles[name].paragraph_format.keep_with_next = True
        for name in ("Subtitle", "Caption"):
            styles[name].font.color.rgb, styles[name].font.bold = GREY, False
        for name, before, after in (("Heading 1", 18, 8), ("Heading 2", 12, 5), ("Title", 0, 4), ("List Bullet", 0, 3)):
            styles[name].paragraph_format.space_before = Pt(before)
            styles[name].paragraph_format.space_after = Pt(after)
        styles["Normal"].paragraph_format.space_after = Pt(6)
        styles["Normal"].paragraph_format.line_spacing = 1.25
        cell = styles.add_style(CELL, WD_STYLE_TYPE.PARAGRAPH)
        cell.base_style, cell.font.size = styles["Normal"], Pt(9)
        cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(1)
        cell.paragraph_format.line_spacing = 1.1
        for border in styles["Title"].element.iter(qn("w:pBdr")):
            border.getparent().remove(border)
            break

    def _set_up_page(self, header: str, page_words: tuple[str, str]) -> None:
        page = self._docx.sections[0]
        page.page_width, page.page_height = Cm(21.0), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2.0)
        page.top_margin, page.bottom_margin = Cm(2.2), Cm(2.0)
        top = page.header.paragraphs[0]
        top.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        foot = page.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        runs = [top.add_run(clean(header)), foot.add_run(page_words[0])]
        runs += [_page_number(foot), foot.add_run(page_words[1])]
        for run in runs:
            run.font.size, run.font.color.rgb = Pt(8.5), GREY


def _page_number(paragraph: Any) -> Any:
    run = paragraph.add_run()
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = words
        run._r.append(part)
    return run


def _mark_row(row: Any, mark: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(mark))


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _set_borders(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", "D9D9D9")):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    for side in ("left", "right", "insideV"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:val"), "nil")
        borders.append(edge)
    table._tbl.tblPr.append(borders)
