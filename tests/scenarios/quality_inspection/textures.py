"""Seeded pictures of woven cloth, good and with eight planted kinds of defects, with masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

KINDS = ("scratch", "spot", "stain", "missing_texture", "misaligned_weave", "crack", "blob", "colour_shift")


def cloth(rng, size: int) -> np.ndarray:
    """Returns a good picture, height × width × 3, 0 to 1: a weave of random phase, with uneven light and noise."""
    y, x = np.mgrid[:size, :size].astype(float)
    return _colour(_weave(x + rng.uniform(0, 8), y + rng.uniform(0, 8), rng), rng, size)


def _weave(x, y, rng, angle: float = 0.0):
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    return 0.5 + 0.16 * np.sin(2 * np.pi * u / 8) * np.cos(2 * np.pi * v / 8) + 0.06 * np.sin(2 * np.pi * v / 4)


def _colour(light, rng, size):
    y, x = np.mgrid[:size, :size] / size
    light = light * (1 + 0.06 * rng.normal() * (x - 0.5) + 0.06 * rng.normal() * (y - 0.5))
    light = light + 0.02 * ndimage.gaussian_filter(rng.normal(size=(size, size)), 1.0) / 0.28
    return np.clip(light[..., None] * np.array([0.95, 0.9, 0.8]) + rng.normal(0, 0.015, (size, size, 3)), 0, 1)


def damaged(kind: str, rng, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns a picture with one defect, and where it is."""
    good = cloth(rng, size)
    y, x = np.mgrid[:size, :size].astype(float)
    cy, cx = rng.uniform(0.25, 0.75, 2) * size
    radius = rng.uniform(0.07, 0.13) * size
    disc = np.hypot(y - cy, x - cx)
    soft = np.clip(1.5 - disc / radius, 0, 1)
    if kind in ("scratch", "crack"):
        angle, length = rng.uniform(0, np.pi), rng.uniform(0.3, 0.5) * size
        along = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
        across = (y - cy) * np.cos(angle) - (x - cx) * np.sin(angle)
        if kind == "crack":
            across = across + 2.5 * np.sin(along / 5) + 1.5 * np.sin(along / 2.3 + 1)
        line = np.clip(1.6 - np.abs(across), 0, 1) * (np.abs(along) < length / 2)
        shift = 0.25 if kind == "scratch" else -0.3
        return np.clip(good + shift * line[..., None], 0, 1), line > 0
    if kind == "spot":
        small = np.clip(1.5 - disc / (0.45 * radius), 0, 1)
        return np.clip(good - 0.35 * small[..., None], 0, 1), small > 0.2
    if kind == "stain":
        return np.clip(good * (1 - soft[..., None] * np.array([0.05, 0.12, 0.3])), 0, 1), soft > 0.2
    if kind == "missing_texture":
        flat = np.stack([ndimage.gaussian_filter(good[..., i], 5) for i in range(3)], axis=-1)
        flat = flat + rng.normal(0, 0.015, flat.shape)
        return np.clip(good * (1 - soft[..., None]) + flat * soft[..., None], 0, 1), soft > 0.2
    if kind == "misaligned_weave":
        turned = _colour(_weave(x, y, rng, rng.uniform(0.35, 0.8)), rng, size)
        inside = (disc < 1.4 * radius)[..., None]
        return np.where(inside, turned, good), inside[..., 0]
    if kind == "blob":
        lump = np.exp(-((disc / radius) ** 2)) * (x - cx) / radius
        return np.clip(good + 0.3 * lump[..., None], 0, 1), disc < 1.3 * radius
    mix = soft[..., None] * np.array([0.1, -0.02, -0.08])
    return np.clip(good + mix, 0, 1), soft > 0.2


def write(folder: Path, good: int, each: int, size: int = 96, seed: int = 0, kinds=KINDS, masks: bool = True) -> Path:
    """Writes good pictures and `each` of every kind as PNG, with masks in `masks/<kind>/`; returns the folder."""
    rng = np.random.default_rng(seed)

    def save(array, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((array * 255).round().astype(np.uint8)).save(path)

    for number in range(good):
        save(cloth(rng, size), folder / "good" / f"{number:03d}.png")
    for kind in kinds:
        for number in range(each):
            picture, mask = damaged(kind, rng, size)
            save(picture, folder / kind / f"{number:03d}.png")
            if masks:
                save(mask.astype(float), folder / "masks" / kind / f"{number:03d}.png")
    return folder
