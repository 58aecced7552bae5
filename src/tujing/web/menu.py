"""The menu: every line of it in one place. A line is shown where its page exists and the role may open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from tujing.enterprise.models import Organisation
from tujing.enterprise.services import allowed_actions


@dataclass(frozen=True)
class Entry:
    """One line. `area` is the URL name's part before the first underscore of the pages that belong to it."""

    area: str
    url_name: str
    icon: str
    name: Any
    key: str = ""
    """Typed after `g`, it leads here."""
    action: str = "view"

    @property
    def url(self) -> str | None:
        """The page's address; None where this installation has no such page."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return None


@dataclass(frozen=True)
class Section:
    head: Any
    entries: tuple[Entry, ...]


MENU = (
    Section("", (Entry("home", "home", "home", _("Overview"), "h"),)),
    Section(
        _("The loop"),
        (
            Entry("diagnosis", "diagnosis", "clipboard", _("1 Diagnose"), "d"),
            Entry("plan", "plan", "route", _("2 Plan"), "p"),
            Entry("delivery", "delivery", "hammer", _("3 Implement"), "i"),
            Entry("evaluation", "evaluation", "scale", _("4 Evaluate"), "e"),
            Entry("iteration", "iteration", "spiral", _("5 Iterate"), "n"),
        ),
    ),
    Section(
        _("Map and data"),
        (
            Entry("atlas", "atlas", "map", _("Scenario atlas"), "m"),
            Entry("data", "data", "table", _("Data"), "t"),
        ),
    ),
    Section(_("Workbench"), (Entry("scenarios", "scenarios", "play", _("Run scenarios"), "w"),)),
    Section(
        _("Company"),
        (
            Entry("chain", "chain", "link", _("Chain and region"), "c", "oversee"),
            Entry("people", "people", "people", _("Company and people"), "u"),
            Entry("operations", "operations", "gear", _("Administration"), "a", "administer"),
            Entry("hooks", "hooks", "bell", _("Webhooks"), "o", "administer"),
        ),
    ),
    Section(_("Knowledge"), (Entry("help", "help", "book", _("Help and terms"), "?"),)),
)


OWN = (
    Entry("account", "account", "user", _("My account")),
    Entry("account", "account_tokens", "link", _("My tokens")),
    Entry("notices", "notices_preferences", "bell", _("Choose how you are told")),
)
"""Under the person's name."""


def entries() -> list[Entry]:
    return [entry for section in MENU for entry in section.entries]


def menu_for(user: Any, organisation: Organisation | None) -> list[Section]:
    """The sections that a person sees; an empty one is left out. Without an organisation there are none."""
    if organisation is None:
        return []
    allowed = allowed_actions(user, organisation)

    def shown(entry: Entry) -> bool:
        return entry.url is not None and entry.action in allowed

    sections = [Section(one.head, tuple(entry for entry in one.entries if shown(entry))) for one in MENU]
    return [one for one in sections if one.entries]
