"""Routing texts: conventions of each collection, and what is refused."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from tests.scenarios.distribution.cases import SOLOMON, VRP, written

from tujing.problems import BadInput
from tujing.scenarios.supply_chain.distribution.route_check import check
from tujing.scenarios.supply_chain.distribution.routing import Plan, drive
from tujing.scenarios.supply_chain.distribution.solomon import LiLimText, SolomonText
from tujing.scenarios.supply_chain.distribution.vrplib import VrplibText


def read(form, path):
    assert form.matches(path)
    return form.read({"input": path})


def test_cvrplib_rounds_and_numbers_customers_from_one(tmp_path):
    problem = read(VrplibText(), written(tmp_path, "t.vrp", VRP.replace("2 0 10", "2 1 1"))).problem()
    assert problem.distance[0, 1] == 1.0  # the root of 2
    assert [stop.name for stop in problem.stops] == ["1", "2", "3", "4"]
    assert problem.vehicles[0].capacity == (10.0,) and problem.vehicles[0].count == 4


def test_gbk_and_crlf_and_comments_are_read(tmp_path):
    path = tmp_path / "g.vrp"
    path.write_bytes(VRP.replace("NAME : tiny", "NAME : 小算例").replace("\n", "\r\n").encode("gbk"))
    assert len(read(VrplibText(), path).problem().stops) == 4


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("LOWER_ROW", "1 2 3"),
        ("UPPER_ROW", "1 2 3"),
        ("LOWER_DIAG_ROW", "0 1 0 2 3 0"),
        ("UPPER_DIAG_ROW", "0 1 2 0 3 0"),
        ("FULL_MATRIX", "0 1 2 1 0 3 2 3 0"),
        ("LOWER_COL", "1 2 3"),
    ],
)
def test_explicit_matrices(tmp_path, form, numbers):
    text = f"DIMENSION : 3\nCAPACITY : 9\nEDGE_WEIGHT_TYPE : EXPLICIT\nEDGE_WEIGHT_FORMAT : {form}\n"
    text += f"EDGE_WEIGHT_SECTION\n{numbers}\nDEMAND_SECTION\n1 0\n2 1\n3 1\nDEPOT_SECTION\n1\n-1\nEOF\n"
    problem = read(VrplibText(), written(tmp_path, "m.vrp", text)).problem()
    assert np.array_equal(problem.distance, [[0, 1, 2], [1, 0, 3], [2, 3, 0]])


def test_windows_cut_to_one_decimal(tmp_path):
    text = VRP.replace(
        "DEPOT_SECTION", "TIME_WINDOW_SECTION\n" + "".join(f"{n} 0 99\n" for n in range(1, 6)) + "DEPOT_SECTION"
    )
    problem = read(VrplibText(), written(tmp_path, "w.vrp", text.replace("2 0 10", "2 1 1"))).problem()
    assert problem.distance[0, 1] == pytest.approx(1.4)
    assert problem.stops[0].latest == 99


def test_several_depots_and_a_mixed_fleet(tmp_path):
    text = VRP.replace("CAPACITY : 10", "VEHICLES : 3\nVEHICLES_MAX_DURATION : 90")
    text = text.replace("2 5\n", "2 0\n").replace("\n1\n-1", "\n1\n2\n-1")
    text = text.replace(
        "DEPOT_SECTION", "CAPACITY_SECTION\n1 10\n2 10\n3 20\nVEHICLES_DEPOT_SECTION\n1 1\n2 1\n3 2\nDEPOT_SECTION"
    )
    problem = read(VrplibText(), written(tmp_path, "d.vrp", text)).problem()
    assert [(v.count, v.capacity[0], v.depot, v.max_duration) for v in problem.vehicles] == [
        (2, 10, 0, 90),
        (1, 20, 1, 90),
    ]
    assert [stop.name for stop in problem.stops] == ["1", "2", "3"]


def test_solomon_keeps_double_precision(tmp_path):
    problem = read(SolomonText(), written(tmp_path, "c0.txt", SOLOMON)).problem()
    assert problem.distance[0, 3] == 7 and problem.distance[2, 3] == pytest.approx(37**0.5)
    assert (problem.vehicles[0].count, problem.stops[0].earliest, problem.depots[0].latest) == (3, 10, 200)
    assert read(SolomonText(), written(tmp_path, "c1.txt", SOLOMON)).problem("nearest").distance[2, 3] == 6


def test_li_lim_pairs(tmp_path):
    text = "2 10 1\n0 0 0 0 0 99 0 0 0\n1 3 4 5 0 50 1 0 2\n2 6 8 -5 0 90 1 1 0\n"
    problem = read(LiLimText(), written(tmp_path, "l.txt", text)).problem()
    assert [(pair.fetch.name, pair.bring.name, pair.amount) for pair in problem.pairs] == [("1", "2", (5.0,))]


@pytest.mark.parametrize(
    "broken",
    [
        VRP.replace("DIMENSION : 5", ""),
        VRP.replace("DIMENSION : 5", "DIMENSION : 900000000"),
        VRP.replace("5 20 0", "4 20 0"),
        VRP.replace("5 20 0\n", ""),
        VRP.replace("5 20 0", "5 nan 0"),
        VRP.replace("5 20 0", "5 20"),
        VRP.replace("2 5", "2 11"),
        VRP.replace("2 5", "2 -1"),
        VRP.replace("EUC_2D", "GEO"),
        VRP.split("DEMAND")[0],
    ],
)
def test_broken_vrp_is_refused(tmp_path, broken):
    with pytest.raises(BadInput):
        VrplibText().read({"input": written(tmp_path, "b.vrp", broken)})


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        ("2 6 8 5 0 90 1", "2 6 8 5 90 10 1", 12),
        ("2 6 8 5 0 90 1", "1 6 8 5 0 90 1", 12),
        ("2 6 8 5 0 90 1", "2 6 8 50 0 90 1", 12),
        ("2 6 8 5 0 90 1", "2 6 8 5 0 90", 12),
        ("2 6 8 5 0 90 1", "2 6 8 5 0 inf 1", 12),
    ],
)
def test_broken_solomon_names_the_row(tmp_path, old, new, row):
    with pytest.raises(BadInput) as error:
        SolomonText().read({"input": written(tmp_path, "b.txt", SOLOMON.replace(old, new))})
    assert error.value.problems[0].row == row


def test_published_solutions_cost_what_they_say(shared_data):
    """The best known plans, driven by our own rules, cost their published cost and break nothing."""
    cases = [("cvrp_x", "X-n101-k25", "best_known_cost", 0), ("cvrp_x", "X-n143-k7", "best_known_cost", 0)]
    cases.append(("vrptw_homberger_1000", "C1_10_1", "best_known_cost_1_decimal_truncated", 1))
    for folder, name, column, digits in cases:
        base = shared_data / folder
        problem = VrplibText().read({"input": base / "instances" / f"{name}.vrp"}).problem()
        with (base / "best_known.csv").open(encoding="utf-8") as file:
            known = {row["instance"]: float(row[column]) for row in csv.DictReader(file)}
        lines = (base / "best_known_solutions" / f"{name}.sol").read_text().splitlines()
        routes = [line.split(":")[1].split() for line in lines if line.startswith("Route")]
        plan = Plan(problem, tuple(drive(problem, 0, [("stop", int(n) - 1) for n in route]) for route in routes))
        assert check(plan) == [] and plan.left_out == ()
        assert round(plan.cost, digits) == pytest.approx(known[name])


PAIRED = """NAME : pairs
TYPE : PDPTW
DIMENSION : 5
VEHICLES : 2
CAPACITY : 10
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 0 10
3 0 20
4 10 0
5 20 0
PICKUP_AND_DELIVERY_SECTION
1 0 0 200 0 0 0
2 5 0 90 1 0 3
3 -5 0 90 1 2 0
4 4 0 90 1 0 5
5 -4 0 90 1 4 0
DEPOT_SECTION
1
-1
EOF
"""


def test_vrplib_pairs_keep_their_windows_and_their_partners(tmp_path):
    problem = read(VrplibText(), written(tmp_path, "p.vrp", PAIRED)).problem()
    assert [(pair.fetch.name, pair.bring.name, pair.amount) for pair in problem.pairs] == [
        ("1", "2", (5.0,)),
        ("3", "4", (4.0,)),
    ]
    assert problem.depots[0].latest == 200 and problem.pairs[0].fetch.latest == 90
    for broken in ("2 5 0 90 1 0 9", "2 5 0 90 1 0 5", "2 50 0 90 1 0 3", "2 5 91 90 1 0 3"):
        with pytest.raises(BadInput) as error:
            VrplibText().read({"i": written(tmp_path, "b.vrp", PAIRED.replace("2 5 0 90 1 0 3", broken))})
        assert error.value.problems[0].row == 15


def test_groups_reloads_and_the_limit_on_a_route(tmp_path):
    more = "MUTUALLY_EXCLUSIVE_GROUP_SECTION\n1 2 3\n2 4\nDEPOT_SECTION"
    text = VRP.replace("CAPACITY : 10", "CAPACITY : 10\nDISTANCE : 44\nVEHICLES_RELOAD_DEPOT : 1")
    problem = read(VrplibText(), written(tmp_path, "g.vrp", text.replace("DEPOT_SECTION", more))).problem()
    assert [stop.group for stop in problem.stops] == [0, 0, None, None] and problem.groups == 1
    assert problem.vehicles[0].max_duration == 44 and problem.vehicles[0].trips > 1
    for broken in ("1 2 9", "1 1 2", "1 2 3\n2 3 4"):
        with pytest.raises(BadInput):
            VrplibText().read(
                {"i": written(tmp_path, "b.vrp", VRP.replace("DEPOT_", more.replace("1 2 3\n2 4", broken)[:-8]))}
            )


def test_sections_that_are_not_understood_are_refused(tmp_path):
    for old, new in (("DEPOT_SECTION", "PRECEDENCE_SECTION\n2 3\nDEPOT_SECTION"), ("TYPE : CVRP", "TYPE : VRPB")):
        with pytest.raises(BadInput) as error:
            VrplibText().read({"i": written(tmp_path, "u.vrp", VRP.replace(old, new))})
        assert error.value.problems[0].row


@pytest.mark.parametrize(("old", "new"), [("2 6 8 5 0 90 1", "2 60 80 5 0 90 1"), ("0 0 0 0 0 200", "0 0 0 0 0 20")])
def test_a_customer_out_of_reach_is_refused_with_the_row(tmp_path, old, new):
    text = SolomonText().read({"i": written(tmp_path, "r.txt", SOLOMON.replace(old, new))})
    with pytest.raises(BadInput) as error:
        text.problem()
    assert error.value.problems[0].row == 12 and error.value.problems[0].code == "unreachable_customer"
