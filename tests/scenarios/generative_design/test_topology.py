"""Elements, solvers, filters and the optimiser against known answers."""

from __future__ import annotations

import csv
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tujing.problems import BadInput
from tujing.runtime.contract import Budget, Data, Silent
from tujing.scenarios.research_design.generative_design.banded import Banded
from tujing.scenarios.research_design.generative_design.filtering import Cone, project, thin_share
from tujing.scenarios.research_design.generative_design.laying import build, memory_mb
from tujing.scenarios.research_design.generative_design.multigrid import Multigrid
from tujing.scenarios.research_design.generative_design.part_file import PartFile, built_in, load_built_in
from tujing.scenarios.research_design.generative_design.solution import GenerativeDesign
from tujing.scenarios.research_design.generative_design.stiffness import element_stiffness, node_positions
from tujing.scenarios.research_design.generative_design.stress import stresses, von_mises
from tujing.scenarios.research_design.generative_design.topology import Model, analyse, optimise, uniform
from tujing.scenarios.research_design.generative_design.topology_outcome import design_part

ARM = {
    "part": "arm",
    "mesh": [20, 10],
    "volume": 0.4,
    "supports": [{"at": [[0, 0], [0, 1]], "hold": ["x", "y"]}],
    "load_cases": [{"name": {"zh": "端", "en": "Tip"}, "forces": [{"at": [[1, 0.5], [1, 0.5]], "force": [0, -1]}]}],
}


class Late(Silent):
    """Progress so slow that time runs out."""

    def __init__(self, seconds):
        self.seconds = seconds

    def report(self, share, message=None, incumbent=None):
        time.sleep(self.seconds)


def arm(**changes):
    return build(PartFile.model_validate({**ARM, **changes}), "arm.yaml")


def test_the_plane_element_is_that_of_the_88_line_program():
    matrix = element_stiffness(2, 0.3)
    assert matrix[0, 0] == pytest.approx((0.5 - 0.3 / 6) / (1 - 0.09))
    assert np.allclose(matrix, matrix.T)


@pytest.mark.parametrize("dimension", [2, 3])
def test_rigid_motions_cost_no_energy(dimension):
    at = node_positions((1,) * dimension)
    turn = np.zeros_like(at)
    turn[:, 0], turn[:, 1] = -at[:, 1], at[:, 0]
    matrix = element_stiffness(dimension, 0.3)
    for motion in (np.ones_like(at), turn):
        assert np.allclose(matrix @ motion.ravel(), 0, atol=1e-12)
    assert np.linalg.matrix_rank(matrix, tol=1e-9) == len(matrix) - (3 if dimension == 2 else 6)


def test_a_pulled_bar_has_its_textbook_stress_and_stretch():
    part = arm(
        mesh=[40, 4], supports=[{"at": [[0, 0], [0, 1]], "hold": ["x"]}, {"at": [[0, 0], [0, 0]], "hold": ["y"]}]
    )
    force = np.zeros((41, 5, 2))
    force[-1, :, 0] = np.array([0.5, 1, 1, 1, 0.5]) / 4
    solver = Banded(part.shape, 0.3, part.free)
    solver.load(np.ones(part.shape))
    moved = solver.solve(force.ravel())
    assert moved.reshape(41, 5, 2)[-1, :, 0] == pytest.approx(40 / 4)
    assert von_mises(moved, part.shape, 0.3) == pytest.approx(0.25)


@settings(deadline=None, max_examples=15)
@given(st.integers(3, 14), st.integers(2, 9), st.integers(0, 9))
def test_multigrid_and_cholesky_agree_on_any_grid(across, up, seed):
    part = arm(mesh=[across, up])
    moduli = 1e-9 + np.random.default_rng(seed).random(part.shape) ** 3
    found = []
    for kind in (Banded, Multigrid):
        solver = kind(part.shape, 0.3, part.free)
        solver.load(moduli)
        found.append(solver.solve(part.cases[0].force, tolerance=1e-9))
    assert np.allclose(*found, rtol=1e-4, atol=1e-5 * np.abs(found[0]).max())


def test_multigrid_in_space_balances_the_load():
    shape = (6, 5, 3)
    free = np.ones((7, 6, 4, 3))
    free[0] = 0
    force = np.zeros_like(free)
    force[-1, 0, :, 1] = -1
    solver = Multigrid(shape, 0.3, free.ravel())
    solver.load(np.ones(shape))
    moved = solver.solve(force.ravel(), tolerance=1e-9)
    assert solver.energies(moved).sum() == pytest.approx(force.ravel() @ moved, rel=1e-6)


