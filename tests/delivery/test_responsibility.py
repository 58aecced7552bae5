"""Every task of every project has one role that answers and one that does it."""

import pytest

from tujing.delivery.breakdown import templates
from tujing.delivery.responsibility import check_raci, raci
from tujing.problems import BadInput


@pytest.mark.parametrize("option", ["buy", "subscribe", "build"])
def test_the_generated_matrix_holds(option):
    for task in templates().tasks:
        matrix = raci(task.phase, task.role, option)
        check_raci(matrix, task.code)
        if option == "build":
            assert "integrator" not in matrix


@pytest.mark.parametrize(
    ("matrix", "code"),
    [
        ({"owner": "R"}, "one_accountable"),
        ({"owner": "A", "cio": "AR"}, "one_accountable"),
        ({"owner": "A", "cio": "C"}, "nobody_responsible"),
        ({"owner": "AR", "boss": "I"}, "unknown_role"),
        ({"owner": "AX"}, "unknown_letter"),
        ({"owner": ""}, "unknown_letter"),
    ],
)
def test_a_matrix_that_does_not_hold_is_refused(matrix, code):
    with pytest.raises(BadInput) as error:
        check_raci(matrix, "2.1")
    assert error.value.problems[0].code == code
