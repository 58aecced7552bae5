"""The shipped data elements hold together, and a broken definition is refused with file, key and sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tujing.elements.definition import TABLES, element, elements, read_element
from tujing.problems import BadInput

BROKEN = Path(__file__).parent / "broken"


def test_every_shipped_element_reads_and_every_reference_is_found():
    assert {"product", "work_order", "operation_event", "financial_baseline"} <= set(elements())


@pytest.mark.parametrize("name", sorted(elements()))
def test_a_reference_has_the_type_of_its_target(name):
    for column in element(name).columns.values():
        if column.reference:
            target, _, target_column = column.reference.partition(".")
            assert element(target).columns[target_column].type == column.type


@pytest.mark.parametrize("name", sorted(elements()))
def test_no_two_columns_share_a_label(name):
    columns = element(name).columns.values()
    assert len({column.label.zh for column in columns}) == len(columns)
    assert len({column.label.en for column in columns}) == len(columns)


@pytest.mark.parametrize(
    ("file", "code", "key"),
    [
        ("missing_key.yaml", "missing", "key"),
        ("unknown_type.yaml", "literal_error", "columns.a.type"),
        ("misspelt_entry.yaml", "extra_forbidden", "columns.a.requierd"),
        ("key_not_required.yaml", "value_error", ""),
        ("other_name.yaml", "name_differs", "name"),
        ("not_yaml.yaml", "bad_yaml", ""),
    ],
)
def test_a_broken_definition_is_refused_with_its_key(file, code, key):
    with pytest.raises(BadInput) as caught:
        read_element(BROKEN / file)
    problem = caught.value.problems[0]
    assert (problem.code, problem.key) == (code, key)
    assert problem.file.endswith(file)
    assert problem.words.zh and problem.words.en


def test_a_reference_to_nowhere_is_refused(tmp_path):
    shutil.copy(TABLES / "work_order.yaml", tmp_path)
    with pytest.raises(BadInput) as caught:
        elements(tmp_path)
    assert caught.value.problems[0].code == "unknown_reference"


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(BadInput) as caught:
        element("work_ordr")
    assert "work_order" in caught.value.problems[0].words.zh
