"""Defect prediction from process data: which piece will be bad, how sure, and which settings drive it."""
