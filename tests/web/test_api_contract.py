"""The API's document, its diary and its client say the same as its operations."""

from __future__ import annotations

import re

import pytest
from scripts import api as written
from tests.web.api_walk import PERSONAL

from tujing.client.operations import Operations
from tujing.client.session import Session

AGAIN = "run python scripts/api.py"


@pytest.fixture(scope="module")
def found():
    return written.document()


def operations(found):
    return [(method, path, one) for path, each in found["paths"].items() for method, one in each.items()]


def test_the_committed_document_is_the_one_that_the_operations_make(found):
    assert written.DOCUMENT.read_text(encoding="utf-8") == written.as_text(found), AGAIN


def test_a_change_of_the_document_has_its_entry_in_the_diary(found):
    assert written.fingerprint(found) in written.DIARY.read_text(encoding="utf-8"), "write what changed into the diary"


def test_the_committed_client_is_the_one_that_the_document_makes(found):
    files = written.client_files(found)
    there = {path.name: path.read_text(encoding="utf-8") for path in written.OPERATIONS.glob("*.py")}
    assert there == files, AGAIN


def test_the_client_has_exactly_the_operations_of_the_document(found):
    client = Operations(Session(None))
    has = {
        f"{area}.{name}"
        for area, held in vars(client).items()
        if area != "session"
        for name in dir(held)
        if not name.startswith("_")
    }
    assert has == {one["operationId"] for _, _, one in operations(found)}


def test_the_document_is_openapi_3_1_and_every_operation_says_what_it_does_and_needs(found):
    from tujing.enterprise import rules

    assert found["openapi"] == "3.1.0"
    for method, path, one in operations(found):
        assert one["summary"] and one["x-action"] in rules.permissions(), path
        assert one["responses"]["4XX"] == {"$ref": "#/components/responses/Problem"}, path
        keys = [each["name"] for each in one["parameters"]]
        assert ("Idempotency-Key" in keys) == (method == "post"), path
        if method != "get" and one["operationId"] not in PERSONAL:
            assert one["x-action"] != "view", f"{path} changes something and needs no right to"


def test_each_path_is_served_by_one_area():
    """Of two, the second would never be asked: the first answers that its method is not possible."""
    from tujing.api.site import AREAS

    paths = [path for module in AREAS for path in module.area.router.path_operations]
    assert sorted(paths) == sorted(set(paths))


def test_every_list_comes_by_the_page(found):
    shapes = found["components"]["schemas"]
    for method, path, one in operations(found):
        name = str(one["responses"].get("200", {}).get("content", {})).rpartition("/")[2].strip("'}")
        if method == "get" and re.match(r"Page_|Rows$|Table$", name):
            assert {"page", "page_size"} <= {each["name"] for each in one["parameters"]}, path
            assert {"count", "next", "items"} <= set(shapes[name]["properties"]), name
