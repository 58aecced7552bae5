"""The language of KPI formulas: aggregates over the columns of data elements, and arithmetic between them.

    Σ operation_event.setup_minutes ÷ Σ(operation_event.end_time − operation_event.start_time)
    mean(work_order.completed_time − work_order.release_time | work_order.status = completed)
    count(work_order.completed_time > work_order.due_time) ÷ count(work_order.completed_time)

It is the notation of the manifests. `sum`, `-`, `*`, `/` may be written for `Σ`, `−`, `×`, `÷`. Every aggregate reads
one data element; `|` begins a condition, whose values may be joined by `or`, and conditions by `and`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from tujing.problems import refuse

AGGREGATES = ("sum", "mean", "count", "count_distinct", "min", "max", "median", "last")
COMPARES = ("=", "!=", ">=", "<=", ">", "<")
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<sign>>=|<=|!=|[()+*/,.|=<>−×÷≥≤≠Σ-]))"
)
SAME = {"−": "-", "×": "*", "÷": "/", "≥": ">=", "≤": "<=", "≠": "!="}


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Column:
    element: str
    column: str
    at: int


@dataclass(frozen=True)
class Binary:
    sign: str
    """+ − × ÷ or a comparison, in ASCII."""
    left: Node
    right: Node
    at: int


@dataclass(frozen=True)
class Condition:
    column: Column
    sign: str
    values: tuple[str | float, ...] | Column


@dataclass(frozen=True)
class Aggregate:
    kind: str
    element: str
    body: Node | None
    """None counts rows."""
    conditions: tuple[Condition, ...]
    at: int


Node = Number | Column | Binary | Aggregate


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(formula: str, file: str = "", key: str = "formula") -> Node:
    """Reads a formula.

    Raises
    ------
    BadInput
        When it is no formula; says at which character, and what was expected there.
    """
    return _Parser(formula, file, key).whole()


def aggregates(node: Node) -> Iterator[Aggregate]:
    """Every aggregate of a formula, from left to right."""
    if isinstance(node, Aggregate):
        yield node
    elif isinstance(node, Binary):
        yield from aggregates(node.left)
        yield from aggregates(node.right)


def columns(node: Node | None) -> Iterator[Column]:
    """Every column inside one aggregate's body or a row expression."""
    if isinstance(node, Column):
        yield node
    elif isinstance(node, Binary):
        yield from columns(node.left)
        yield from columns(node.right)


def fail(formula: str, at: int, zh: str, en: str, file: str = "", key: str = "formula") -> NoReturn:
    """Refuses a formula at a character, which is counted from one and shown with a caret."""
    raise refuse(
        "formula_error",
        f"公式第 {at + 1} 个字符处：{zh}",
        f"At character {at + 1} of the formula: {en}",
        file=file,
        key=key,
        value=formula,
        detail=f"{formula}\n{' ' * at}^",
    )


