"""Only one SELECT over the tables given is let through."""

import pytest

from tujing.dataspace.statement import LONGEST, checked
from tujing.problems import BadInput

TABLES = ("work_order", "product")


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("select * from work_order o join product p using (product_id)", ("work_order", "product")),
        ("with late as (select * from work_order) select count(*) from late", ("work_order",)),
        ("select product_id from product union all select product_id from work_order", ("product", "work_order")),
        ("from Work_Order", ("work_order",)),
        ("select * from unnest([1, 2]) t(x), range(3)", ()),
        ("select median(quantity), list_sort(list(status)) from work_order -- ; drop table x", ("work_order",)),
    ],
)
def test_queries_are_let_through(sql, reads):
    assert set(checked(sql, TABLES).reads) == set(reads)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        'select * from "../other/v000001.parquet"',
        "select * from parquet_scan('x.parquet')",
        "select * from work_order, read_parquet(['x'])",
        "select (select content from read_text('/etc/passwd'))",
        "select * from work_order where status in (from read_blob('x'))",
        "select * from glob('/*')",
        "select * from sniff_csv('x')",
        "attach 'x.db'",
        "copy work_order to '/tmp/x.csv'",
        "export database '/tmp/x'",
        "pragma version",
        "install httpfs",
        "load json",
        "set memory_limit = '1TB'",
        "call pragma_version()",
        "explain select 1",
        "create table x as select 1",
        "select * into x from work_order",
        "insert into work_order values (1)",
        "update work_order set status = 'x'",
        "delete from work_order",
        "with gone as (delete from work_order returning *) select * from gone",
        "drop table work_order",
        "select 1; drop table work_order",
        "select * from main.work_order",
        "select * from information_schema.tables",
        "select * from sqlite_master",
        "select * from duckdb_settings()",
        "select * from query('select 1')",
        "select * from query_table('work_order')",
        "select current_setting('home_directory')",
        "select getenv('HOME')",
        "select * from json_execute_serialized_sql('x')",
        "select 'never closed",
        "select " + "(" * 5000 + "1" + ")" * 5000,
        "select " + "1 + " * (LONGEST // 4) + "1",
        "",
        "-- nothing",
    ],
)
def test_everything_else_is_refused_with_a_sentence(sql):
    with pytest.raises(BadInput) as refused:
        checked(sql, TABLES)
    words = refused.value.problems[0].words
    assert words.zh and words.en


def test_a_misspelt_table_gets_a_suggestion():
    with pytest.raises(BadInput) as refused:
        checked("select * from work_orders", TABLES)
    assert "work_order" in refused.value.problems[0].words.en
