"""Secrets at rest, sealed with a key from the installation's secret, so that a copied database alone tells nothing.

`seal("…", "mail_password")` gives text to store; `unseal(stored, "mail_password")` gives it back. A purpose has a key
of its own (HKDF-SHA256 of `settings.SECRET_KEY`), so that what is sealed for one purpose opens for no other. The cipher
is Fernet (AES-128-CBC with HMAC-SHA256). To change the installation's secret, put the new one above the old one in the
file `secret_key`: old seals still open, and `renew` makes them anew.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tujing.problems import refuse

PREFIX = "sealed:1:"
"""Tells a seal from plain text; the figure is the form, should it ever change."""


def seal(text: str, purpose: str) -> str:
    """Returns the text sealed for a purpose; sealing twice gives different seals."""
    return PREFIX + _keys(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """Returns the text.

    Raises
    ------
    BadInput
        When none of the installation's secrets opens it: the database came without its key, or it was tampered with.
    """
    try:
        return _keys(purpose).decrypt(_token(sealed)).decode()
    except InvalidToken:
        raise _unreadable(purpose) from None


def renew(sealed: str, purpose: str) -> str:
    """Returns the same text under the newest key.

    Raises
    ------
    BadInput
        When none of the installation's secrets opens it.
    """
    try:
        return PREFIX + _keys(purpose).rotate(_token(sealed)).decode()
    except InvalidToken:
        raise _unreadable(purpose) from None


def _token(sealed: str) -> bytes:
    if not sealed.startswith(PREFIX):
        raise InvalidToken
    return sealed.removeprefix(PREFIX).encode()


def _unreadable(purpose: str) -> Exception:
    return refuse(
        "seal_unreadable",
        "这项保密内容无法用本系统的密钥打开；请恢复原来的 secret_key，或重新填写。",
        "None of this installation's keys opens this secret; bring back the former secret_key, or enter it anew.",
        key=purpose,
    )


def _keys(purpose: str) -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([_key(str(secret), purpose) for secret in secrets])


@lru_cache(maxsize=64)
def _key(secret: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"tujing.sealing.{purpose}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
