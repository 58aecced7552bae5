"""No page has two elements of one id: scripts and labels would find the wrong one."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from tests.web.walk import PAGES, address


@pytest.mark.any_engine
def test_an_id_stands_once_on_a_page(works, sign_in):
    client = sign_in(works)
    twice: dict[str, list[str]] = {}
    for name in PAGES:
        response = client.get(address(name, works))
        if response.status_code != 200 or "text/html" not in response.headers["Content-Type"]:
            continue
        page = re.sub(r"<template.*?</template>", "", response.content.decode(), flags=re.DOTALL)
        counted = Counter(re.findall(r'<[a-z][^>]*\sid="([^"]+)"', page))
        if repeated := [one for one, count in counted.items() if count > 1]:
            twice[name] = repeated
    assert twice == {}
