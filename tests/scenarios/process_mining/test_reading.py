"""Logs as they come: encodings, archives, date formats, life cycles, hostile files."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tujing.problems import BadInput
from tujing.scenarios.management.process_mining.log_file import EventLogFiles, LogFile
from tujing.scenarios.management.process_mining.net import of_tree
from tujing.scenarios.management.process_mining.pnml import read_pnml, write_pnml
from tujing.scenarios.management.process_mining.tree import TAU, leaf, node

HEAD = "caseid,task,user,start_timestamp,end_timestamp\n"
ROWS = "C1,车削,甲,2026-03-02 09:00,2026-03-02 10:00\nC1,下料,乙,2026-03-02 08:00,2026-03-02 09:00\n"


def read(tmp_path: Path, content: str | bytes, name: str = "log.csv", **wanted: str):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return LogFile(path).read(wanted)


def steps(log) -> list[str]:
    return [log.activities[activity] for activity in log.activity]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_encodings_and_archives_and_an_unsorted_log(tmp_path, encoding, pack):
    name = "log.csv.gz" if pack is gzip.compress else "log.csv"
    log = read(tmp_path, pack((HEAD + ROWS).encode(encoding)), name)
    assert steps(log) == ["下料", "车削"]
    assert log.resources == ["乙", "甲"]


@pytest.mark.parametrize(
    "moment",
    ["2026-03-13 08:00:00", "2026/3/13 8:00", "13.03.2026 08:00", "03/13/2026 08:00:00", "2026-03-13T16:00:00+08:00",
     "2026-03-13T08:00:00Z", "2026年03月13日 08:00"],
)  # fmt: skip
def test_ways_of_writing_a_time(tmp_path, moment):
    log = read(tmp_path, f"case,activity,timestamp\nC1,a,{moment}\n")
    assert int(log.start[0]) == 1_773_388_800_000_000


def test_two_ways_in_one_column_are_read_with_a_warning(tmp_path):
    log = read(tmp_path, "case,activity,timestamp\nC1,a,2026-03-13 08:00\nC1,b,14/03/2026 08:00\n")
    assert steps(log) == ["a", "b"]
    assert "mixes" in log.warnings[0].en


def refused(tmp_path, content, name="log.csv", **wanted) -> tuple[str, int | None]:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, content, name, **wanted)
    problem = caught.value.problems[0]
    assert problem.words.zh and problem.words.en
    return problem.code, problem.row


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("", "empty_file", None),
        (HEAD, "empty_log", None),
        (HEAD + ROWS + ",a,b,2026-03-02 09:00,2026-03-02 10:00\n", "case_absent", 4),
        (HEAD + ROWS + "C1,,b,2026-03-02 09:00,2026-03-02 10:00\n", "activity_absent", 4),
        (HEAD + ROWS + "C1,a,b,2026-03-02 11:00,2026-03-02 10:00\n", "ends_before_it_starts", 4),
        (HEAD + ROWS + "C1,a,b,2026-03-02 11:00,\n", "end_absent", 4),
        (HEAD + ROWS + "C1,a,b,2026-03-02 11:00,NaN\n", "not_a_time", 4),
        (HEAD + "C1,a,b,03/04/2026 11:00,03/04/2026 12:00\n", "ambiguous_dates", None),
        (HEAD + "C1,a,b,13/04/2026,13/04/2026\nC1,a,b,04/13/2026,04/13/2026\n", "mixed_dates", None),
        ("caseid,user,timestamp\n1,a,2026-03-02\n", "column_absent", None),
    ],
)
def test_bad_logs_are_refused_with_their_row(tmp_path, content, code, row):
    assert refused(tmp_path, content) == (code, row)


def test_columns_may_be_chosen(tmp_path):
    content = "订单,步骤,时刻\nC1,a,2026-03-02 08:00\n"
    assert refused(tmp_path, content)[0] == "column_absent"
    assert steps(read(tmp_path, content, case="订单", activity="步骤", end="时刻")) == ["a"]
    assert refused(tmp_path, content, case="不存在")[0] == "no_such_column"


def test_copies_are_counted_and_told(tmp_path):
    log = read(tmp_path, HEAD + ROWS + ROWS)
    assert len(log) == 4
    assert "2 events equal another" in log.warnings[0].en


def test_start_and_completion_become_one_event(tmp_path):
    log = read(
        tmp_path,
        "case,activity,timestamp,lifecycle:transition\nC1,a,2026-03-02 08:00,start\nC1,a,2026-03-02 09:00,suspend\n"
        "C1,a,2026-03-02 10:00,complete\nC1,b,2026-03-02 11:00,complete\n",
    )
    assert steps(log) == ["a", "b"]
    assert (log.end - log.start).tolist() == [7_200_000_000, 0]
    assert len(log.warnings) == 1


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/"><string key="concept:name" value="whole log"/>
<trace><event><string key="concept:name" value="b"><string key="concept:name" value="nested"/></string>
<date key="time:timestamp" value="2026-03-02T10:00:00.000+08:00"/><string key="org:resource" value="r"/></event>
<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2026-03-02T01:00:00Z"/></event>
<string key="concept:name" value="C7"/></trace></log>"""


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_xes(tmp_path, pack):
    log = read(tmp_path, pack(XES), "log.xes")
    assert (list(log.cases), steps(log), list(log.resources)) == (["C7"], ["a", "b"], ["r"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('<!DOCTYPE log [<!ENTITY a "b">]><log/>', "hostile_xml"),
        ('<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>', "hostile_xml"),
        ("<html/>", "not_xes"),
        ("<log><trace>", "bad_xml"),
        ("<log/>", "empty_log"),
        ("<log>" + "<list>" * 200 + "</list>" * 200 + "</log>", "too_deep"),
        ('<log><trace><event><string key="concept:name" value="a"/></event></trace></log>', "event_incomplete"),
    ],
)
def test_hostile_and_broken_xes(tmp_path, content, code):
    assert refused(tmp_path, content, "log.xes")[0] == code


def test_a_broken_archive(tmp_path):
    assert refused(tmp_path, gzip.compress((HEAD + ROWS).encode())[:-20], "log.csv.gz")[0] == "broken_archive"


def test_a_net_survives_pnml(tmp_path):
    net = of_tree(node("sequence", [leaf(0), node("choice", [TAU, leaf(1)]), node("loop", [leaf(2), TAU])]))
    path = tmp_path / "net.pnml"
    path.write_bytes(write_pnml(net, ["下料", "a&b", "c"]))
    again, names = read_pnml(path, ["下料"])
    assert (again, names) == (net, ["下料", "a&b", "c"])


def test_a_hostile_model_is_refused(tmp_path):
    path = tmp_path / "net.pnml"
    path.write_text('<!DOCTYPE pnml [<!ENTITY a "b">]><pnml/>')
    with pytest.raises(BadInput):
        read_pnml(path, [])


def test_which_files_are_logs(tmp_path):
    form = EventLogFiles()
    for name, content, expected in [
        ("a.csv", HEAD, True),
        ("b.xes.gz", "", True),
        ("operation_event.csv", HEAD, False),
        ("c.csv", "work_order_id,operation,start_time\n", False),
        ("d.json", "{}", False),
    ]:
        (tmp_path / name).write_text(content)
        assert form.matches(tmp_path / name) is expected, name
