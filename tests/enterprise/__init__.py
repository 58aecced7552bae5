"""Tests of the enterprise room."""
