"""The four lists hold each entry of each manifest once."""

from __future__ import annotations

from tujing.atlas.labels import labels
from tujing.atlas.lists import LISTS, four_lists
from tujing.atlas.loader import atlas


def test_each_entry_is_in_its_list_once():
    lists, manifests = four_lists(atlas()), atlas().manifests.values()
    assert tuple(lists) == LISTS
    assert len(lists["data_elements"]) == sum(
        len(each.data_elements.reads) + len(each.data_elements.writes) for each in manifests
    )
    for name in ("knowledge_models", "tools", "skills"):
        assert len(lists[name]) == sum(len(getattr(each, name)) for each in manifests)


def test_rows_of_a_list_have_the_same_columns_with_headings():
    for rows in four_lists(atlas()).values():
        assert all(list(row) == list(rows[0]) for row in rows)
        assert {key.removesuffix("_zh").removesuffix("_en") for key in rows[0]} <= set(labels().headings)