class _Parser:
    def __init__(self, formula: str, file: str, key: str) -> None:
        self.formula, self.file, self.key = formula, file, key
        self.tokens = list(self._tokens())
        self.place = 0

    def _tokens(self) -> Iterator[_Token]:
        at, text = 0, self.formula
        while at < len(text) and text[at:].strip():
            found = TOKEN.match(text, at)
            if found is None:
                start = at + len(text[at:]) - len(text[at:].lstrip())
                self._fail(start, f"不认识 {text[start]!r}。", f"{text[start]!r} is not known here.")
            kind = found.lastgroup or ""
            word = found.group(kind)
            yield _Token(kind, SAME.get(word, word), found.start(kind))
            at = found.end()
        yield _Token("end", "", len(text))

    def _fail(self, at: int, zh: str, en: str) -> NoReturn:
        fail(self.formula, at, zh, en, self.file, self.key)

    @property
    def now(self) -> _Token:
        return self.tokens[self.place]

    def take(self, *texts: str) -> _Token | None:
        if self.now.kind in ("sign", "name") and self.now.text in texts:
            self.place += 1
            return self.tokens[self.place - 1]
        return None

    def need(self, text: str) -> _Token:
        found = self.take(text)
        if found is None:
            shown = repr(self.now.text) if self.now.text else ("公式结尾", "the end")
            zh, en = shown if isinstance(shown, tuple) else (shown, shown)
            self._fail(self.now.at, f"应为 {text!r}，却是 {zh}。", f"{text!r} was expected, not {en}.")
        return found

    def whole(self) -> Node:
        found = self.sum(inside="")
        if self.now.kind != "end":
            self._fail(self.now.at, f"多出了 {self.now.text!r}。", f"{self.now.text!r} is too much.")
        if not list(aggregates(found)):
            self._fail(0, "没有汇总函数，请用 sum、mean、count 等。", "There is no aggregate; use sum, mean, count …")
        return found

    def sum(self, inside: str) -> Node:
        left = self.product(inside)
        while sign := self.take("+", "-"):
            left = Binary(sign.text, left, self.product(inside), sign.at)
        return left

    def product(self, inside: str) -> Node:
        left = self.factor(inside)
        while sign := self.take("*", "/"):
            left = Binary(sign.text, left, self.factor(inside), sign.at)
        return left

    def factor(self, inside: str) -> Node:
        token = self.now
        if token.kind == "number":
            self.place += 1
            return Number(float(token.text))
        if self.take("-"):
            return Binary("-", Number(0.0), self.factor(inside), token.at)
        if self.take("("):
            found = self.sum(inside)
            self.need(")")
            return found
        if self.take("Σ"):
            return self.aggregate("sum", token, bracketed=self.now.text == "(")
        if token.kind == "name":
            self.place += 1
            if self.now.text == "(":
                return self.aggregate(token.text, token, bracketed=True)
            return self.column(token, inside)
        what = repr(token.text) if token.text else "end"
        self._fail(
            token.at, "这里应为数、列或汇总函数。", f"a number, a column or an aggregate was expected, not {what}."
        )

    def column(self, token: _Token, inside: str) -> Column:
        if not self.take("."):
            self._fail(
                token.at,
                f"{token.text} 后应有 .列名，如 work_order.quantity。",
                f"{token.text} needs a column behind it, as in work_order.quantity.",
            )
        name = self.now
        if name.kind != "name":
            self._fail(name.at, "这里应为列名。", "a column's name was expected.")
        self.place += 1
        if not inside:
            self._fail(
                token.at,
                f"列 {token.text}.{name.text} 要放在汇总函数里，如 sum({token.text}.{name.text})。",
                f"The column {token.text}.{name.text} must stand in an aggregate: sum({token.text}.{name.text}).",
            )
        return Column(token.text, name.text, token.at)

    def aggregate(self, kind: str, token: _Token, bracketed: bool) -> Aggregate:
        if kind not in AGGREGATES:
            near = get_close_matches(kind, AGGREGATES, n=1)
            hint = (f"是否指 {near[0]}？", f"did you mean {near[0]}?") if near else ("", "")
            self._fail(token.at, f"没有函数 {kind}。{hint[0]}", f"there is no function {kind}; {hint[1]}".rstrip("; "))
        if not bracketed:
            name = self.now
            self.place += 1
            if name.kind != "name":
                self._fail(name.at, "Σ 后应为列或括号。", "a column or a bracket must follow Σ.")
            column = self.column(name, inside="yes")
            return Aggregate(kind, column.element, column, (), token.at)
        self.need("(")
        name = self.now
        rows_only = name.kind == "name" and self.tokens[self.place + 1].text in (")", "|")
        if rows_only and kind == "count":
            self.place += 1
            found, element = None, name.text
        else:
            found = self.sum(inside="yes")
            if sign := self.take(*COMPARES):
                found = Binary(sign.text, found, self.sum(inside="yes"), sign.at)
            element = ""
        conditions = self.conditions() if self.take("|") else ()
        self.need(")")
        used = [*columns(found), *(one.column for one in conditions)]
        element = element or (used[0].element if used else "")
        if not element:
            self._fail(token.at, "括号里没有列。", "there is no column in the brackets.")
        for one in used:
            if one.element != element:
                self._fail(
                    one.at,
                    f"一个汇总函数只能读一张表；{one.element} 请放到另一个函数里。",
                    f"one aggregate reads one table; put {one.element} into another aggregate.",
                )
        return Aggregate(kind, element, found, conditions, token.at)

    def conditions(self) -> tuple[Condition, ...]:
        found = [self.condition()]
        while self.take("and"):
            found.append(self.condition())
        return tuple(found)

    def condition(self) -> Condition:
        token = self.now
        self.place += 1
        if token.kind != "name":
            self._fail(token.at, "条件应以列开头。", "a condition begins with a column.")
        column = self.column(token, inside="yes")
        sign = self.take(*COMPARES)
        if sign is None:
            self._fail(self.now.at, "条件里应有比较号。", "a comparison was expected in the condition.")
        if self.now.kind == "name" and self.tokens[self.place + 1].text == ".":
            name = self.now
            self.place += 1
            return Condition(column, sign.text, self.column(name, inside="yes"))
        values = [self.value()]
        while self.take("or"):
            values.append(self.value())
        return Condition(column, sign.text, tuple(values))

    def value(self) -> str | float:
        token = self.now
        self.place += 1
        if token.kind == "number":
            return float(token.text)
        if token.kind == "name":
            return token.text
        if token.kind == "text":
            return token.text[1:-1]
        self._fail(token.at, "这里应为一个值。", "a value was expected.")
