"""Mentions: found in any script, never lost, never invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.conversation.mentions import mentioned, pieces

ACCOUNTS = ["ann", "anna", "张三", "张三丰", "li.wei"]
TEXTS = st.text(alphabet="@ann a张三丰li.wei,x。\n")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@anna 请看", {"anna"}),
        ("请@张三丰看一下", {"张三丰"}),
        ("请@张三看一下，@li.wei。", {"张三", "li.wei"}),
        ("(@ann)", {"ann"}),
        ("@anneliese", set()),
        ("write to bob@ann", set()),
        ("@", set()),
        ("@@ann", {"ann"}),
        ("@nobody", set()),
    ],
)
def test_mentions(text, found):
    assert mentioned(text, ACCOUNTS) == found


@given(TEXTS)
def test_the_pieces_are_the_text(text):
    cut = pieces(text, ACCOUNTS)
    assert "".join(one.text for one in cut) == text
    assert all(one.text for one in cut)
    assert all(one.account in ACCOUNTS and one.text == f"@{one.account}" for one in cut if one.account)


@given(TEXTS, st.sampled_from(ACCOUNTS))
def test_a_mention_on_its_own_is_always_found(text, account):
    assert account in mentioned(f"{text} @{account} ", ACCOUNTS)


@given(TEXTS)
def test_without_accounts_nothing_is_mentioned(text):
    assert mentioned(text, []) == set()
