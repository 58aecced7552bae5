"""Data grading and the duties that follow. Floor 5."""
