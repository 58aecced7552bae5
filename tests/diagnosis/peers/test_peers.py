"""Peers: columns score as one by one, no group below the threshold can be seen or worked out, consent decides."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.diagnosis.drawn import SME, answers_to, extreme

from tujing.dataspace.engine import engine
from tujing.diagnosis import services
from tujing.diagnosis.answers import AnswerFile
from tujing.diagnosis.peers import services as peers
from tujing.diagnosis.peers.cells import Place, rules, shown, widened
from tujing.diagnosis.peers.columns import columns, row, scored
from tujing.diagnosis.peers.file import read
from tujing.diagnosis.peers.standing import standing
from tujing.diagnosis.scoring import score
from tujing.enterprise import services as enterprise
from tujing.problems import BadInput

PROFILE = {"industry": "C3812", "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}
SIZES, DIVISIONS = ("large", "small"), ("C13", "C14", "C38")
PLACES = st.builds(
    lambda size, division: Place(size, division[0], division), st.sampled_from(SIZES), st.sampled_from(DIVISIONS)
)


def code(refusal):
    return refusal.value.problems[0].code


@settings(max_examples=25, deadline=None)
@given(st.lists(answers_to(complete=False), min_size=1, max_size=12))
def test_the_compiled_instrument_scores_as_one_by_one(population):
    import ibis

    found = scored(SME, ibis.memtable(columns(SME, population))).to_pyarrow().to_pylist()
    for one, answers in zip(found, population, strict=True):
        expected = score(SME, answers)
        assert (one["score"], one["level"]) == (round(expected.score * 1000), expected.level)


def test_open_and_lowest_answers_are_told_apart():
    low = extreme(SME, 0)
    assert row(SME, low)["answered"] == (1 << 31) - 1 and row(SME, {})["answered"] == 0


@settings(max_examples=200)
@given(st.dictionaries(PLACES, st.integers(1, 40)), st.integers(2, 12))
def test_no_group_below_the_threshold_is_shown_or_left_over_between_groups_shown(population, least):
    """Groups nest, so all that subtraction can reach are shown groups less the groups shown inside them."""
    allowed = shown(population, least)
    counts = Counter()
    for place, count in population.items():
        for cell in place.cells:
            counts[cell] += count
    for cell in allowed:
        assert counts[cell] >= least
        assert not cell or cell[:-1] in allowed
        rest = counts[cell] - sum(counts[inner] for inner in allowed if inner and inner[:-1] == cell)
        assert rest == 0 or rest >= least or all(inner[:-1] != cell for inner in allowed if inner)
    assert bool(allowed) == (sum(population.values()) >= least)


def test_the_smallest_sibling_is_withheld_as_well_when_it_would_give_a_small_group_away():
    counts = {Place("small", "C", "C38"): 50, Place("small", "C", "C13"): 12, Place("small", "C", "C14"): 3}
    allowed = shown(counts, 10)
    assert ("small", "C", "C38") in allowed and ("small", "C", "C13") not in allowed
    assert widened(Place("small", "C", "C13"), allowed) == (("small", "C"), 1)
    assert widened(Place("small", "C", "C38"), allowed) == (("small", "C", "C38"), 0)
    assert widened(Place("micro", "C", "C38"), allowed) == ((), 3)
    assert widened(Place("small", "C", "C38"), set()) == (None, 4)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60), st.floats(0, 100))
def test_a_percentile_is_the_mid_rank_told_in_steps(scores, own):
    found = standing(np.array(scores), np.zeros(len(scores), np.int8), own, rules())
    exact = sum(one < own for one in scores) / len(scores) + sum(one == own for one in scores) / len(scores) / 2
    assert abs(found.percentile - exact) <= rules().share_to / 2 + 1e-9
    assert found.enterprises % rules().counts_to == 0 and found.enterprises <= len(scores)
    assert list(found.quantiles.values()) == sorted(found.quantiles.values())
    assert all(float(value / rules().score_to).is_integer() for value in found.quantiles.values())


def population_file(tmp_path, count=40, industry="C38", size="small", name="peers.csv", encoding="utf-8"):
    path = tmp_path / name
    luck = random.Random(0)
    rows = [f"{industry},{size},{luck.randint(0, 100)},{luck.randint(0, 4)}" for _ in range(count)]
    path.write_text("industry,size,score,level\n" + "\n".join(rows) + "\n", encoding=encoding)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("industry,size,score,level,name\nC38,small,50,2,某厂\n", "unknown_column"),
        ("industry,size,score\nC38,small,50\n", "missing_column"),
        ("industry,size,score,level\n", "empty_file"),
        ("industry,size,score,level\nC38,tiny,50,2\n", "unknown_size"),
        ("industry,size,score,level\nX99,small,50,2\n", "unknown_industry"),
        ("industry,size,score,level\nC38,small,101,2\n", "out_of_range"),
        ("industry,size,score,level\nC38,small,50,2.5\n", "out_of_range"),
        ("industry,size,score,level\nC38,small,,2\n", "out_of_range"),
        ("industry,size,score,level\nC38,small,many,2\n", "bad_number"),
        ("instrument,industry,size,score,level\ncmmm_2020,C38,small,50,2\n", "other_instrument"),
        ("industry,size,score,level\nC38,small\n", "unreadable_file"),
    ],
)
def test_a_population_that_does_not_fit_is_refused_with_its_row(tmp_path, content, expected):
    path = tmp_path / "peers.csv"
    path.write_bytes(content.encode("gbk"))
    with pytest.raises(BadInput) as refusal:
        read(path, SME)
    assert code(refusal) == expected


def test_other_kinds_of_file_are_refused(tmp_path):
    for name, expected in (
        ("none.csv", "missing_file"),
        ("a.xlsx", "unknown_format"),
        ("a.parquet", "unreadable_file"),
    ):
        if expected != "missing_file":
            (tmp_path / name).write_bytes(b"nothing")
        with pytest.raises(BadInput) as refusal:
            read(tmp_path / name, SME)
        assert code(refusal) == expected


@pytest.mark.django_db
class TestComparison:
    @pytest.fixture
    def works(self):
        found = enterprise.create_organisation("works", {"zh": "测试厂", "en": "Works"}, PROFILE)
        services.record(found, AnswerFile(extreme(SME, -1)))
        return found

    def test_one_stands_among_those_of_the_same_industry_and_size(self, works, tmp_path):
        assert peers.take_in(population_file(tmp_path)) == 40
        found = peers.peers(works)
        assert found["group"]["cell"] == ["small", "C", "C38"] and found["widened"] == []
        assert (found["enterprises_at_least"], found["percentile"]) == (40, 1.0)
        assert found["score"]["p10"] <= found["score"]["p90"] and found["source"]["source"]

    def test_a_small_group_is_widened_and_says_so(self, works, tmp_path):
        few = population_file(tmp_path, 3).read_text()
        more = population_file(tmp_path, 30, "C13").read_text().partition("\n")[2]
        path = tmp_path / "both.csv"
        path.write_text(few + more, encoding="gbk")
        peers.take_in(path)
        found = peers.peers(works)
        assert found["group"]["cell"] == ["small", "C"] and "C38" in found["widened"][0]["zh"]
        assert "10" in found["why_widened"]["zh"]

    def test_without_peers_it_says_so(self, works, organisation, tmp_path):
        assert peers.peers(works)["group"] is None
        peers.take_in(population_file(tmp_path, 9))
        assert "10" in peers.peers(works)["why_not"]["zh"]
        assert peers.peers(organisation)["why_not"]["zh"]  # no profile

    def test_only_those_that_agreed_are_among_the_peers_of_others(self, works):
        for number in range(12):
            one = enterprise.create_organisation(f"peer-{number}", {"zh": "同行", "en": "Peer"}, PROFILE)
            services.record(one, AnswerFile(extreme(SME, 0)))
            if number < 9:
                peers.give_consent(one)
        assert peers.peers(works)["group"] is None
        peers.give_consent(works)
        peers.give_consent(works)
        found = peers.peers(works)
        assert found["consented"] and found["enterprises_at_least"] == 10 and found["percentile"] == 0.95
        peers.take_back_consent(works)
        assert peers.peers(works)["group"] is None and not peers.has_consented(works)

    def test_a_population_of_answers_is_scored_where_it_lies(self, works, tmp_path):
        table = columns(SME, [extreme(SME, 0), extreme(SME, -1)] * 10)
        table = table.append_column("industry", pa.array(["C3812"] * 20)).append_column(
            "size", pa.array(["small"] * 20)
        )
        pq.write_table(table, tmp_path / "bits.parquet")
        peers.take_in(tmp_path / "bits.parquet")
        found = peers.peers(works)
        assert (found["score"]["p10"], found["score"]["p90"], found["percentile"]) == (0, 100, 0.75)
        assert found["levels"] == {"0": 0.5, "1": 0, "2": 0, "3": 0, "4": 0.5}

    def test_a_file_that_is_refused_leaves_the_population_before(self, works, tmp_path):
        peers.take_in(population_file(tmp_path))
        bad = tmp_path / "bad.csv"
        bad.write_text("industry,size,score,level\nC38,small,500,2\n", encoding="utf-8")
        with pytest.raises(BadInput):
            peers.take_in(bad)
        assert peers.peers(works)["enterprises_at_least"] == 40


def test_the_scoring_runs_over_a_file_in_the_engine(tmp_path):
    path = tmp_path / "bits.parquet"
    pq.write_table(columns(SME, [extreme(SME, -1)] * 3), path)
    found = scored(SME, engine().table([path])).to_pyarrow()
    assert found["score"].to_pylist() == [100_000] * 3 and found["level"].to_pylist() == [4] * 3
