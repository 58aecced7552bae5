"""The licence fence tells strong copyleft from everything else, however a package states it."""

from __future__ import annotations

import pytest
from scripts.licences import refused


@pytest.mark.parametrize(
    "statement",
    [
        "GPL-3.0-or-later",
        "AGPL-3.0-only",
        "GPLv2",
        "GNU General Public License v3 or later",
        "License :: OSI Approved :: GNU Affero General Public License v3",
    ],
)
def test_strong_copyleft_is_refused(statement):
    assert refused([statement])


@pytest.mark.parametrize(
    "statement",
    [
        "MIT",
        "Apache-2.0",
        "LGPL-3.0-only",
        "GNU Lesser General Public License v3 (LGPLv3)",
        "MPL-2.0 AND MIT",
        "MIT OR GPL-3.0-only",
    ],
)
def test_what_may_be_shipped_is_not(statement):
    assert not refused([statement])


def test_a_package_that_states_no_licence_is_refused():
    assert refused([])


def test_one_of_several_licences_is_enough():
    assert not refused(
        ["License :: OSI Approved :: BSD License", "License :: OSI Approved :: GNU General Public License"]
    )
