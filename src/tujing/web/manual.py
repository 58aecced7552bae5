"""The manual inside the site: the pages that `manual.yaml` names, as HTML; links between them stay within it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.urls import reverse
from pydantic import BaseModel, ConfigDict, TypeAdapter

from tujing.problems import read_yaml
from tujing.words import Text

HERE = Path(__file__).parent
FOLDERS = (HERE / "manual_pages", HERE.parents[2] / "docs")
"""Where the pages are: within an installed package, or beside the sources."""
LINK = re.compile(r'<a href="(?!https?:|#)([^"#]+)(#[^"]*)?">(.*?)</a>', re.DOTALL)


class Page(BaseModel):
    """A page of the manual and what it is called."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: str
    zh: str
    en: str

    @property
    def name(self) -> Text:
        return Text(zh=self.zh, en=self.en)

    @property
    def kind(self) -> str:
        return self.page.partition("/")[0]


class Reading(NamedTuple):
    """A page as it is read: its HTML and the language it is in."""

    html: str
    language: str


@cache
def manual() -> Mapping[str, Page]:
    """Returns the pages by where they are, in the order in which they are offered."""
    pages = TypeAdapter(list[Page]).validate_python(read_yaml(HERE / "manual.yaml"))
    return {one.page: one for one in pages}


@cache
def reading(page: str, language: str) -> Reading:
    """Returns a page of the manual in the language if it is there in it, else in English.

    Raises
    ------
    FileNotFoundError
        When the installation came without its manual.
    """
    folder = next((one for one in FOLDERS if one.is_dir()), FOLDERS[0])
    chinese = folder / f"{page}.zh.md"
    is_chinese = language == "zh" and chinese.is_file()
    source = (chinese if is_chinese else folder / f"{page}.md").read_text(encoding="utf-8")
    # An aligned column by an attribute: the site's policy takes no style.
    extensions = {"tables": {"use_align_attribute": True}}
    from markdown import Markdown  # a tenth of a second to load: only where somebody reads

    html = Markdown(extensions=["tables", "fenced_code", "toc"], extension_configs=extensions).convert(source)
    return Reading(LINK.sub(lambda found: _link(page, *found.groups()), html), "zh-Hans" if is_chinese else "en")


def _link(page: str, target: str, anchor: str | None, words: str) -> str:
    """A link to a page of the manual opens it here; of one to another file of the sources the words stay."""
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
    wanted = wanted.removesuffix(".md").removesuffix(".zh")
    if wanted not in manual():
        return words
    return f'<a href="{reverse("help_read", args=[wanted])}{anchor or ""}">{words}</a>'
