import pytest


@pytest.fixture(autouse=True)
def _few_candidates(request):
    """Plans here choose among twelve scenarios; a test marked `whole_map` plans with all of them."""
    if "whole_map" not in request.keywords:
        request.getfixturevalue("small_atlas")
