"""`pytest --only-database`: only the tests whose outcome the database can touch, to run them again on another engine.

A test marked `any_engine` uses the database only to have something to solve, print or draw: once is enough.
"""

from __future__ import annotations

import pytest

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="run only the tests that use the database")


def uses_database(item: pytest.Item) -> bool:
    """A test says so by its marker, or by a fixture that it or one of its fixtures asks for."""
    if item.get_closest_marker("any_engine"):
        return False
    marked = any(item.get_closest_marker(name) for name in ("django_db", "real_database"))
    return marked or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--only-database"):
        return
    config.hook.pytest_deselected(items=[item for item in items if not uses_database(item)])
    items[:] = [item for item in items if uses_database(item)]
