"""The model as one ONNX file: features in, remaining life in hours out; and the check that it says the same.

Every fold's pipelines are converted and joined in one graph as a voting ensemble with the learned weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tujing.scenarios.service.predictive_maintenance.fleet import Floats
from tujing.scenarios.service.predictive_maintenance.learner import Learned

TOLERANCE = 1e-3
"""Largest difference, as a share of the cap, between the file and the model (single against double precision)."""


def onnx_model(learned: Learned) -> bytes:
    """Returns the ensemble as ONNX: input `features` (rows × features, float32), output `variable` as share of the cap,
    before clipping to 0–1 and averaging over the last steps.
    """
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType
    from sklearn.ensemble import VotingRegressor

    kinds = range(len(learned.weights))
    used = [one for one in kinds if learned.weights[one] > 1e-6]
    fitted: list[tuple[str, Any]] = [
        (f"fold{fold}_{one}", models[one]) for fold, models in enumerate(learned.models) for one in used
    ]
    weights = np.array([float(learned.weights[one]) for _ in learned.models for one in used])
    vote = VotingRegressor(fitted, weights=weights)
    vote.estimators_ = [model for _, model in fitted]
    shape = [("features", FloatTensorType([None, learned.features.shape[1]]))]
    content: bytes = convert_sklearn(vote, initial_types=shape, target_opset=17).SerializeToString()
    return content


def difference(learned: Learned, content: bytes, features: Floats) -> float:
    """Returns the largest difference between the file, run by onnxruntime, and the model, as a share of the cap."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    file = session.run(None, {session.get_inputs()[0].name: features.astype(np.float32)})[0].ravel()
    model = np.mean(
        [np.column_stack([one.predict(features) for one in models]) @ learned.weights for models in learned.models],
        axis=0,
    )
    return float(np.abs(np.clip(file, 0, 1) - np.clip(model, 0, 1)).max())
