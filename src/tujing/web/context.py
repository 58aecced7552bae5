"""What every page's frame needs: the menu, the current area, the organisations one may choose."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tujing.web.menu import OWN, menu_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """Adds the menu and the area of the page to every template."""
    match = getattr(request, "resolver_match", None)
    organisation = getattr(request, "organisation", None)
    return {
        # Parts of pages have no menu: it is asked for only where it is drawn.
        "menu": SimpleLazyObject(lambda: menu_for(request.user, organisation)),
        "own_menu": [entry for entry in OWN if entry.url] if organisation else [],
        "area": (match.url_name or "").split("_")[0] if match else "",
        "organisation": organisation,
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
    }
