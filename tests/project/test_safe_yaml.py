"""YAML from anybody is refused with its line where it would end the process, fill the memory or mean nothing."""

import pytest

from tujing.diagnosis.answer_file import read_document
from tujing.problems import BadInput, check_model, read_yaml
from tujing.words import Text

BOMB = 'a: &a ["lol", "lol", "lol", "lol", "lol", "lol", "lol", "lol", "lol"]\n' + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "deep in brackets": ("[" * 50_000 + "]" * 50_000, 1),
    "deep in dashes": ("- " * 50_000, 1),
    "deep in braces": ("a: 1\nb: " + "{a: " * 20_000, 2),
    "aliases that multiply": (BOMB, 7),
    "no such day": ("a: 1\nb: 2024-13-45\n", 2),
    "a number without end": ("a: " + "9" * 10_000, 1),
    "no truth value": ("a: !!bool perhaps", 1),
    "no moment": ("a: !!timestamp soon", 1),
    "an alias of nothing": ("a: *nobody", 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_yaml_is_refused_with_its_line(name, tmp_path):
    text, row = HOSTILE[name]
    path = tmp_path / "given.yaml"
    path.write_text(text, encoding="utf-8")
    for read, code in ((read_yaml, "bad_yaml"), (read_document, "bad_file")):
        with pytest.raises(BadInput) as refusal:
            read(path)
        (problem,) = refusal.value.problems
        assert (problem.code, problem.row) == (code, row)
        assert problem.words.zh and problem.words.en


def test_what_people_write_is_read(tmp_path):
    path = tmp_path / "given.yaml"
    path.write_text("usual: &usual [1, 2]\nagain: *usual\nsales: 2.06e11\nday: 2026-11-30\nis: yes\n", encoding="utf-8")
    found = read_yaml(path)
    assert found["again"] == [1, 2] and found["sales"] == 2.06e11
    assert found["day"].isoformat() == "2026-11-30" and found["is"] is True
    path.write_text("[" * 100 + "]" * 100, encoding="utf-8")
    assert read_yaml(path)


def test_json_nested_without_end_is_refused(tmp_path):
    path = tmp_path / "given.json"
    path.write_text("[" * 100_000 + "]" * 100_000, encoding="utf-8")
    with pytest.raises(BadInput) as refusal:
        read_document(path)
    assert refusal.value.problems[0].code == "bad_file"


def test_a_value_that_multiplies_is_not_spelled_out():
    value = ["lol"] * 9
    for _ in range(12):
        value = [value] * 9  # 9 to the thirteenth: spelled out, terabytes
    with pytest.raises(BadInput) as refusal:
        check_model(Text, {"zh": value, "en": "a"}, "given.yaml")
    assert len(refusal.value.problems[0].words.en) < 300
