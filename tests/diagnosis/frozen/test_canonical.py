"""One document, one sequence of bytes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.diagnosis.frozen.canonical import canonical, digest

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_reading_the_bytes_and_writing_them_again_changes_nothing(document):
    once = canonical(document)
    assert canonical(json.loads(once)) == once


@given(st.dictionaries(st.text(), st.integers()))
def test_the_order_of_keys_is_no_matter(document):
    assert canonical(document) == canonical(dict(reversed(document.items())))


def test_a_whole_number_has_one_way_of_writing():
    assert canonical({"a": 1.0}) == canonical({"a": 1}) == b'{"a":1}'
    assert canonical(1e22) == canonical(10**22) and canonical(-0.0) == b"0"
    assert canonical({1: "键"}) == '{"1":"键"}'.encode()


@pytest.mark.parametrize("document", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_an_error(document):
    with pytest.raises(ValueError):
        digest(document)
