"""An event written as our own signed JSON, or as a message that a chat's bot shows.

The messages follow the bots' public descriptions (企业微信群机器人, 钉钉自定义机器人, 飞书自定义机器人).
Status of those forms: recalled.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

SIGNATURE = "Tujing-Signature"
HARMLESS = str.maketrans("[]<>@`", "［］＜＞＠｀")


@dataclass(frozen=True)
class Event:
    """What is to be told. `words` are `{"zh", "en"}`, `moment` seconds since 1970."""

    id: str
    kind: str
    name: Mapping[str, str]
    organisation: Mapping[str, str]
    words: Mapping[str, str]
    data: Mapping[str, Any]
    created: str
    moment: int


@dataclass(frozen=True)
class Message:
    """What is sent: more for the address's query, headers and content."""

    query: str
    headers: Mapping[str, str]
    content: bytes


def message(event: Event, form: str, secret: str) -> Message:
    """Writes an event in a format, signed where there is a secret."""
    return {"json": _json, "wecom": _wecom, "dingtalk": _dingtalk, "feishu": _feishu}[form](event, secret)


def signature(secret: str, moment: int, content: bytes) -> str:
    """`t=<seconds>,v1=<hex HMAC-SHA256 over "<seconds>.<content>">`, as `Tujing-Signature` carries it."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + content, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def accepted(form: str, status: int, content: bytes) -> bool:
    """Whether the receiver took it: a 2xx, and from a bot an answer without an error code."""
    if not 200 <= status < 300:
        return False
    if form == "json":
        return True
    try:
        told = json.loads(content)
    except ValueError:
        return False
    return isinstance(told, dict) and not (told.get("errcode") or told.get("code"))


def _json(event: Event, secret: str) -> Message:
    told = {
        "id": event.id,
        "event": event.kind,
        "created": event.created,
        "organisation": dict(event.organisation),
        "words": dict(event.words),
        "data": dict(event.data),
    }
    content = json.dumps(told, ensure_ascii=False).encode()
    signed = {SIGNATURE: signature(secret, event.moment, content)} if secret else {}
    return Message("", {"Content-Type": "application/json; charset=utf-8", **signed}, content)


def _wecom(event: Event, secret: str) -> Message:
    return _chat({"msgtype": "markdown", "markdown": {"content": _markdown(event)}})


def _dingtalk(event: Event, secret: str) -> Message:
    told = {"msgtype": "markdown", "markdown": {"title": event.name["zh"], "text": _markdown(event)}}
    if not secret:
        return _chat(told)
    milliseconds = event.moment * 1000
    digest = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    return _chat(told, f"timestamp={milliseconds}&sign={quote_plus(base64.b64encode(digest))}")


def _feishu(event: Event, secret: str) -> Message:
    card = {
        "header": {"title": {"tag": "plain_text", "content": event.name["zh"]}},
        "elements": [{"tag": "markdown", "content": _plain(event.words["zh"])}],
    }
    told: dict[str, Any] = {"msg_type": "interactive", "card": card}
    if secret:
        key = f"{event.moment}\n{secret}".encode()
        sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
        told = {"timestamp": str(event.moment), "sign": sign, **told}
    return _chat(told)


def _chat(told: Mapping[str, Any], query: str = "") -> Message:
    content = json.dumps(told, ensure_ascii=False).encode()
    return Message(query, {"Content-Type": "application/json; charset=utf-8"}, content)


def _markdown(event: Event) -> str:
    return f"**{_plain(event.name['zh'])}** · {_plain(event.organisation['zh'])}\n\n{_plain(event.words['zh'])}"


def _plain(text: str) -> str:
    """User text inside Markdown: what could make a link or call somebody becomes the wide form of itself."""
    return text.translate(HARMLESS)
