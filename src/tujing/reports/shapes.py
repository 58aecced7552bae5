"""The smallest parts of a drawing in SVG: texts, boxes and lines, and how wide a text is. Pure text in and out.

Every drawing is WIDTH units wide; lengths are in those units. Texts are escaped, so a name may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

WIDTH = 720

BLUE, CYAN, GREEN, AMBER, RED = "#1677ff", "#13c2c2", "#52c41a", "#faad14", "#ff4d4f"
INK, GREY, LINE, PALE = "#262626", "#8c8c8c", "#d9d9d9", "#f0f0f0"

FONTS = "Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, SimHei, DejaVu Sans"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(words: str) -> str:
    """Drops what XML cannot hold: control characters and lone surrogates."""
    return _NOT_XML.sub("", words)


def svg(height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" font-family="{FONTS}">' + "".join(parts) + "</svg>"
    )


def text(x: float, y: float, words: str, colour: str, size: int, anchor: str = "start") -> str:
    safe = escape(clean(words))
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">{safe}</text>'


def box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2" fill="{colour}"/>'


def frame(x: float, y: float, width: float, height: float, edge: str, fill: str = "#ffffff", dash: str = "") -> str:
    """A box with an outline."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="4" fill="{fill}" '
        f'stroke="{edge}" stroke-width="1"{dashes}/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dashes}/>'
    )


def wide(words: str, size: float) -> float:
    """Width of a text: a Chinese character is as wide as the letters are tall, a Latin one about 0.55 of it."""
    return sum(size if ord(letter) > 0x2E7F else size * 0.55 for letter in words)


def short(words: str, ems: float) -> str:
    """Cuts a text to a width given in Chinese characters."""
    if wide(words, 1) <= ems:
        return words
    kept = ""
    for letter in words:
        if wide(kept + letter, 1) > ems - 1:
            break
        kept += letter
    return kept.rstrip() + "…"


def wrapped(words: str, ems: float, most: int) -> list[str]:
    """Breaks a text into lines of a width given in Chinese characters, at most so many; the last one is cut if need be.

    Latin words are kept whole where they fit; Chinese breaks anywhere but before a closing mark.
    """
    pieces = re.findall(r"[A-Za-z0-9][\w.,:;/()%-]*\s?|\s|.", words)
    lines = [""]
    for number, piece in enumerate(pieces):
        closing = piece in "，。、；：）”！？"
        if lines[-1] and wide(lines[-1] + piece.rstrip(), 1) > ems and not closing:
            if len(lines) == most:
                rest = "".join(pieces[number:])
                lines[-1] = short(lines[-1] + rest, ems)
                return lines
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [one.rstrip() for one in lines]
