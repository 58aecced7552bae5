"""Standard instance files are read as they are, and broken ones refused with the row."""

from __future__ import annotations

import pytest
from tests.scenarios.scheduling.shops import SAMPLE

from tujing.problems import BadInput
from tujing.scenarios.production.scheduling.text_formats import JobShopText, read_text


def written(tmp_path, text: str):
    path = tmp_path / "instance.txt"
    path.write_text(text, encoding="utf-8")
    return path


def alternatives(problem):
    return [[[(mode.machine, mode.duration) for mode in op.modes] for op in job.operations] for job in problem.jobs]


def test_a_job_shop_is_read_with_comments_and_blank_lines(tmp_path):
    problem = read_text(written(tmp_path, "# ours\n\n2 2\n0 3 1 2  # first\n1 4 0 1\n"))
    assert alternatives(problem) == [[[(0, 3)], [(1, 2)]], [[(1, 4)], [(0, 1)]]]
    assert (problem.objective, problem.origin) == ("makespan", None)


def test_a_flexible_job_shop_is_read_with_a_mean_in_its_header(tmp_path):
    problem = read_text(written(tmp_path, "2 3 1.5\n2 1 0 5 2 1 3 2 4\n1 2 0 6 2 7\n"))
    assert alternatives(problem) == [[[(0, 5)], [(1, 3), (2, 4)]], [[(0, 6), (2, 7)]]]


def test_machines_counted_from_one_keep_their_numbers(tmp_path):
    problem = read_text(written(tmp_path, "2 2\n1 2 1 5 2 6\n1 1 2 3\n"))
    assert [machine.name for machine in problem.machines] == [1, 2]
    assert alternatives(problem) == [[[(0, 5), (1, 6)]], [[(1, 3)]]]


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("", "empty_file", None),
        ("# only a comment\n", "empty_file", None),
        ("jobs machines\n", "bad_header", 1),
        ("0 3\n", "bad_header", 1),
        ("3 2\n0 3 1 2\n1 4 0 1\n", "job_count", 3),
        ("1 2\n0 3 1 2\n1 4 0 1\n", "job_count", 3),
        ("2 2\n0 3 1 2\n1 4 0 -1\n", "not_a_number", 3),
        ("2 2\n0 3 1 2\n1 4 0 1.5\n", "not_a_number", 3),
        ("2 2\n0 3 1 2\n1 4 5 1\n", "unknown_machine", 3),
        ("2 2\n0 3 1 2\n1 4 0\n", "bad_row", 3),
        ("2 3\n2 1 0 5 2 1 3 2 4\n2 1 0 5 3 1 3 2 4\n", "bad_row", 3),
        ("2 3\n2 1 0 5 2 1 3 2 4\n3 1 0 5 2 1 3 2 4\n", "bad_row", 3),
        ("2 3\n2 1 0 5 2 1 3 2 4\n2 1 0 5 2 1 3 1 4\n", "machine_twice", 3),
    ],
)
def test_a_broken_file_is_refused_with_its_row(tmp_path, text, code, row):
    with pytest.raises(BadInput) as refused:
        read_text(written(tmp_path, text))
    problem = refused.value.problems[0]
    assert (problem.code, problem.row) == (code, row)
    assert problem.file.endswith("instance.txt")


def test_a_missing_or_binary_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="No such file"):
        read_text(tmp_path / "absent.txt")
    (tmp_path / "binary.txt").write_bytes(b"\x80\xff\xff\x81")
    with pytest.raises(BadInput, match="Not a text file"):
        read_text(tmp_path / "binary.txt")


@pytest.mark.parametrize("path", sorted((SAMPLE / "broken").glob("*.txt")), ids=lambda path: path.stem)
def test_the_shipped_broken_instances_are_refused(path):
    assert JobShopText().matches(path)
    with pytest.raises(BadInput) as refused:
        JobShopText().read({"input": path})
    assert refused.value.problems[0].row


def test_other_files_are_not_taken_for_instances(tmp_path):
    assert not JobShopText().matches(SAMPLE / "work_order.csv")
    assert not JobShopText().matches(written(tmp_path, "1 2 3 4\n"))
    assert not JobShopText().matches(tmp_path / "absent.txt")


def test_all_public_instances_are_read_as_what_they_are(shared_data):
    """Sizes agree with the reference table; every job-shop job visits each machine once, one way."""
    for folder, flexible in (("jobshop", False), ("flexible_jobshop", True)):
        for path in sorted((shared_data / folder / "instances").glob("*.txt")):
            problem = read_text(path)
            modes = [len(operation.modes) for _, operation in problem.operations]
            head = next(line for line in path.read_text().splitlines() if not line.startswith("#")).split()
            assert [len(problem.jobs), len(problem.machines)] == [int(head[0]), int(head[1])]
            if not flexible:
                assert set(modes) == {1}, path.name
                for job in problem.jobs:
                    machines = sorted(operation.modes[0].machine for operation in job.operations)
                    assert machines == list(range(len(problem.machines))), path.name
            elif "edata" not in path.name:
                assert max(modes) > 1, path.name
