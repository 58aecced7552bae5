"""The box finds what people mean, however they type it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tujing.search.matching import Entry, Query, fold, search
from tujing.search.pinyin import readings, spelled, typed_as
from tujing.words import Text

ENTRIES = [
    Entry("scenario", Text(zh="排程排产", en="Scheduling"), "/a", code="production/scheduling"),
    Entry(
        "scenario",
        Text(zh="预测性维护", en="Predictive maintenance"),
        "/b",
        detail=Text(zh="剩余寿命", en="Remaining life"),
    ),
    Entry("scene", Text(zh="质量在线检测", en="In-line quality inspection"), "/c", code="YB01-B-2-1"),
    Entry("page", Text(zh="规划", en="Plan"), "/d", keywords=("路线图", "roadmap")),
    Entry("element", Text(zh="工单", en="Work order"), "/e", code="work_order"),
]


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("排产", "/a"),
        ("pc", "/a"),
        ("paichan", "/a"),
        ("paic", "/a"),
        ("PAICHENG", "/a"),
        ("sched", "/a"),
        ("main", "/b"),
        ("yuce", "/b"),
        ("ycxwh", "/b"),
        ("寿命", "/b"),
        ("YB01-B-2-1", "/c"),
        ("yb01-b", "/c"),
        ("ｙｂ０１", "/c"),
        ("质量 检测", "/c"),
        ("zhiliang jc", "/c"),
        ("roadmap", "/d"),
        ("work order", "/e"),
        ("work_o", "/e"),
        ("gd", "/e"),
    ],
)
def test_typed_this_way_the_first_hit_is(typed, url):
    assert search(ENTRIES, typed)[0].entry.url == url


@pytest.mark.parametrize("typed", ["", "  ", "pn", "xyz", "排产 xyz", "(", "[a-", "\\"])
def test_what_fits_nothing_finds_nothing(typed):
    assert search(ENTRIES, typed) == []


def test_a_better_fit_comes_first():
    made = [Entry("x", Text(zh=zh, en=en), zh) for zh, en in (("年度规划表", "A"), ("规划", "B"), ("规划书", "C"))]
    assert [hit.entry.url for hit in search(made, "规划")] == ["规划", "规划书", "年度规划表"]
    assert next(hit.entry.url for hit in search(made, "guihua")) == "规划"
    assert search(made, "规划", limit=1)[0].entry.url == "规划"


CHINESE = st.text(alphabet="排程产预测性维护质量在线检工单规划数据要素长重行率女绿", min_size=1, max_size=8)
ANY = st.text(max_size=80)


@given(CHINESE, st.data())
def test_any_stretch_of_a_chinese_title_finds_it(title, data):
    start = data.draw(st.integers(0, len(title) - 1))
    end = data.draw(st.integers(start + 1, len(title)))
    assert search([Entry("x", Text(zh=title, en="–"), "/")], title[start:end])


@given(CHINESE, st.data())
def test_characters_typed_by_any_beginning_of_any_reading_find_the_title(title, data):
    start = data.draw(st.integers(0, len(title) - 1))
    end = data.draw(st.integers(start + 1, len(title)))
    typed = ""
    for sign in title[start:end]:
        reading = data.draw(st.sampled_from(readings(sign)))
        typed += reading[: data.draw(st.integers(1, len(reading)))]
    assert search([Entry("x", Text(zh=title, en="–"), "/")], typed)


def naive(letters: str, signs: str) -> bool:
    """The rule of `typed_as` said plainly."""

    def eats(at: int, rest: str) -> bool:
        if not rest:
            return True
        if at == len(signs):
            return False
        return any(
            rest.startswith(reading[:length]) and eats(at + 1, rest[length:])
            for reading in readings(signs[at])
            for length in range(1, len(reading) + 1)
        )

    return any(eats(start, letters) for start in range(len(signs)))


@given(st.text(alphabet="paichengduxzhs", min_size=1, max_size=7), CHINESE)
def test_the_pattern_is_the_rule(letters, title):
    assert bool(typed_as(letters).search(spelled(title))) == naive(letters, title)


@given(st.lists(st.text(alphabet="abcdefg", min_size=1, max_size=6), min_size=1, max_size=4), st.data())
def test_the_beginning_of_any_english_word_finds_it(words, data):
    word = data.draw(st.sampled_from(words))
    typed = word[: data.draw(st.integers(1, len(word)))].upper()
    assert search([Entry("x", Text(zh="–", en=" ".join(words)), "/")], typed)


@given(ANY)
def test_no_query_breaks_it_and_scores_are_in_order(typed):
    scores = [hit.score for hit in search(ENTRIES, typed)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 100 for score in scores)


@given(ANY)
def test_what_is_typed_exactly_is_the_best(typed):
    assume(typed.strip() and len(fold(typed).split()) == 1 and len(typed) <= 60)
    made = Entry("x", Text(zh=typed, en=typed), "/")
    assert made.fit(Query.of(typed)) > 99


def test_the_umlaut_is_typed_as_v_and_tones_are_not_typed():
    assert readings("绿")[0] == "lv"
    assert readings("排") == ("pai", "bai")
    assert readings("A") == ()
