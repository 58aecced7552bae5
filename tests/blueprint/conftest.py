import pytest


@pytest.fixture(autouse=True)
def _few_candidates(request):
    """Plans made here choose among twelve scenarios; blueprints written by hand take any of the map."""
    if "works" in request.fixturenames:
        request.getfixturevalue("small_atlas")
