"""Reads and writes shown as pages; one module per area."""
