"""The example's profile and answers say what the tables say."""

from __future__ import annotations

import pytest

from tujing.diagnosis.answer_file import read
from tujing.diagnosis.answers import missing
from tujing.diagnosis.instrument import instrument
from tujing.diagnosis.scoring import score
from tujing.enterprise.models import Profile
from tujing.examples.motor_works.plant import HERE, plant
from tujing.problems import read_yaml


@pytest.fixture(scope="module")
def answers():
    return read(HERE / "answers.sme_2024.yaml", instrument("sme_2024"))


def test_the_profile_has_the_models_fields_and_the_promised_size():
    profile = read_yaml(HERE / "profile.yaml")["profile"]
    fields = {field.name for field in Profile._meta.get_fields()} - {"id", "organisation"}
    assert set(profile) == fields
    assert (profile["industry"], profile["staff"], profile["revenue"]) == ("C3812", 260, 130_000_000)
    assert profile["staff"] == plant()["finance"]["staff"]


def test_every_question_is_answered_with_evidence_and_the_plant_is_at_level_two(answers):
    form = instrument("sme_2024")
    assert missing(form, answers.answers) == []
    assert set(answers.evidence) == set(answers.answers)
    result = score(form, answers.answers)
    assert result.level == 2
    assert result.scenario_levels["S05"] == 1
    assert 40 <= result.score < 60


def test_answered_numbers_are_the_work_centres_own(answers, frames):
    machines = frames["work_centre"]
    numbers = answers.answers["B3"]["numbers"]
    assert numbers["networked_equipment"] == machines["is_networked"].sum()
    assert numbers["all_equipment"] == len(machines) == answers.answers["B2"]["numbers"]["all_equipment"]
    assert set(frames["machine_event"]["work_centre_id"]) == set(
        machines.loc[machines["is_networked"], "work_centre_id"]
    )
