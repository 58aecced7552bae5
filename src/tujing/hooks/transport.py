"""One POST to a checked address: to that address and no other, no redirect followed, little read, not for long."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping

from tujing.hooks.addresses import Target

SECONDS = 10.0
MOST_READ = 64 * 1024


class _Plain(http.client.HTTPConnection):
    """Connects to the judged address, whatever the name says by now."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self.target = target

    def connect(self) -> None:
        self.sock = socket.create_connection((self.target.address, self.target.port), SECONDS)


class _Secure(_Plain):
    """The same under TLS; the certificate must be the name's."""

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.target.host)


def post(target: Target, content: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Returns status and the first 64 KB of the answer.

    Raises
    ------
    OSError
        When there is no connection, no valid certificate, or no answer in time.
    """
    connection = (_Secure if target.scheme == "https" else _Plain)(target)
    default = 443 if target.scheme == "https" else 80
    host = f"[{target.host}]" if ":" in target.host else target.host
    named = host if target.port == default else f"{host}:{target.port}"
    try:
        connection.request("POST", target.path, content, {**headers, "Host": named, "Connection": "close"})
        response = connection.getresponse()
        return response.status, response.read(MOST_READ)
    except http.client.HTTPException as error:
        raise OSError(f"no valid answer: {type(error).__name__}") from error
    finally:
        connection.close()
