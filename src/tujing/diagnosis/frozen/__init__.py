"""Frozen copies of assessments: canonical bytes, their hash, and the check that nobody changed them."""
