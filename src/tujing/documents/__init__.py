"""The documents that the API and its client speak: one module an area, plain pydantic, shared by both sides.

Amounts are in yuan, days and moments ISO 8601, shares 0–1. Within v1 a field may be added; none is renamed or taken
away.
"""
