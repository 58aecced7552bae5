"""Tujing 图景: a manufacturer's digital transformation, scenario by scenario, on its own data."""

__version__ = "0.1.0"
