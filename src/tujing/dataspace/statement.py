"""Whether a statement may be run: one SELECT over the tables given, and nothing that reaches beyond them.

What is checked is what is run: the statement is written anew from the tree that was looked at, so that no second reader
can understand it otherwise.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tujing.problems import BadInput, refuse

if TYPE_CHECKING:
    from sqlglot import exp

LONGEST = 20_000
"""Characters of a statement."""
ROW_MAKERS = frozenset({"unnest", "explode", "generate_series", "range"})
"""Functions that may stand where a table stands; the machine's limits hold for what they make."""
FORBIDDEN_FUNCTIONS = frozenset(
    {
        "getenv", "getvariable", "current_setting", "set_config", "nextval", "currval", "write_log", "query",
        "query_table", "json_execute_serialized_sql", "from_substrait", "from_substrait_json", "which_secret",
        "read_text", "read_blob", "read_csv", "read_csv_auto", "read_json", "read_json_auto", "read_parquet",
        "parquet_scan", "glob", "sniff_csv", "txid_current",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """A statement that may be run."""

    sql: str
    reads: tuple[str, ...]
    """Tables that it names, each once."""


def checked(sql: str, tables: Collection[str]) -> Statement:
    """Returns the statement as it will be run.

    Raises
    ------
    BadInput
        When it is no single SELECT, cannot be read, or names a table or function that is not open to it.
    """
    from sqlglot import exp

    tree = _tree(sql)
    if not isinstance(tree, (exp.Select, exp.SetOperation, exp.Subquery)):
        raise refuse(
            "not_a_select",
            "这里只能查询：请以 SELECT 或 WITH … SELECT 开头。数据不会被改动。",
            "Only queries run here: begin with SELECT or WITH … SELECT. Nothing can be changed.",
        )
    here = {common.alias_or_name.lower() for common in tree.find_all(exp.CTE)}
    known = {name.lower(): name for name in tables}
    reads = []
    for node in tree.walk():
        if isinstance(node, (exp.Into, exp.Command, exp.DDL, exp.DML)) and not isinstance(node, exp.Query):
            raise _forbidden(type(node).__name__)
        if isinstance(node, exp.Table):
            name = _table(node)
            if name in known:
                reads.append(known[name])
            elif name not in here and name:
                raise _unknown_table(name, known)
        elif isinstance(node, exp.Func):
            name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
            if name in FORBIDDEN_FUNCTIONS or name.startswith(("pragma_", "duckdb_", "pg_", "read_")):
                raise _forbidden(name)
    try:
        written = tree.sql(dialect="duckdb", comments=False)
    except RecursionError as error:
        raise _unreadable(error) from error
    return Statement(written, tuple(dict.fromkeys(reads)))


def _tree(sql: str) -> exp.Expr:
    import sqlglot
    from sqlglot.errors import SqlglotError

    text = sql.strip().rstrip(";")
    if not text:
        raise refuse("empty_query", "还没有写查询语句。", "There is no statement yet.")
    if len(text) > LONGEST:
        raise refuse(
            "query_too_long",
            f"语句超过 {LONGEST:,} 个字符，请缩短。",
            f"The statement is longer than {LONGEST:,} characters; shorten it.",
        )
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect="duckdb") if tree is not None]
    except (SqlglotError, RecursionError) as error:
        raise _unreadable(error) from error
    if len(trees) != 1:
        raise refuse("several_statements", "一次只能运行一条语句。", "One statement at a time.")
    return trees[0]


def _unreadable(error: Exception) -> BadInput:
    from sqlglot.errors import ParseError

    first = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
    line, near = first.get("line"), first.get("highlight", "")
    where = (f"第 {line} 行“{near}”附近", f" near “{near}” in line {line}") if line else ("", "")
    return refuse(
        "unreadable_query",
        f"语句读不懂{'：' + where[0] if where[0] else ''}，请检查括号、逗号和关键字。",
        f"The statement cannot be read{where[1]}; check brackets, commas and keywords.",
        row=line,
        detail=str(first.get("description", "")) or type(error).__name__,
    )


def _table(node: exp.Table) -> str:
    """The plain name of a table, lower case; empty where an allowed function makes the rows."""
    from sqlglot import exp

    if node.args.get("db") or node.args.get("catalog"):
        raise _forbidden(node.sql(dialect="duckdb"))
    if isinstance(node.this, exp.Identifier):
        return str(node.name).lower()
    maker = node.this
    name = (maker.name if isinstance(maker, exp.Anonymous) else maker.sql_name()).lower() if maker else ""
    if name not in ROW_MAKERS:
        raise _forbidden(name or node.sql(dialect="duckdb"))
    return ""


def _forbidden(what: str) -> BadInput:
    return refuse(
        "not_allowed_in_query",
        f"查询里不能使用“{what[:60]}”：只能读取本企业的数据要素表。",
        f"“{what[:60]}” cannot be used in a query: only this company's data elements can be read.",
        value=what[:80],
    )


def _unknown_table(name: str, known: Collection[str]) -> BadInput:
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1)
    hint = (f"是否指 {near[0]}？", f" Did you mean {near[0]}?") if near else ("右侧列出了可查询的表。", "")
    return refuse(
        "unknown_table",
        f"没有可查询的表“{name[:60]}”，或其中还没有数据。{hint[0]}",
        f"There is no table “{name[:60]}” to query, or it has no data yet.{hint[1]}",
        value=name[:80],
    )
