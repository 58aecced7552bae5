"""Which OpenID Connect providers there are, the installation's own and those of companies; whom each lets join."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from allauth.socialaccount.models import SocialApp
from django.conf import settings

from tujing.enterprise.models import Organisation, Role, SignOn
from tujing.enterprise.security_services import JOINABLE, client_secret

SITE = "site"


@dataclass(frozen=True)
class Door:
    """A provider as the sign-in page offers it."""

    id: str
    name: str
    host: str
    organisation_id: str = ""
    """Blank: the installation's own provider."""


@dataclass(frozen=True)
class Joining:
    """What somebody gets whom a provider knows and this installation does not."""

    organisation: Organisation
    role: str
    domains: tuple[str, ...]

    def takes(self, mail: str, verified: bool) -> bool:
        """A domain counts only for an address that the provider has checked."""
        return not self.domains or (verified and mail.rpartition("@")[2].lower() in self.domains)


def doors(listed_only: bool = True, organisations: Iterable[str] = ()) -> list[Door]:
    """Returns the installation's provider and the companies' — those listed, or of some companies."""
    found = []
    if settings.SITE_SIGN_ON["issuer"]:
        site = settings.SITE_SIGN_ON
        host = urlsplit(site["issuer"]).hostname or ""
        found.append(Door(SITE, site["name"] or host, host))
    rows = SignOn.objects.filter(listed=True) if listed_only else SignOn.objects.filter(organisation__in=organisations)
    for one in rows.order_by("name"):
        host = urlsplit(one.issuer).hostname or ""
        found.append(Door(one.organisation_id.hex, one.name, host, str(one.organisation_id)))
    return found


def apps(provider: str | None = None) -> list[SocialApp]:
    """Returns the providers as allauth wants them, with their secrets opened; none of them is stored like that."""
    found = []
    site = settings.SITE_SIGN_ON
    if site["issuer"] and provider in (None, "openid_connect", SITE):
        found.append(
            _app(SITE, site["name"] or SITE, site["issuer"].rstrip("/"), site["client_id"], site["client_secret"])
        )
    for one in _rows(provider):
        found.append(_app(one.organisation_id.hex, one.name, one.issuer, one.client_id, client_secret(one)))
    return found


def organisation_of(provider: str) -> str:
    """Returns the key of the company whose provider it is; blank for the installation's own."""
    row = next(iter(_rows(provider)), None) if provider != SITE else None
    return str(row.organisation_id) if row else ""


def joining(provider: str) -> Joining | None:
    """Returns whom a provider lets join, or None when it lets nobody."""
    if provider == SITE:
        slug, _, role = settings.SITE_SIGN_ON["join"].partition(":")
        organisation = Organisation.objects.filter(slug=slug).first()
        if organisation is None or role not in JOINABLE:
            return None
        return Joining(organisation, role, _domains(settings.SITE_SIGN_ON["join_domains"].split(",")))
    row = next(iter(_rows(provider)), None)
    if row is None or row.join_role not in Role.values:
        return None
    return Joining(row.organisation, row.join_role, _domains(row.join_domains))


def _rows(provider: str | None) -> Iterable[SignOn]:
    rows = SignOn.objects.select_related("organisation")
    if provider in (None, "openid_connect"):
        return rows
    try:
        return rows.filter(organisation_id=UUID(provider))
    except ValueError:
        return ()


def _domains(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(one.strip().lower() for one in given if one.strip())


def _app(provider_id: str, name: str, issuer: str, client_id: str, secret: str) -> SocialApp:
    return SocialApp(
        provider="openid_connect",
        provider_id=provider_id,
        name=name[:40],
        client_id=client_id,
        secret=secret,
        settings={"server_url": issuer, "issuer": issuer},
    )
