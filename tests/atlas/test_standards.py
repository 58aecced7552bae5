import pytest

from tujing.atlas.loader import atlas
from tujing.atlas.standards import catalogue, number_of, standards

LAWS = ("《个人信息保护法》", "《保障中小企业款项支付条例》", "《民法典》融资租赁合同章")
GUIDES = ("《场景化、图谱化推进重点行业数字化转型的参考指引（2025版）》",)


def test_there_are_enough_and_each_is_tied_to_a_scenario():
    found = standards(atlas())
    assert len(found) >= 120
    assert all(one.scenarios for one in found)
    assert {name for one in catalogue().standards.values() for name in one.scenarios} <= set(atlas().cards)


def test_every_standard_that_a_manifest_names_is_in_the_catalogue():
    named = {words for manifest in atlas().manifests.values() for words in manifest.standards}
    assert {words for words in named if not number_of(words)} == {*LAWS, *GUIDES}


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("ISO 10303-242 STEP AP242", "ISO 10303-242"),
        ("ISO 10303 STEP", "ISO 10303"),
        ("GB/T 39116-2020 智能制造能力成熟度模型", "GB/T 39116"),
        ("SCOR Digital Standard（Plan）", "SCOR"),
        ("ISO 90011", ""),
        ("企业会计准则第31号——现金流量表", "企业会计准则"),
    ],
)
def test_the_number_of_a_standard(words, number):
    assert number_of(words) == number
