"""From the command line to the figures, worked out again by a checker that shares no code with the product."""

from __future__ import annotations

import gzip
import json
import math

import pytest
from tests.scenarios.distribution import independent
from tests.scenarios.distribution.cases import SCENARIO, SOLOMON, VRP, written

from tujing.cli.main import main

CAP = "2 3\ncapacity 7\n6 5.5\n4\n1 2\n5\n2.5 1\n3\n4 9\n"


def told(capsys, *arguments: str) -> dict:
    code = main(["scenario", "run", SCENARIO, "--time", "2", "--seed", "1", "--workers", "1", "--json", *arguments])
    assert code == 0
    return json.loads(capsys.readouterr().out)


def test_routes_cost_what_the_key_figure_says(tmp_path, capsys):
    path = written(tmp_path, "t.vrp", VRP)
    document = told(capsys, "--input", str(path))
    cost = independent.routes_cost(document, independent.vrp(path), independent.nearest)
    assert document["kpis"]["total_cost"]["value"] == pytest.approx(cost)
    path = written(tmp_path, "s.txt", SOLOMON)
    document = told(capsys, "--input", str(path))
    cost = independent.routes_cost(document, independent.solomon(path), math.dist)
    assert document["kpis"]["total_cost"]["value"] == pytest.approx(cost)
    document["tables"]["routes"]["rows"].pop()
    with pytest.raises(AssertionError):
        independent.routes_cost(document, independent.solomon(path), math.dist)


def test_locations_cost_what_the_key_figure_says(tmp_path, capsys):
    path = tmp_path / "c.txt.gz"
    path.write_bytes(gzip.compress(CAP.encode()))
    document = told(capsys, "--input", str(path), "--param", "capacity=8")
    assert document["status"] == "optimal"
    cost = independent.location_cost(document, path, 8.0)
    assert document["kpis"]["total_cost"]["value"] == pytest.approx(cost)
