"""The site's addresses, a module an area. A URL name's part before the first underscore is its area in the menu.

The path converters that several areas use are registered here, before any area is read.
"""

from __future__ import annotations

from django.urls import register_converter


class ScenarioId:
    """`wing/name`, a scenario's id."""

    regex = r"[a-z_]+/[a-z][a-z0-9_]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Listing:
    """The ending of a list to download: `csv` or `xlsx`."""

    regex = "csv|xlsx"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ScenarioId, "scenario")
register_converter(Listing, "listing")
