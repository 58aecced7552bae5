"""Surfaces are closed, face outwards and hold the volume; files are what they say."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tujing.scenarios.research_design.generative_design import picture
from tujing.scenarios.research_design.generative_design.surface import level_for, stl, surface


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.booleans(), st.booleans())
def test_every_edge_is_shared_by_two_triangles(seed, plane, grey):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 7, 2 if plane else 3))
    density = rng.random(shape) if grey else (rng.random(shape) > 0.5).astype(float)
    density.flat[0] = 1.0
    found = surface(density, 0.5, 2.0, 3.0)
    assert len(found.triangles) and found.open_edges() == 0
    assert found.volume() > 0


def test_a_full_box_has_its_volume():
    assert surface(np.ones((8, 6, 5)), 0.5, 1.0, 1.0).volume() == pytest.approx(240, rel=0.12)
    assert surface(np.ones((20, 10)), 0.5, 2.0, 5.0).volume() == pytest.approx(4000, rel=0.02)


def test_stl_and_pictures_can_be_read():
    from PIL import Image

    density = np.zeros((12, 6, 6))
    density[2:10, 1:5, 1:5] = 1
    shape = surface(density, level_for(density, density.mean()), 1.0, 1.0)
    content = stl(shape, "box")
    assert len(content) == 84 + 50 * len(shape.triangles)
    assert int.from_bytes(content[80:84], "little") == len(shape.triangles)
    for png in (
        picture.space(shape, density, 1.0),
        picture.plane(density[:, :, 3]),
        picture.plane(density[:, :, 3], density[:, :, 3]),
    ):
        assert Image.open(io.BytesIO(png)).format == "PNG"
