"""Draws a design as PNG: a plane part from above, a part in space in parallel projection, coloured by stress."""

from __future__ import annotations

import io

import numpy as np

from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.scenarios.research_design.generative_design.surface import Surface

WIDTH = 960
PAPER = (255, 255, 255)
SCALE = np.array([[38, 82, 166], [52, 152, 186], [122, 190, 110], [245, 200, 66], [214, 62, 42]], dtype=float)
"""Blue (no stress) to red (the highest)."""


def colours(share: Array) -> Array:
    """Returns (…, 3) colours 0–255 for shares 0–1."""
    at = np.clip(share, 0, 1) * (len(SCALE) - 1)
    below = np.minimum(at.astype(int), len(SCALE) - 2)
    rest = (at - below)[..., None]
    mixed: Array = SCALE[below] * (1 - rest) + SCALE[below + 1] * rest
    return mixed


def plane(density: Array, stress: Array | None = None) -> bytes:
    """Returns the PNG of a plane part: black on white, or coloured by stress (same shape)."""
    from PIL import Image

    ink = np.zeros((*density.shape, 3)) if stress is None else colours(stress / max(float(stress.max()), 1e-30))
    paper = np.array(PAPER, dtype=float)
    mixed = paper + (ink - paper) * density[..., None]
    pixels = np.flip(np.swapaxes(mixed, 0, 1), axis=0).round().astype(np.uint8)
    zoom = max(1, round(WIDTH / density.shape[0]))
    image = Image.fromarray(pixels, "RGB").resize((density.shape[0] * zoom, density.shape[1] * zoom), Image.NEAREST)
    return _png(image)


def space(shape: Surface, stress: Array, cell: float) -> bytes:
    """Returns the PNG of a part in space seen from the front, above and right; `stress` on the grid of elements."""
    from PIL import Image, ImageDraw

    view = _view(azimuth=-50.0, elevation=28.0)
    seen = shape.points @ view.T
    corners = seen[shape.triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    towards = normal[:, 2] > 0
    lit = normal[towards] / np.maximum(np.linalg.norm(normal[towards], axis=1, keepdims=True), 1e-30)
    light = np.array([0.35, 0.5, 0.79])
    shade = 0.45 + 0.55 * np.clip(lit @ light, 0, 1)
    middles = shape.points[shape.triangles[towards]].mean(axis=1)
    at = np.clip((middles / cell).astype(int), 0, np.array(stress.shape) - 1)
    tone = colours(stress[tuple(at.T)] / max(float(stress.max()), 1e-30)) * shade[:, None]
    low, high = seen.min(axis=0), seen.max(axis=0)
    zoom = 2 * (WIDTH - 40) / max(high[0] - low[0], 1e-9)
    size = (2 * WIDTH, int((high[1] - low[1]) * zoom) + 80)
    flat = np.stack(
        [(corners[towards][..., 0] - low[0]) * zoom + 40, (high[1] - corners[towards][..., 1]) * zoom + 40], -1
    )
    image = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(image)
    for number in np.argsort(corners[towards][..., 2].mean(axis=1)):
        draw.polygon([tuple(point) for point in flat[number]], fill=tuple(int(value) for value in tone[number]))
    return _png(image.resize((size[0] // 2, size[1] // 2), Image.LANCZOS))


def _view(azimuth: float, elevation: float) -> Array:
    """Returns the rotation to right, up and towards the eye; the part's y is up, z towards the front."""
    turn, tilt = np.radians(azimuth), np.radians(elevation)
    right = np.array([np.cos(turn), 0, np.sin(turn)])
    eye = np.array([-np.sin(turn) * np.cos(tilt), np.sin(tilt), np.cos(turn) * np.cos(tilt)])
    return np.stack([right, np.cross(eye, right), eye])


def _png(image: object) -> bytes:
    from PIL import Image

    assert isinstance(image, Image.Image)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