def test_the_filter_keeps_constants_and_its_derivative_is_its_transpose():
    cone = Cone((9, 7), 2.4)
    assert cone.smooth(np.ones((9, 7))) == pytest.approx(1)
    rng = np.random.default_rng(1)
    one, other = rng.random((9, 7)), rng.random((9, 7))
    assert (cone.smooth(one) * other).sum() == pytest.approx((one * cone.spread_back(other)).sum())


def test_projection_goes_from_nothing_to_solid():
    values, slope = project(np.array([0.0, 0.5, 1.0]), 8.0)
    assert values == pytest.approx([0, 0.5, 1])
    assert (slope >= 0).all()


def test_the_sensitivity_is_the_derivative_of_compliance():
    part = arm(mesh=[6, 4])
    rng = np.random.default_rng(0)
    density = 0.3 + 0.5 * rng.random(part.shape)
    slope = Model(part).analyse(density, 1e-9)[2]
    step = 1e-6
    up, down = density.copy(), density.copy()
    up[2, 1] += step
    down[2, 1] -= step
    difference = (analyse(Model(part), up).compliance - analyse(Model(part), down).compliance) / (2 * step)
    assert slope[2, 1] == pytest.approx(difference, rel=1e-4)


def test_the_published_compliances_are_reproduced(shared_data):
    with (shared_data / "topology_optimisation" / "reference_compliance.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if int(row["nelx"]) <= 60]
    for row in rows:
        names = ("nelx", "nely", "volume_fraction", "penalty", "filter_radius", "filter", "problem")
        given = {name: row[name] for name in names}
        result = GenerativeDesign("x").run(Data(), given, Budget(seconds=60))
        kpi = result.outcome.kpis["compliance"]
        assert kpi.value == pytest.approx(float(row["compliance"]), rel=1e-3)
        assert result.outcome.status == "done"


def test_symmetry_passive_regions_and_several_loads_are_kept():
    loads = [
        {"name": {"zh": name, "en": name}, "forces": [{"at": [[1, 0.5], [1, 0.5]], "force": force}]}
        for name, force in (("a", [0, -1]), ("b", [1, 0]))
    ]
    holes = [
        {"kind": "void", "cylinder": {"centre": [0.5, 0.5], "radius": 0.15}},
        {"kind": "solid", "box": [[0.9, 0], [1, 1]]},
    ]
    part = arm(mesh=[20, 10], load_cases=loads, regions=holes, symmetry=["y"])
    design = optimise(Model(part), 40, lambda _: True)
    assert np.allclose(design.density, design.density[:, ::-1], atol=1e-6)
    assert (design.density[part.void] == 0).all() and (design.density[part.solid] == 1).all()
    assert design.volume == pytest.approx(0.4, abs=0.01)
    assert design.compliance < uniform(Model(part)).compliance
    assert len(stresses(design)) == 2


def test_projection_makes_it_black_and_white():
    grey = optimise(Model(arm(radius=2.0)), 300, lambda _: True)
    clear = optimise(Model(arm(radius=2.0, projection=True)), 300, lambda _: True)
    assert clear.greyness < grey.greyness / 2
    assert clear.volume == pytest.approx(0.4, abs=0.01)


def test_the_thin_share_is_that_of_a_bar_and_a_wire():
    density = np.zeros((40, 20))
    density[:, 2:8] = density[:, 14:16] = 1
    assert thin_share(density, 6) == pytest.approx(0.25, abs=0.01)
    assert thin_share(density, 2) == 0


def test_members_are_as_thick_as_asked():
    beam = load_built_in("mbb").model_dump(exclude_none=True)
    shares = []
    for asked in ({"minimum_size": 4.0}, {"projection": True, "radius": 1.5}):
        part = build(PartFile.model_validate({**beam, "mesh": [90, 30], **asked}), "mbb")
        shares.append(thin_share(optimise(Model(part), 100, lambda _: True).density, 4))
    assert shares[0] <= 0.02 < 0.05 < shares[1]


def test_a_clamped_face_of_thousands_of_nodes_is_checked_in_no_time():
    faces = [{"at": [[0, 0, 0], [0, 1, 1]], "hold": ["x", "y", "z"]}]
    tip = [{"name": {"zh": "端", "en": "Tip"}, "forces": [{"at": [[1, 0, 0], [1, 0, 1]], "force": [0, -1, 0]}]}]
    assert arm(mesh=[4, 120, 120], supports=faces, load_cases=tip).free.sum() > 0


def test_a_mesh_too_fine_for_its_time_is_refused_in_time():
    part = {**ARM, "mesh": [500, 400]}
    started = time.perf_counter()
    with pytest.raises(BadInput) as refused:
        design_part(build(PartFile.model_validate(part), "a"), "a", 50, Budget(seconds=0.05), Late(1.2))
    assert refused.value.problems[0].code == "time_too_short" and time.perf_counter() - started < 20


def test_metres_for_millimetres_are_noticed():
    small = arm(
        size=[0.2, 0.1],
        thickness=8,
        material={"young": 206_000, "strength": 355},
        supports=[{"at": [[0, 0], [0, 0.1]], "hold": ["x", "y"]}],
        load_cases=[
            {"name": {"zh": "端", "en": "Tip"}, "forces": [{"at": [[0.2, 0.05], [0.2, 0.05]], "force": [0, -1200]}]}
        ],
    )
    outcome = design_part(small, "a", 10, Budget(seconds=20), Silent())
    assert sum("mm" in warning.en for warning in outcome.warnings) == 2


def test_stiffness_scales_with_material_size_and_load():
    unit = optimise(Model(arm()), 30, lambda _: True)
    steel = {"young": 200_000.0, "strength": 300.0, "mass_density": 7850.0}
    forces = [{"at": [[40, 10], [40, 10]], "force": [0, -1000]}]
    real = arm(
        size=[40, 20],
        thickness=5,
        material=steel,
        supports=[{"at": [[0, 0], [0, 20]], "hold": ["x", "y"]}],
        load_cases=[{"name": {"zh": "端", "en": "Tip"}, "forces": forces}],
    )
    found = optimise(Model(real), 30, lambda _: True)
    assert found.compliance == pytest.approx(unit.compliance * 1000**2 / (200_000 * 5), rel=1e-3)
    assert stresses(found)[0].peak == pytest.approx(stresses(unit)[0].peak * 1000 / (5 * 2), rel=1e-2)
    assert real.mass(1.0) == pytest.approx(40 * 20 * 5 * 7850e-9)


def test_every_built_in_part_can_be_laid_out():
    for name in built_in():
        part = build(load_built_in(name), name)
        assert part.cases and 0 < part.volume < 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"supports": []}, "no_support"),
        ({"supports": [{"at": [[0, 0], [0, 0]], "hold": ["x", "y"]}]}, "not_held"),
        ({"load_cases": []}, "no_load"),
        ({"volume": 1.2}, "volume_range"),
        ({"volume": 0.2, "regions": [{"kind": "solid", "box": [[0, 0], [0.5, 1]]}]}, "volume_range"),
        ({"regions": [{"kind": "void", "box": [[0.3, 0], [0.6, 1]]}]}, "cut_off"),
        ({"size": [100, 100]}, "not_square"),
        ({"material": "unobtainium"}, "unknown_material"),
        ({"mesh": [40_000, 20_000]}, "mesh_too_large"),
        ({"mesh": [20, 10, 10]}, "point_length"),
        ({"symmetry": ["z"]}, "axis_in_plane"),
        ({"minimum_size": 40}, "minimum_size"),
        ({"minimum_size": 1.5}, "minimum_size"),
        ({"material": {"young": 2.06e11}}, "material_unit"),
        ({"material": {"young": 206, "strength": 355}}, "material_unit"),
        ({"material": {"young": 206_000, "mass_density": 7.85}}, "material_unit"),
        ({"supports": [{"at": [[3, 0], [3, 1]], "hold": ["x", "y"]}]}, "outside"),
    ],
)
def test_what_cannot_be_solved_is_refused(changes, code):
    with pytest.raises(BadInput) as refused:
        arm(**changes)
    assert refused.value.problems[0].code == code


def test_the_memory_estimate_grows_with_the_mesh():
    assert memory_mb((60, 20, 20)) < 300 < memory_mb((200, 100, 100))


def test_an_early_stop_keeps_the_volume_and_says_so():
    outcome = GenerativeDesign("x").run(Data(), {"case": "mbb"}, Budget(seconds=0.01)).outcome
    assert outcome.status == "feasible" and "--time" in outcome.warnings[0].en
    assert outcome.kpis["volume_fraction"].value == pytest.approx(0.5, abs=1e-2)
