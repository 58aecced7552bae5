from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.assurance.grading import ORDER, Degree, HarmedObject, duties, grade

harms = st.tuples(st.sampled_from(get_args(HarmedObject)), st.sampled_from(get_args(Degree)))


@given(st.lists(harms), harms)
def test_one_more_harm_never_lowers_the_grade(some, more):
    assert ORDER.index(grade([*some, more])) >= ORDER.index(grade(some))


@pytest.mark.parametrize(
    ("harmed", "degree", "expected"),
    [
        ("national_security", "ordinary", "important"),
        ("economy", "especially_serious", "core"),
        ("economy", "ordinary", "general"),
        ("organisation", "especially_serious", "general"),
    ],
)
def test_the_cells_of_the_table(harmed, degree, expected):
    assert grade([(harmed, degree)]) == expected


def test_each_grade_includes_the_duties_below():
    counts = [len(duties(name).duties) for name in ORDER]
    assert counts == sorted(counts) and len(set(counts)) == 3


@pytest.mark.django_db
def test_the_ledger_shows_only_the_organisations_own_tables(organisation):
    import pyarrow as pa

    from tujing.assurance.services import ledger
    from tujing.dataspace.services import write_table
    from tujing.enterprise.models import Organisation

    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    table = pa.table({"product_id": ["P1"], "name": ["轴"], "kind": ["finished"], "unit": ["件"]})
    write_table(organisation, "product", table, source="test")
    assert [row["element"] for row in ledger(organisation)["tables"]] == ["product"]
    assert ledger(stranger)["tables"] == []
