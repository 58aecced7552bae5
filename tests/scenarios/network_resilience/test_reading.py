"""From files and data elements to the network, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import tujing.scenarios
from tujing.atlas.loader import manifest
from tujing.problems import BadInput
from tujing.runtime.conformance import check
from tujing.runtime.contract import Budget
from tujing.runtime.load import from_paths
from tujing.runtime.registry import solution
from tujing.scenarios.supply_chain.network_resilience.text_formats import read_network

ID = "supply_chain/network_resilience"
FOLDER = Path(tujing.scenarios.__file__).parent / ID
NODES = (
    "node,site,item,capacity,stock,demand,value,recover_days\nS,S,part,20,,,,30\nW,W,part,,100,,,\nF,W,goods,,,10,5,\n"
)
LINKS = "source,target,quantity\nS,W,1\nW,F,1\n"


def write(folder: Path, nodes: str = NODES, links: str = LINKS, encoding: str = "utf-8") -> tuple[Path, Path]:
    (folder / "nodes.csv").write_bytes(nodes.encode(encoding))
    (folder / "links.csv").write_bytes(links.encode(encoding))
    return folder / "nodes.csv", folder / "links.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_network_runs_from_two_files(tmp_path, encoding):
    nodes, links = write(tmp_path, NODES.replace("part", "铸件"), encoding=encoding)
    data = from_paths(solution(ID), manifest(ID), {"nodes": nodes, "links": links})
    outcome = solution(ID).run(data, budget=Budget(seconds=5)).outcome
    losses = {row["node"]: row["loss"] for row in outcome.tables["nodes"].to_pylist()}
    assert losses == {"S": pytest.approx(1000), "W": pytest.approx(1500)}


@pytest.mark.parametrize(
    ("nodes", "links", "row", "column"),
    [
        (NODES.replace("20", "minus"), LINKS, 2, "capacity"),
        (NODES.replace("20", "-20"), LINKS, 2, "capacity"),
        (NODES.replace("20", "nan"), LINKS, 2, "capacity"),
        (NODES + "S,S,part,1,,,,\n", LINKS, 5, "node"),
        (NODES.replace("10,5", "10,"), LINKS, 4, "value"),
        (NODES, LINKS + "X,W,1\n", 4, "source"),
        (NODES, LINKS.replace("S,W,1", "S,W,0"), 2, "quantity"),
        (NODES, LINKS + "S,W,1\n", 4, "source"),
        (NODES, LINKS + "S\n", 4, None),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path, nodes, links, row, column):
    with pytest.raises(BadInput) as caught:
        read_network(*write(tmp_path, nodes, links))
    problem = caught.value.problems[0]
    assert problem.row == row and (column is None or problem.column == column)
    assert problem.sentence("zh") and problem.sentence("en")


def test_a_circle_of_supply_and_a_network_without_demand_are_refused(tmp_path):
    with pytest.raises(BadInput, match="circle"):
        read_network(*write(tmp_path, NODES, LINKS + "F,S,1\n"))
    with pytest.raises(BadInput, match="demand"):
        read_network(*write(tmp_path, NODES.replace("10,5", ","), LINKS))


def test_the_folder_keeps_every_rule():
    report = check(FOLDER)
    assert report.failed == [] and report.tier == "platinum"


def test_a_shared_upper_tier_is_found_hidden_and_backups_beat_the_same_money_by_spend():
    data = from_paths(solution(ID), manifest(ID), {"input": FOLDER / "sample"})
    outcome = solution(ID).run(data, budget=Budget(seconds=20)).outcome
    nodes = {row["node"]: row for row in outcome.tables["nodes"].to_pylist()}
    assert nodes["U-01"]["is_hidden"] and nodes["U-01"]["loss"] > nodes["V-03"]["loss"]
    # Two foundries stand in for one another in part: neither is sole.
    assert nodes["V-01"]["loss"] < nodes["V-03"]["loss"]
    backed = outcome.kpis["value_at_risk_backed"]
    assert backed.value < 0.2 * backed.baseline
    assert set(outcome.writes["supply_risk"]["supplier_id"].to_pylist()) == {*nodes}


def test_too_little_time_names_what_was_not_rehearsed(tmp_path):
    rows = "".join(f"S{i},S{i},part,20,,,,30\n" for i in range(400))
    links = "".join(f"S{i},W,1\n" for i in range(400))
    nodes, links_path = write(tmp_path, NODES.replace("S,S,part,20,,,,30\n", rows), LINKS.replace("S,W,1\n", links))
    data = from_paths(solution(ID), manifest(ID), {"nodes": nodes, "links": links_path})
    outcome = solution(ID).run(data, budget=Budget(seconds=0.01, workers=1)).outcome
    assert outcome.status == "feasible" and 0 < outcome.tables["nodes"].num_rows < 401
    assert any("not rehearsed" in warning.en and "没有推演" in warning.zh for warning in outcome.warnings)
