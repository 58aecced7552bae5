"""One small network of the ensemble: fitted by passes, kept in a file of plain arrays and read back from it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tujing.scenarios.service.predictive_maintenance.fleet import Floats

LAYERS = (64, 32)
STEP, LATE_STEP = 2e-3, 1.6e-4


def load() -> None:
    """Loads the library that the networks are from, which takes seconds the first time."""
    importlib.import_module("sklearn.neural_network")


def fit_network(name: str, rows: Floats, goal: Floats, seed: int, passes: int, told: Callable[[int], bool]) -> Any:
    """Fits by passes over the rows, with a falling step; `told` hears how many are done and may end it after any."""
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(rows)
    standard = scaler.transform(rows)
    network = _plain(name, int(np.clip(len(rows) // 60, 16, 256)), seed)
    slow = passes - passes // 4
    for number in range(passes):
        network.partial_fit(standard, goal)
        # sklearn's adam keeps its own step; late passes average the noise out with a smaller one.
        network._optimizer.learning_rate_init = LATE_STEP if number >= slow else STEP
        if told(number + 1):
            break
    return _behind(scaler, network)


def write_network(path: Path, model: Any) -> None:
    """Writes scaler and weights as arrays; the file appears whole or not at all."""
    scaler, network = model[0], model[-1]
    arrays = {"mean": scaler.mean_, "scale": scaler.scale_}
    for layer, (weights, shift) in enumerate(zip(network.coefs_, network.intercepts_, strict=True)):
        arrays[f"weights_{layer}"], arrays[f"shift_{layer}"] = weights, shift
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, **arrays)
    part.replace(path)


def read_network(path: Path, name: str) -> Any:
    """Reads what `write_network` wrote; it predicts the same. Nothing in the file is executed."""
    from sklearn.preprocessing import StandardScaler

    with np.load(path, allow_pickle=False) as kept:
        count = len(kept["mean"])
        # A row each teaches both what they need to know of shapes; then the kept figures take their place.
        row = np.zeros((1, count))
        scaler, network = StandardScaler().fit(row), _plain(name, 1, 0)
        network.partial_fit(row, np.zeros(1))
        scaler.mean_, scaler.scale_ = kept["mean"], kept["scale"]
        layers = range(len(LAYERS) + 1)
        network.coefs_ = [kept[f"weights_{layer}"] for layer in layers]
        network.intercepts_ = [kept[f"shift_{layer}"] for layer in layers]
    return _behind(scaler, network)


def _plain(name: str, batch: int, seed: int) -> Any:
    from sklearn.neural_network import MLPRegressor

    return MLPRegressor(
        hidden_layer_sizes=LAYERS,
        activation="tanh" if "tanh" in name else "relu",
        alpha=0.1,
        learning_rate_init=STEP,
        batch_size=batch,
        random_state=seed,
    )


def _behind(scaler: Any, network: Any) -> Any:
    from sklearn.pipeline import make_pipeline

    return make_pipeline(scaler, network)
