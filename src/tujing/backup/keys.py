"""The installation's secret key under a passphrase, and its fingerprint. Pure.

The passphrase is stretched by scrypt (RFC 7914: n = 2^15, r = 8, p = 1, 32 MB), the key sealed by Fernet (AES-128-CBC
with HMAC-SHA256).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken

from tujing.backup.archive import SealedKey
from tujing.problems import refuse

SHORTEST = 10


def fingerprint(key: str) -> str:
    """Returns what is the same for the same key and tells nothing about it."""
    return hmac.new(key.encode(), b"tujing backup: which key", hashlib.sha256).hexdigest()[:32]


def seal(key: str, passphrase: str) -> SealedKey:
    """Seals the key.

    Raises
    ------
    BadInput
        When the passphrase is too short to protect it.
    """
    if len(passphrase) < SHORTEST:
        raise refuse(
            "weak_passphrase",
            f"口令至少 {SHORTEST} 个字符。",
            f"The passphrase takes at least {SHORTEST} characters.",
            key="passphrase",
        )
    salt = secrets.token_bytes(16)
    return SealedKey(salt=base64.b64encode(salt).decode(), sealed=_box(passphrase, salt).encrypt(key.encode()).decode())


def unseal(sealed: SealedKey, passphrase: str) -> str:
    """Returns the key.

    Raises
    ------
    BadInput
        When the passphrase is not the one it was sealed with.
    """
    try:
        return _box(passphrase, base64.b64decode(sealed.salt)).decrypt(sealed.sealed.encode()).decode()
    except (InvalidToken, ValueError):
        raise refuse(
            "wrong_passphrase",
            "口令不正确；不填口令也可以恢复，只是密钥仍用本机的。",
            "The passphrase is not right; without one the restore works too and keeps this installation's own key.",
            key="passphrase",
        ) from None


def _box(passphrase: str, salt: bytes) -> Fernet:
    stretched = hashlib.scrypt(passphrase.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=64 * 1024 * 1024, dklen=32)
    return Fernet(base64.urlsafe_b64encode(stretched))
