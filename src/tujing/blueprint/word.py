"""The blueprint as a Word document, chapter by chapter as the guide lists them (二（一）)."""

from __future__ import annotations

from datetime import date

from tujing.blueprint import chapters_how, chapters_money, chapters_trace, chapters_why, chapters_work
from tujing.blueprint.made import Blueprint
from tujing.reports import words
from tujing.reports.book import Book


def word(made: Blueprint, language: str) -> bytes:
    """Returns the document in one language: the same bytes for the same plan."""
    language = "en" if language.startswith("en") else "zh"
    enterprise = words.name(made.given.enterprise.name, language)
    title = "数字化转型规划方案" if language == "zh" else "Digital transformation blueprint"
    page_words = ("第 ", " 页") if language == "zh" else ("Page ", "")
    book = Book(language, f"{enterprise} {title}", f"{enterprise}  ·  {title}", page_words)
    t = book.t
    book.cover(
        enterprise,
        title,
        _span(made, language),
        [
            (t("编制日期", "Made on"), words.day(made.given.made)),
            (
                t("编制依据", "After"),
                t(
                    "《制造业企业数字化转型实施指南》（工信部联信发〔2024〕241号）",
                    "Guide of 17 December 2024, section 2(1)",
                ),
            ),
            (t("规划编号", "Plan"), f"{made.given.plan['id']}"),
            (t("模型指纹", "Model digest"), made.model.digest[:16]),
        ],
    )
    book.contents(t("目录", "Contents"))
    chapters_why.summary(book, made)
    chapters_why.situation(book, made)
    chapters_why.goals(book, made)
    chapters_how.framework(book, made)
    chapters_how.architecture(book, made)
    chapters_how.route(book, made)
    chapters_how.standards(book, made)
    chapters_work.tasks(book, made)
    chapters_money.budget(book, made)
    chapters_money.risks(book, made)
    chapters_work.conditions(book, made)
    chapters_work.acceptance(book, made)
    chapters_trace.trace(book, made)
    chapters_trace.gaps(book, made)
    chapters_trace.sources(book, made)
    book.finish()
    return book.content()


def _span(made: Blueprint, language: str) -> str:
    first = date.fromisoformat(made.given.plan["start"])
    last = date.fromisoformat(str(made.model.of("phase")[-1].facts["end"]))
    if language == "zh":
        return f"{first.year} 年 {first.month} 月 — {last.year} 年 {last.month} 月"
    return f"{first:%B %Y} – {last:%B %Y}"
