"""Calls from this server to addresses that a company entered: to public HTTPS hosts, or those the operator named.

Whoever enters an address could otherwise make the server read its own machine or the network behind it (SSRF).
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

TIMEOUT_SECONDS = 10
LARGEST_ANSWER = 1024 * 1024


class NotAllowed(requests.RequestException):
    """The address is one that this server must not call."""


def check(address: str) -> None:
    """Raises NotAllowed for what is not HTTPS to a public host, unless the operator named the host.

    Source: the address classes of RFC 6890, as `ipaddress` knows them.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme in ("http", "https") and host in allowed_hosts():
        return
    if parts.scheme != "https":
        raise NotAllowed(f"{parts.scheme}://{host} is not HTTPS")
    try:
        found = {one[4][0] for one in socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError, ValueError) as error:
        raise NotAllowed(f"{host} is not known") from error
    if not all(ipaddress.ip_address(str(one).partition("%")[0]).is_global for one in found):
        raise NotAllowed(f"{host} is not a public address")


def allowed_hosts() -> set[str]:
    """Hosts that the operator named, the installation's own sign-on among them."""
    site = urlsplit(settings.SITE_SIGN_ON["issuer"]).hostname
    return {*settings.OUTBOUND_HOSTS, *([site] if site else [])}


class Session(requests.Session):
    """A session whose every call is checked, follows no redirect, waits ten seconds and reads one megabyte at most."""

    def request(self, method: str, url: str, **more: Any) -> requests.Response:  # type: ignore[override]
        check(url)
        limits = {"timeout": TIMEOUT_SECONDS, "allow_redirects": False, "stream": True}
        response = super().request(method, url, **{**more, **limits})
        content = response.raw.read(LARGEST_ANSWER + 1, decode_content=True)
        if len(content) > LARGEST_ANSWER:
            raise NotAllowed(f"the answer of {urlsplit(url).hostname} is too large")
        response._content = content
        return response
