"""What runs in the child: bounded, killed in time, and without files, network, settings or the server's environment.

These statements go in unchecked, as if the check had let them through.
"""

import os
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tujing.dataspace.querying import QueryLimits, run
from tujing.dataspace.statement import Statement
from tujing.problems import BadInput

LIMITS = QueryLimits(rows=100, seconds=8.0, memory_bytes=128 * 1024 * 1024)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "part.parquet"
    pq.write_table(pa.table({"id": range(1000), "name": ["甲", "乙"] * 500}), path)
    return {"work_order": [path]}


def ask(tables, tmp_path, sql, limits=LIMITS, reads=("work_order",)):
    return run(Statement(sql, reads), tables, tmp_path / "out.arrow", limits)


def test_rows_come_back_and_stop_at_the_limit(tables, tmp_path):
    answer = ask(tables, tmp_path, "select *, id as id from work_order where name = '甲' order by 1")
    with pa.OSFile(str(tmp_path / "out.arrow")) as file:
        found = pa.ipc.open_file(file).read_all()
    assert (answer.rows, answer.truncated, found.num_rows) == (100, True, 100)
    assert found.column_names == ["id", "name", "id_2"] and found["id"][1].as_py() == 2


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('{other}')",
        "select * from read_parquet('{other}')",
        "select * from glob('/etc/*')",
        "attach '{folder}/new.db'",
        "copy work_order to '{folder}/stolen.csv'",
        "export database '{folder}'",
        "install httpfs",
        "select * from read_csv('http://127.0.0.1:9/x')",
        "set enable_external_access = true",
        "set memory_limit = '100GB'",
        "pragma temp_directory = '/tmp'",
        "select getenv('SECRET')",
    ],
)
def test_the_child_cannot_reach_outside(tables, tmp_path, monkeypatch, sql):
    monkeypatch.setenv("SECRET", "the database password")
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"secret": ["other company"]}), other)
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(BadInput) as refused:
        ask(tables, tmp_path, sql.format(other=other, folder=tmp_path))
    assert "other company" not in str(refused.value) and "password" not in str(refused.value)
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from range(3000000) a, range(3000000) b",
        "with recursive t as (select 1 a union all select a + 1 from t) select count(*) from t",
    ],
)
def test_what_takes_too_long_is_killed(tables, tmp_path, sql):
    started = time.monotonic()
    with pytest.raises(BadInput, match="took over 3 seconds"):
        ask(tables, tmp_path, sql, QueryLimits(seconds=3.0), reads=())
    assert time.monotonic() - started < 6.0
    assert not (tmp_path / "out.arrow").exists()


@pytest.mark.parametrize("sql", ["select list(range) from range(1000000000)", "select repeat('x', 400000000)"])
def test_what_needs_too_much_memory_is_refused(tables, tmp_path, sql):
    with pytest.raises(BadInput) as refused:
        ask(tables, tmp_path, sql, reads=())
    assert refused.value.problems[0].code == "query_failed"


def test_an_unknown_column_is_told_in_words(tables, tmp_path):
    with pytest.raises(BadInput) as refused:
        ask(tables, tmp_path, "select nope from work_order")
    assert "名称" in refused.value.problems[0].words.zh and "nope" in refused.value.problems[0].detail
