"""Grading by any official form: one schema for them all, one scoring method a kind of rule."""
