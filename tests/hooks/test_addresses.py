"""A webhook's address never leads inside, however it is written, and the call goes to the address that was judged."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.hooks import transport
from tujing.hooks.addresses import Rules, Target, may_call, parts, read_rules, target
from tujing.problems import BadInput

INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # cloud metadata
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",  # cloud metadata
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:808:808:0:0:80ff:fffe",  # Teredo, client 127.0.0.1
    "2001:db8::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_inner_address_may_not_be_called(address):
    assert not may_call(ipaddress.ip_address(address), 443)
    assert not may_call(ipaddress.ip_address(address), 80, Rules(plain=True))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_may_be_called_at_the_web_ports_only(address):
    found = ipaddress.ip_address(address)
    assert may_call(found, 443) and not may_call(found, 80) and may_call(found, 80, Rules(plain=True))
    assert not any(may_call(found, port, Rules(plain=True)) for port in (22, 25, 5432, 6379, 9200))


@given(st.ip_addresses(v=4))
def test_however_an_ipv4_address_is_wrapped_it_is_judged_as_itself(address):
    allowed = may_call(address, 443)
    number = int(address)
    wrapped = [f"::ffff:{address}", str(ipaddress.IPv6Address((0x64FF9B << 96) | number))]
    wrapped.append(str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80))))
    assert {may_call(ipaddress.ip_address(one), 443) for one in wrapped} == {allowed}


def test_whoever_runs_the_server_may_open_a_network_and_no_other():
    rules = read_rules("10.20.0.0/16, 192.168.7.5", plain=False)
    assert may_call(ipaddress.ip_address("10.20.3.4"), 9000, rules)
    assert may_call(ipaddress.ip_address("192.168.7.5"), 443, rules)
    assert not may_call(ipaddress.ip_address("10.21.0.1"), 443, rules)
    assert not may_call(ipaddress.ip_address("169.254.169.254"), 443, rules)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "https://user:secret@hooks.example/",
        "https://@hooks.example/",
        "https:///nowhere",
        "https://hooks.example:99999/",
        "https://hooks.example/a b",
        "https://hooks.example/\r\nHost: evil",
        "https://hooks.example/" + "x" * 2000,
        "hooks.example",
        "",
    ],
)
def test_what_is_no_plain_https_address_is_refused(url):
    with pytest.raises(BadInput):
        parts(url)


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "[::1]", "127.0.0.1."]
)
def test_other_spellings_of_this_machine_are_refused(host):
    with pytest.raises(BadInput):
        target(f"https://{host}/")


def answering(monkeypatch, *answers: list[str]) -> list[int]:
    """Makes the name server answer one list after the other; returns how often it was asked."""
    asked: list[int] = []

    def resolve(host, port, **_):
        asked.append(1)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_name_with_one_inner_address_among_public_ones_is_refused(monkeypatch):
    answering(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(BadInput) as refused:
        target("https://mixed.example/")
    assert refused.value.problems[0].code == "forbidden_address"


def test_a_name_that_leads_elsewhere_the_second_time_gains_nothing(monkeypatch):
    """DNS rebinding: judged public, then answered with the inside. The call goes to what was judged."""
    asked = answering(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    found = target("https://rebinding.example/hook?key=1")
    assert found == Target("https", "rebinding.example", 443, "/hook?key=1", "8.8.8.8")
    called = []

    def connect(address, *_):
        called.append(address)
        raise OSError("the test does not call anybody")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OSError):
        transport.post(found, b"{}", {})
    assert called == [("8.8.8.8", 443)] and len(asked) == 1
