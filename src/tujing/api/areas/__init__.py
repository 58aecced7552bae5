"""The operations, one module an area."""
