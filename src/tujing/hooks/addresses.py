"""Which addresses the server may be made to call: public ones, and those that whoever runs it has allowed.

A webhook's address is typed by a user, and the server calls it from inside the factory's network: without care it would
reach what only insiders should (server-side request forgery). So the name is resolved here, every address it has is
judged, and the connection goes to the very address that was judged: a name that answers differently the next time
(DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from tujing.problems import BadInput, refuse

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
PORTS = {443, 8443}
PLAIN_PORTS = {80, 8080}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
LONGEST = 2000


@dataclass(frozen=True)
class Rules:
    """What whoever runs the server allows beyond the public internet by HTTPS."""

    networks: tuple[Network, ...] = ()
    """Private networks whose addresses may be called, on any port."""
    plain: bool = False
    """Whether `http://` is taken."""


@dataclass(frozen=True)
class Target:
    """A checked address: what to connect to, and what to say there."""

    scheme: str
    host: str
    port: int
    path: str
    address: str
    """The judged IP address."""


def read_rules(networks: str, plain: bool) -> Rules:
    """Reads a comma-separated list of networks, `10.20.0.0/16, 192.168.7.5`."""
    named = [one.strip() for one in networks.split(",") if one.strip()]
    return Rules(tuple(ipaddress.ip_network(one, strict=False) for one in named), plain)


def target(url: str, rules: Rules = Rules()) -> Target:
    """Resolves and judges an address.

    Raises
    ------
    BadInput
        When it is no web address that may be called; says why.
    """
    scheme, host, port, path = parts(url, rules)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        zh, en = f"找不到主机 {host}，请检查地址。", f"There is no host {host}; check the address."
        raise _bad("unknown_host", zh, en) from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    # All of them: a name that has a public and a private address would let the second one in by chance.
    for one in addresses:
        if not may_call(ipaddress.ip_address(one.partition("%")[0]), port, rules):
            raise _bad(
                "forbidden_address",
                f"{host} 指向内部或保留地址，不允许调用；确需调用内网系统，请管理员设置 TUJING_HOOK_NETWORKS。",
                f"{host} leads to an internal or reserved address, which may not be called. To reach a system of your "
                "own network, whoever runs the server sets TUJING_HOOK_NETWORKS.",
            )
    return Target(scheme, host, port, path, addresses[0])


def parts(url: str, rules: Rules = Rules()) -> tuple[str, str, int, str]:
    """Returns scheme, host, port and path of an address of the right form; asks no name server."""
    if len(url) > LONGEST or any(letter.isspace() or ord(letter) < 33 for letter in url):
        raise _bad("bad_url", "地址过长，或含有空格。", "The address is too long, or holds blanks.")
    try:
        split = urlsplit(url)
        port, host = split.port, (split.hostname or "").rstrip(".").encode("idna").decode()
    except (ValueError, UnicodeError):
        raise _bad("bad_url", "这不是有效的网址。", "This is no web address.") from None
    schemes = {"https", "http"} if rules.plain else {"https"}
    if split.scheme not in schemes or not host or split.username is not None or split.password is not None:
        raise _bad(
            "bad_url",
            "请填写以 https:// 开头、不含用户名和密码的网址。",
            "Give an address that begins with https:// and holds no user name or password.",
        )
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    return split.scheme, host, port or (443 if split.scheme == "https" else 80), path


def may_call(address: Address, port: int, rules: Rules = Rules()) -> bool:
    """Returns whether an address may be called at a port."""
    inner = _inside(address)
    if any(inner.version == one.version and inner in one for one in rules.networks):
        return True
    allowed = PORTS | (PLAIN_PORTS if rules.plain else set())
    return port in allowed and inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


def _inside(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    packed = address.packed
    if address in NAT64 or packed[:12] == bytes(12):  # also the old IPv4-compatible form
        return ipaddress.IPv4Address(packed[12:])
    return address


def _bad(code: str, zh: str, en: str) -> BadInput:
    return refuse(code, zh, en, key="url")
