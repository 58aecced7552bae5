"""Finds `@account` in a text. An account may be of Chinese characters and needs no blank after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A stretch of the text: plain, or the mention of an account."""

    text: str
    account: str = ""


def pieces(text: str, accounts: Iterable[str]) -> list[Piece]:
    """Cuts a text at its mentions; joined again, the pieces are the text.

    The longest account wins (`@张三丰` before `@张三`). A mention starts the text or follows something that is no part
    of a mail address; in Latin script it ends where the word ends, so that `@anna` does not mention `ann`.
    """
    names = sorted(set(accounts), key=len, reverse=True)
    found: list[Piece] = []
    start = at = 0
    while (at := text.find("@", at)) >= 0:
        account = next((name for name in names if name and _stands(text, at, name)), "")
        if not account:
            at += 1
            continue
        if at > start:
            found.append(Piece(text[start:at]))
        start = at + 1 + len(account)
        found.append(Piece(text[at:start], account))
        at = start
    if start < len(text):
        found.append(Piece(text[start:]))
    return found


def mentioned(text: str, accounts: Iterable[str]) -> set[str]:
    return {piece.account for piece in pieces(text, accounts) if piece.account}


def _stands(text: str, at: int, name: str) -> bool:
    if not text.startswith(name, at + 1):
        return False
    before, after = text[at - 1 : at], text[at + 1 + len(name) : at + 2 + len(name)]
    return not _latin(before) and not (_latin(after) and _latin(name[-1]))


def _latin(sign: str) -> bool:
    return bool(sign) and sign.isascii() and (sign.isalnum() or sign in "_")
