from tujing.atlas.catalogues import occupation_named, occupations, software_classes
from tujing.atlas.loader import atlas


def test_every_class_of_software_of_a_card_is_in_the_catalogue_and_used():
    named = {tool.software_class for manifest in atlas().manifests.values() for tool in manifest.tools}
    assert named == set(software_classes())


def test_every_occupation_of_a_card_is_in_the_catalogue_and_used():
    named = {skill.occupation for manifest in atlas().manifests.values() for skill in manifest.skills}
    assert {occupation_named(words) for words in named} == set(occupations())


def test_most_scenarios_have_an_open_source_tool_and_every_licence_is_told():
    examples = {name for name, one in software_classes().items() if one.open_source}
    served = [any(tool.software_class in examples for tool in one.tools) for one in atlas().manifests.values()]
    assert sum(served) / len(served) > 0.9
    assert all(example.licence for one in software_classes().values() for example in one.open_source)
