"""Events as signed JSON and as messages of chat bots."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from tujing.hooks.formats import Event, accepted, message, signature

EVENT = Event(
    id="d-1",
    kind="plan_made",
    name={"zh": "规划已生成", "en": "A plan is made"},
    organisation={"slug": "works", "zh": "甲厂", "en": "Works"},
    words={"zh": "新规划 [点我](http://evil) @所有人", "en": "A new plan"},
    data={"plan": 7},
    created="2026-11-30T08:00:00+08:00",
    moment=1_790_000_000,
)


def test_json_is_signed_so_that_a_receiver_can_check_it():
    made = message(EVENT, "json", "s3cret")
    told = json.loads(made.content)
    assert told["event"] == "plan_made" and told["data"] == {"plan": 7} and told["words"] == EVENT.words
    moment, digest = (part.partition("=")[2] for part in made.headers["Tujing-Signature"].split(","))
    wanted = hmac.new(b"s3cret", f"{moment}.".encode() + made.content, hashlib.sha256).hexdigest()
    assert digest == wanted
    assert made.headers["Tujing-Signature"] != signature("other", EVENT.moment, made.content)


@pytest.mark.parametrize("form", ["wecom", "dingtalk", "feishu"])
def test_a_bots_message_shows_the_sentence_and_lets_no_text_become_a_link_or_a_call(form):
    made = message(EVENT, form, "")
    text = json.dumps(json.loads(made.content), ensure_ascii=False)
    assert "规划" in text and "](http" not in text and "@所有人" not in text
    kind = json.loads(made.content).get("msgtype") or json.loads(made.content)["msg_type"]
    assert kind == ("interactive" if form == "feishu" else "markdown")


def test_bots_with_a_secret_are_signed_in_their_own_way():
    assert message(EVENT, "dingtalk", "SEC1").query.startswith("timestamp=1790000000000&sign=")
    told = json.loads(message(EVENT, "feishu", "k").content)
    assert told["timestamp"] == "1790000000" and len(told["sign"]) == 44


@pytest.mark.parametrize(
    ("form", "status", "content", "is_taken"),
    [
        ("json", 204, b"", True),
        ("json", 302, b"", False),
        ("json", 500, b"", False),
        ("wecom", 200, b'{"errcode": 0, "errmsg": "ok"}', True),
        ("wecom", 200, b'{"errcode": 93000}', False),
        ("feishu", 200, b'{"code": 0}', True),
        ("feishu", 200, b'{"code": 19021}', False),
        ("dingtalk", 200, b"<html>", False),
    ],
)
def test_an_answer_is_a_success_only_where_the_receiver_says_so(form, status, content, is_taken):
    assert accepted(form, status, content) is is_taken
