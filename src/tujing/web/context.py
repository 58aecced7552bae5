"""What every page's frame needs: the menu, the current area, the organisations one may choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """One line of the menu. `area` is the URL name's part before the first underscore."""

    area: str
    url_name: str
    icon: str
    name: Any
    head: Any = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name)


MENU = (
    Entry("home", "home", "home", _("Overview")),
    Entry("atlas", "atlas", "map", _("Scenario atlas")),
    Entry("data", "data", "table", _("Data")),
    Entry("diagnosis", "diagnosis", "clipboard", _("1 Diagnose"), _("The loop")),
    Entry("plan", "plan", "route", _("2 Plan")),
    Entry("delivery", "delivery", "hammer", _("3 Implement")),
    Entry("evaluation", "evaluation", "scale", _("4 Evaluate")),
    Entry("iteration", "iteration", "spiral", _("5 Iterate")),
    Entry("scenarios", "scenarios", "play", _("Run scenarios"), _("Workbench")),
    Entry("people", "people", "people", _("Company and people")),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Adds the menu and the area of the page to every template."""
    match = getattr(request, "resolver_match", None)
    area = (match.url_name or "").split("_")[0] if match else ""
    return {
        "menu": MENU,
        "area": area,
        "organisation": getattr(request, "organisation", None),
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
    }
