"""Data elements: the canonical tables through which everything passes. Floor 1."""
