"""What to believe of an effect after it was measured: a normal prior times a normal measurement.

The prior is the firm's own belief of before, or else what the hierarchy says (`tujing.adoption.hierarchy`): this firm ←
its industry and size ← the world.
"""

from __future__ import annotations

from tujing.adoption.hierarchy import Belief, from_range, update

__all__ = ["Belief", "from_range", "update"]
